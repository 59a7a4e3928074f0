;; `alloc_11` returns the address of the last byte: only one of the i32's four bytes is inside memory.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.const 65535))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
