import { assemble } from './wabt.ts';

/** `add_23` writes 50,000 numbers that do not repeat all over the second page of 64 KiB, then adds. */
export const SCATTERS = assemble(`(module
  (memory (export "memory") 2)
  (global $x (mut i32) (i32.const 1))
  (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
  (func (export "add_23") (param i32) (local $left i32)
    (local.set $left (i32.const 50000))
    (loop $again
      (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store offset=65536 (i32.and (i32.shr_u (global.get $x) (i32.const 8)) (i32.const 0xfffc)) (global.get $x))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);
