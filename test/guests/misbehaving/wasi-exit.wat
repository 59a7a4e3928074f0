;; Ends itself with WASI's proc_exit in the call that finds 80.
(module
  (import "env" "memory" (memory 1))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func $check (param $v i32)
    (if (i32.gt_u (local.get $v) (i32.const 100)) (then (call $proc_exit (i32.const 3)) (unreachable))))
  (func $alloc_11 (export "alloc_11") (result i32)
    (i32.store (i32.const 1024) (i32.const 11))
    (i32.const 1024))
  (func $add_23 (export "add_23") (param $p i32)
    (local $v i32)
    (call $check (local.tee $v (i32.add (i32.load (local.get $p)) (i32.const 23))))
    (i32.store (local.get $p) (local.get $v))))
