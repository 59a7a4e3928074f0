;; Prints each line of the transcript in two pieces through WASI's fd_write, in the way of libc: it asks first what standard output
;; is, and writes the rest again while not all is written.
(module
  (import "env" "memory" (memory 1))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (data (i32.const 1024) "alloc_11[#0]: ")
  (data (i32.const 1056) "add_23[#0]: ")

  ;; The vector stands at 16; how much was written comes to 24.
  (func $write (param $at i32) (param $length i32)
    (loop $again
      (i32.store (i32.const 16) (local.get $at))
      (i32.store (i32.const 20) (local.get $length))
      (if (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)) (then (return)))
      (local.set $at (i32.add (local.get $at) (i32.load (i32.const 24))))
      (br_if $again (local.tee $length (i32.sub (local.get $length) (i32.load (i32.const 24)))))))

  ;; Two or three digits and a line end.
  (func $write_value (param $v i32)
    (local $n i32) (local $d i32)
    (local.set $n (i32.const 2048))
    (local.set $d (select (i32.const 10) (i32.const 100) (i32.lt_u (local.get $v) (i32.const 100))))
    (loop $digits
      (i32.store8 (local.get $n) (i32.add (i32.const 48) (i32.rem_u (i32.div_u (local.get $v) (local.get $d)) (i32.const 10))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $digits (local.tee $d (i32.div_u (local.get $d) (i32.const 10)))))
    (i32.store8 (local.get $n) (i32.const 10))
    (call $write (i32.const 2048) (i32.sub (local.get $n) (i32.const 2047))))

  (func $alloc_11 (export "alloc_11") (param $instance i32) (result i32)
    (drop (call $fd_fdstat_get (i32.const 1) (i32.const 32)))
    (i32.store (i32.const 4096) (i32.const 11))
    (call $write (i32.const 1024) (i32.const 14))
    (call $write_value (i32.const 11))
    (i32.const 4096))

  (func $add_23 (export "add_23") (param $instance i32) (param $p i32)
    (local $v i32)
    (i32.store (local.get $p) (local.tee $v (i32.add (i32.load (local.get $p)) (i32.const 23))))
    (i32.store8 (i32.const 1064) (i32.add (i32.const 48) (local.get $instance)))
    (call $write (i32.const 1056) (i32.const 12))
    (call $write_value (local.get $v))))
