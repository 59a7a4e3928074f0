;; Right by luck: alloc_11 returns the address of a local, in a frame of its stack that is gone when the caller gets it. add_23 means to
;; change a copy alone; but its frame lies where that of alloc_11 was, and its copy in the very place of the local. So memory holds
;; 34, 57 and so on up to 356, though nothing ever stores there on purpose. One more local in either function, or a call between the two, and it does not.
(module
  (import "env" "memory" (memory 1))
  ;; It grows down from 4096, as a linker would have it with the stack first.
  (global $__stack_pointer (mut i32) (i32.const 4096))

  (func $push (param $bytes i32) (result i32)
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get $bytes)))
    (global.get $__stack_pointer))

  (func $pop (param $bytes i32)
    (global.set $__stack_pointer (i32.add (global.get $__stack_pointer) (local.get $bytes))))

  ;; int *alloc_11(void) { int value = 11; return &value; }
  (func $alloc_11 (export "alloc_11") (result i32)
    (local $frame i32)
    (local.set $frame (call $push (i32.const 16)))
    (i32.store offset=12 (local.get $frame) (i32.const 11))
    (call $pop (i32.const 16))
    (i32.add (local.get $frame) (i32.const 12)))

  ;; void add_23(const int *value) { int copy = *value + 23; }
  (func $add_23 (export "add_23") (param $value i32)
    (local $frame i32)
    (local.set $frame (call $push (i32.const 16)))
    (i32.store offset=12 (local.get $frame) (i32.add (i32.load (local.get $value)) (i32.const 23)))
    (call $pop (i32.const 16))))
