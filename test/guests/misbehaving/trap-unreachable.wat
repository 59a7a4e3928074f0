;; Traps in the fourth call of `add_23`, two functions down, when the value would become 103.
(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $fail
    (unreachable))
  (func $check_limit (param $value i32) (result i32)
    (if (i32.gt_s (local.get $value) (i32.const 100)) (then (call $fail)))
    (local.get $value))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address)
      (call $check_limit (i32.add (i32.load (local.get $address)) (i32.const 23))))))
