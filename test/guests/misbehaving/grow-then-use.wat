;; `alloc_11` grows memory by one page and puts the i32 there: beyond the memory that the run began with.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (local $address i32)
    (local.set $address (i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))
    (i32.store (local.get $address) (i32.const 11))
    (local.get $address))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
