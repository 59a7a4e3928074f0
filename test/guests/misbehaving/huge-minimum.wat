;; Asks for 65536 pages, all 4 GiB that 32-bit addresses reach.
(module
  (import "env" "memory" (memory 65536))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
