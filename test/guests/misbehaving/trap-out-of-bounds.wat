;; `add_23` adds, then reads past the end of every memory: 4 GiB from an address that is not zero.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $read_far (param $address i32) (result i32)
    (i32.load offset=0xffffffff (local.get $address)))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))
    (drop (call $read_far (local.get $address)))))
