;; Has `add_23` but no `alloc_11`.
(module
  (import "env" "memory" (memory 1))
  (func $allocate (export "allocate") (result i32)
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
