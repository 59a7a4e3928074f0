;; `add_23` returns three times, then loops for ever: the value is 80 when the run must be ended from outside.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $spin
    (loop $again (br $again)))
  (func $add_23 (export "add_23") (param $address i32)
    (if (i32.eq (i32.load (local.get $address)) (i32.const 80)) (then (call $spin)))
    (i32.store (local.get $address)
      (i32.add (i32.load (local.get $address)) (i32.const 23)))))
