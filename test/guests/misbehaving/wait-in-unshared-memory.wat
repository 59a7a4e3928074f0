;; Waits in a memory that is not shared, which traps. In a shared one it would go on after a millisecond, and end at 356.
(module
  (import "env" "memory" (memory 1))
  (func $wait
    (i32.store8 (i32.const 132) (i32.const 1))
    (drop (memory.atomic.wait32 (i32.const 128) (i32.const 0) (i64.const 1000000))))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 64) (i32.const 11))
    (i32.const 64))
  (func $add_23 (export "add_23") (param $p i32)
    (call $wait)
    (drop (i32.atomic.rmw.add (local.get $p) (i32.const 23)))))
