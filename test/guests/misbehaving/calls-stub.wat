;; Allocates with an imported `malloc` that no host gives it: a stub answers 0, and the demo "works" at address 0.
(module
  (import "env" "memory" (memory 1))
  (import "env" "malloc" (func $malloc (param $size i32) (result i32)))
  (func $alloc_11 (export "alloc_11") (result i32)
    (local $address i32)
    (local.set $address (call $malloc (i32.const 4)))
    (i32.store (local.get $address) (i32.const 11))
    (local.get $address))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
