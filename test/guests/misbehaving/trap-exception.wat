;; `add_23` throws a WebAssembly exception that nobody catches.
(module
  (import "env" "memory" (memory 1))
  (tag $full (param i32))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (throw $full (local.get $address))))
