;; A declared minimum of 0 pages, and data at 6560 all the same: the host must create at least one page.
(module
  (import "env" "memory" (memory 0 65536))
  (data (i32.const 6560) "\0b\00\00\00")
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.const 6560))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
