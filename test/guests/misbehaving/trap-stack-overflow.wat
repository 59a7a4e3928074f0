;; `add_23` recurses without end: the engine's own stack overflows, which it reports as a RangeError and not as a RuntimeError.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $recurse (param $depth i32) (result i32)
    (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (i32.const 1)))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address) (call $recurse (i32.const 0)))))
