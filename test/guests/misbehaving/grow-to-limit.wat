;; Each `add_23` grows memory until it can't, by 64 MiB, by 2 MiB and by single pages, touches none of it, and adds as it should.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $grow_until_refused (param $pages i32)
    (loop $again
      (br_if $again (i32.ne (memory.grow (local.get $pages)) (i32.const -1)))))
  (func $add_23 (export "add_23") (param $address i32)
    (call $grow_until_refused (i32.const 1024))
    (call $grow_until_refused (i32.const 32))
    (call $grow_until_refused (i32.const 1))
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
