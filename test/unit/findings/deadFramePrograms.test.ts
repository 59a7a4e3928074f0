// Addresses in frames that are dead, and such that look like them: which kinds of findings programs give, in their order.
import { describePrograms, MEMORY, type Program, STACK } from '../support/sharedPrograms.ts';

/** A function with a frame of 32 bytes, at 0x7fe0 where no call is under way, which it stores to 8 bytes of. */
const framed = (declared: string, does: string): string => `(func ${declared} (local $frame i32)
  (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 32))))
  (i32.store (local.get $frame) (i32.const 7)) (i32.store offset=4 (local.get $frame) (i32.const 8)) ${does}
  (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 32)))`;

const MODULE = `(import "env" "ask" (func $ask (param i32))) ${MEMORY} ${STACK}
  ${framed('(export "local") (result i32)', '')} (local.get $frame))
  ${framed('(export "keep") (param $to i32)', '(i32.store (local.get $to) (local.get $frame))')})
  ${framed(
    '(export "forget") (param $to i32)',
    '(i32.store (local.get $to) (local.get $frame)) (i32.store (local.get $to) (i32.const 0))',
  )})
  (func (export "pass") (param $to i32)
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (i32.const 32)))
    (i32.store (local.get $to) (i32.const 5)) (global.set $__stack_pointer (i32.add (global.get $__stack_pointer) (i32.const 32))))
  ${framed('(export "ask")', '(call $ask (local.get $frame))')})
  (func (export "alloc") (param i32) (result i32)
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 0))) (global.get $__stack_pointer))
  (func (export "restore") (param i32) (global.set $__stack_pointer (local.get 0)))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "put") (param i32) (i32.store (local.get 0) (i32.const 5)))
  (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))`;

const MAKE = 'let ask = () => {}; const two = { ask: at => ask(at) }, a = make(0, two), b = make(0, two);';
const HOST = 'const words = new Int32Array(memory.buffer);';

const program = (what: string, source: string, found: readonly string[] = [], words?: string): Program => ({
  what,
  modules: [MODULE],
  source: `${MAKE} ${source}`,
  found,
  ...(words !== undefined && { words }),
});

const DEAD = ['dead-stack-pointer'];

describePrograms([
  program(
    'a call takes an address behind the one that was returned',
    'a.put(a.local() + 4);',
    DEAD,
    'returned 0x7fe0, which lies in its own stack frame: #0 in local+0x10 (i32.store) put the value there',
  ),
  program('a call takes a number that would lie there, and uses it as a number', 'a.next(a.local() + 4);'),
  program('it takes an address in that frame that nobody has written', 'a.put(a.local() + 16);'),
  program(
    'the host writes through an address of a local that was returned',
    `${HOST} words[a.local() / 4] = 9; b.next(1);`,
    DEAD,
    'The host wrote 1 byte at 0x7fe0 after that.',
  ),
  program(
    'the host writes to room on the stack that lies where a dead frame was',
    `a.local(); ${HOST} const room = a.alloc(32); words[room / 4] = 9; a.get(room); a.restore(0x8000);`,
  ),
  program(
    'it does so for another instance',
    `a.local(); ${HOST} const room = b.alloc(32); words[room / 4] = 9; b.get(room); b.restore(0x8000);`,
  ),
  program('the host clears memory, a dead frame with it', `a.local(); ${HOST} words.fill(0); a.next(1);`),
  program(
    'the address of a local is stored elsewhere, and a call takes one behind it',
    `a.keep(0x600); ${HOST} a.put(words[0x600 / 4] + 4); a.pass(words[0x600 / 4] + 4);`,
    DEAD,
    'stored 0x7fe0, an address in its own stack frame, at 0x600',
  ),
  program('the address was stored and taken back, and a call takes its number', 'a.forget(0x600); a.put(0x7fe4);'),
  program(
    'room on the stack is used after it was given back',
    'const room = a.alloc(32); a.put(room); a.restore(0x8000); a.get(room);',
    DEAD,
    'alloc on #0, made room on the stack at 0x7fe0',
  ),
  program('it is used before', 'const room = a.alloc(32); a.put(room); a.get(room); a.restore(0x8000);'),
  program(
    'room is given back, and asked for again at the same place',
    'for (let i = 0; i < 3; i++) { const room = a.alloc(32); a.put(room); a.get(room); a.restore(0x8000); }',
  ),
  program(
    'room in room is given back, by the address at which the outer one begins',
    'const room = a.alloc(32); a.put(room); a.put(a.alloc(16)); a.restore(room); a.get(room); a.restore(0x8000);',
  ),
  program(
    'the stack pointer is put back to room that was given back',
    'const room = a.alloc(32); a.put(room); a.restore(0x8000); a.restore(room); a.put(room); a.restore(0x8000);',
  ),
  program(
    'another instance pushes frames over room that the host has on a stack',
    'const room = a.alloc(32); a.put(room); b.keep(0x600); a.get(room); a.restore(0x8000);',
    ['stack-overlap'],
    'While the host had the room at 0x7fe0 to 0x7fff that call 2, alloc on #0, had made on the stack, call 4, keep on #1, pushed',
  ),
  program(
    'it does so when the room is used no more',
    'const room = a.alloc(32); a.put(room); a.get(room); b.keep(0x600); a.restore(0x8000);',
  ),
  program(
    'another instance writes to such room, which it is given',
    'const room = a.alloc(32); a.put(room); b.put(room); b.pass(room); a.get(room); a.restore(0x8000);',
  ),
  program(
    'another instance pushes frames where such room was',
    'const room = a.alloc(32); a.put(room); a.restore(0x8000); b.keep(0x600); a.get(0x600);',
  ),
  program(
    'a local of another instance, under way, lies where a dead frame was',
    'a.local(); ask = at => a.put(at); b.ask();',
  ),
]);
