;; `alloc_11` divides by zero: the run has no address when it traps.
(module
  (import "env" "memory" (memory 1))
  (func $average (param $sum i32) (param $count i32) (result i32)
    (i32.div_s (local.get $sum) (local.get $count)))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (call $average (i32.const 11) (i32.const 0)))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
