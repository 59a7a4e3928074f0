;; Exports `alloc_11`, but as a global.
(module
  (import "env" "memory" (memory 1))
  (global $alloc_11 (export "alloc_11") i32 (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
