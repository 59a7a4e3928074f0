;; The memory is already imported as shared, and `add_23` is atomic.
(module
  (import "env" "memory" (memory 1 16 shared))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (drop (i32.atomic.rmw.add (local.get $address) (i32.const 23)))))
