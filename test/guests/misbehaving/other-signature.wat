;; `add_23` takes an f64: none of the demo's signatures.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $value f64) (result f64)
    (f64.add (local.get $value) (f64.const 23))))
