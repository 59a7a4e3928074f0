;; No guest of the demo at all, but its start function fills memory: that can be looked at.
(module
  (import "env" "memory" (memory 1))
  (global $version (export "version") i32 (i32.const 3))
  (func $sum (export "sum") (param $a i64) (param $b f64) (result f64)
    (f64.add (f64.convert_i64_s (local.get $a)) (local.get $b)))
  (func $initialize
    (memory.fill (i32.const 4096) (i32.const 0xab) (i32.const 16)))
  (start $initialize))
