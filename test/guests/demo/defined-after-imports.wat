;; Defines its memory without exporting it or limiting it, and imports a function, a table and a global that the demo does not need.
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "table" (table 1 funcref))
  (import "env" "base" (global $base i32))
  (memory 1)
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
