;; The demo by hand: the memory is imported, `add_23` changes the i32 in place.
(module
  (import "env" "memory" (memory 1))
  (global $next (mut i32) (i32.const 1024))

  ;; A bump allocator; its state is a global, so each instance has its own.
  (func $alloc (param $size i32) (result i32)
    (local $address i32)
    (local.set $address (global.get $next))
    (global.set $next (i32.add (local.get $address) (local.get $size)))
    (local.get $address))

  (func $alloc_11 (export "alloc_11") (result i32)
    (local $address i32)
    (local.set $address (call $alloc (i32.const 4)))
    (i32.store (local.get $address) (i32.const 11))
    (local.get $address))

  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
