;; Defines its memory and exports it, with a maximum and a data segment: each instance has a memory of its own until the
;; definition is turned into an import. Its own function index space stays as it is.
(module
  (memory $memory (export "memory") 2 4)
  (data (i32.const 1024) "\0b\00\00\00shared")
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
