;; `alloc_11` returns an address outside memory, as a negative i32.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.const 0xfffffff0))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
