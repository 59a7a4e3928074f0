;; The demo's exports, but neither an imported nor a defined memory.
(module
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)))
