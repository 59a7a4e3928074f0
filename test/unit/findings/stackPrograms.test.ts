// Shadow stacks of programs: which kinds of findings they give, in their order.
import { describePrograms, MEMORY, type Program } from '../support/sharedPrograms.ts';

const POINTER = '(global $__stack_pointer (mut i32) (i32.const 0x8000))';
const push = (bytes: number): string =>
  `(global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const ${bytes}))))`;
const pop = (bytes: number): string =>
  `(global.set $__stack_pointer (i32.add (local.get $frame) (i32.const ${bytes})))`;

/** `big` has a local of so many bytes. */
const local = (bytes: number, data: string): string =>
  `${MEMORY} ${POINTER} (data (i32.const 0x400) "data") ${data}
   (func (export "big") (local $frame i32) ${push(bytes)} (i32.store (local.get $frame) (i32.const 1)) ${pop(bytes)})`;
const BIG = 'const a = make(0); try { a.big(); } catch {}';

/** `outer` calls an import without a frame of its own, `framed` with one that it pops; `inner` throws with its frame on the stack. */
const INVOKES = `(import "env" "invoke" (func $invoke)) (import "env" "fail" (func $fail)) ${MEMORY} ${POINTER}
  (data (i32.const 0x400) "data")
  (func (export "outer") (call $invoke))
  (func (export "framed") (local $frame i32) ${push(16)} (call $invoke) ${pop(16)})
  (func (export "inner") (local $frame i32) ${push(256)} (i32.store (local.get $frame) (i32.const 1)) (call $fail) ${pop(256)})`;
const INVOKE = `const a = make(0, { fail() { throw new Error('no'); }, invoke() { try { a.inner(); } catch {} } });`;

/** `outer` has a frame of 32 bytes while it calls back; `leaf` has one of so many bytes, for which it does not move the stack pointer. */
const leaf = (
  below: number,
): string => `(import "env" "back" (func $back)) ${MEMORY} ${POINTER} (data (i32.const 0x400) "data")
  (func (export "outer") (local $frame i32) ${push(32)} (i32.store (local.get $frame) (i32.const 1)) (call $back)
    (i32.store offset=8 (local.get $frame) (i32.const 2)) ${pop(32)})
  (func (export "leaf") (i32.store (i32.sub (global.get $__stack_pointer) (i32.const ${below})) (i32.const 7)))`;
const CALLS_LEAF = 'const a = make(0, { back() {} }), b = make(0, { back() { a.leaf(); } }); b.outer();';

/** `local` returns the address of a local; `ask` hands one of its own to an import. */
const LOCALS = `(import "env" "ask" (func $ask (param i32))) ${MEMORY} ${POINTER} (data (i32.const 0x400) "data")
  (func (export "local") (result i32) (local $frame i32) ${push(160)} (i32.store (local.get $frame) (i32.const 9)) ${pop(160)} (local.get $frame))
  (func (export "leaf") (result i32) (local $frame i32)
    (i32.store (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 16))) (i32.const 9)) (local.get $frame))
  (func (export "ask") (local $frame i32) ${push(160)} (i32.store (local.get $frame) (i32.const 0)) (call $ask (local.get $frame)) ${pop(160)})
  (func (export "set") (param i32) (i32.store (local.get 0) (i32.const 5)))`;

/** `down` pushes 112 bytes as many times as it is told, from 0x8000 on, and then calls an import; `none` pushes nothing. The data ends at 0x404. */
const RECURSION = `(import "env" "back" (func $back)) ${MEMORY} ${POINTER} (data (i32.const 0x400) "data")
  (func $down (export "down") (param $left i32) (local $frame i32) ${push(112)} (i32.store (local.get $frame) (local.get $left))
    (if (local.get $left) (then (call $down (i32.sub (local.get $left) (i32.const 1)))) (else (call $back))) ${pop(112)})
  (func (export "none"))`;

/** Its stack pointer is exported. `nested` calls back with a frame of 32 bytes in use; `deep` has one of 64; `block` writes to what an import hands out. */
const EXPORTED = `(import "env" "back" (func $back)) (import "env" "take" (func $take (result i32))) ${MEMORY}
  (global $__stack_pointer (export "__stack_pointer") (mut i32) (i32.const 0x8000)) (data (i32.const 0x400) "data")
  (func (export "nested") (local $frame i32) ${push(32)} (i32.store (local.get $frame) (i32.const 1)) (call $back) ${pop(32)})
  (func (export "deep") (local $frame i32) ${push(64)} (i32.store offset=40 (local.get $frame) (i32.const 2)) ${pop(64)})
  (func (export "block") (result i32) (local $block i32)
    (local.set $block (call $take)) (i32.store (local.get $block) (i32.const 3)) (local.get $block))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))`;
const TWO_EXPORTED = `const imports = { back() { b.deep(); }, take: () => 0x1100 }, a = make(0, imports), b = make(0, imports);`;

const PROGRAMS: readonly Program[] = [
  {
    what: 'a local is larger than the stack above the static data',
    modules: [local(100_000, '')],
    source: BIG,
    found: ['stack-overflow'],
    words: 'The stack ends at the static data below 0x404, and what is pushed below address 0 is outside memory.',
  },
  { what: 'a local is nearly as large as the stack', modules: [local(0x7000, '')], source: BIG, found: [] },
  {
    what: 'several instances run out of stack in the same way',
    modules: [local(0x7d00, '')],
    source: 'for (const each of [make(0), make(0), make(0)]) for (let i = 0; i < 3; i++) each.big();',
    found: ['stack-overflow'],
  },
  {
    what: 'the host catches what a call throws that is made in another call of the instance, which pushes nothing',
    modules: [INVOKES],
    source: `${INVOKE} for (let i = 0; i < 4; i++) a.outer();`,
    found: ['stack-pointer-leak'],
    words: 'inner on #0, ended by an exception',
  },
  {
    what: 'the host does so, and the call around it puts the stack back',
    modules: [INVOKES],
    source: `${INVOKE} for (let i = 0; i < 4; i++) a.framed();`,
    found: [],
  },
  {
    what: 'a call writes below the stack pointer, without moving it, over a frame of another instance',
    modules: [leaf(24)],
    source: CALLS_LEAF,
    found: ['stack-overlap'],
    words: 'stored 4 bytes at 0x7fe8, over local variables',
  },
  {
    what: 'it writes so far below that nobody has a frame there',
    modules: [leaf(100)],
    source: CALLS_LEAF,
    found: [],
  },
  {
    what: 'the address of a local that a function has below the stack pointer is used after it returned',
    modules: [LOCALS],
    source: 'const a = make(0, { ask() {} }); a.set(a.leaf());',
    found: ['dead-stack-pointer'],
  },
  {
    what: 'addresses of locals are used after their functions returned, many times',
    modules: [LOCALS],
    source: 'const a = make(0, { ask() {} }); for (let i = 0; i < 5; i++) a.set(a.local());',
    found: ['dead-stack-pointer'],
  },
  {
    what: 'two modules each use an address of a local of their own after its function returned',
    modules: [LOCALS, LOCALS.replace('0x8000', '0x4000')],
    source: 'const a = make(0, { ask() {} }), b = make(1, { ask() {} }); a.set(a.local()); b.set(b.local());',
    found: ['dead-stack-pointer', 'dead-stack-pointer'],
  },
  {
    what: 'a call pushes frames over those in use, after very many that pushed none',
    modules: [
      `${MEMORY} ${POINTER} (data (i32.const 0x400) "data") (func (export "none"))
       (func (export "push") (local $frame i32) ${push(32)} (i32.store (local.get $frame) (i32.const 7)) ${pop(32)})`,
      `(import "env" "none" (func $none)) (import "env" "push" (func $push)) ${MEMORY} ${POINTER} (data (i32.const 0x500) "data")
       (func (export "many") (param $left i32) (loop (call $none) (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
       (func (export "deep") (local $frame i32) ${push(32)} (i32.store (local.get $frame) (i32.const 1)) (call $push) ${pop(32)})`,
    ],
    source: 'const a = make(0), b = make(1, a); b.many(1500); b.deep();',
    found: ['stack-overlap'],
  },
  {
    what: 'the address of a local that nobody used is that of a local of a call under way later',
    modules: [LOCALS],
    source: 'const a = make(0, { ask(at) { a.set(at); } }); a.local(); a.ask();',
    found: [],
  },
  {
    what: 'a local is larger than the stack of a memory with 64-bit addresses',
    modules: [
      `(import "env" "memory" (memory i64 2 4)) (global $__stack_pointer (mut i64) (i64.const 0x8000)) (data (i64.const 0x400) "data")
       (func (export "big") (local $frame i64)
         (global.set $__stack_pointer (local.tee $frame (i64.sub (global.get $__stack_pointer) (i64.const 100000))))
         (i32.store (local.get $frame) (i32.const 1))
         (global.set $__stack_pointer (i64.add (local.get $frame) (i64.const 100000))))`,
    ],
    memory: "{ initial: 2n, maximum: 4n, address: 'i64' }",
    source: BIG,
    found: ['stack-overflow'],
  },
  {
    what: 'the stack of a memory with 64-bit addresses comes down to the data',
    modules: [
      `(import "env" "memory" (memory i64 2 4)) (global $__stack_pointer (mut i64) (i64.const 0x8000)) (data (i64.const 0x400) "data")
       (func (export "big") (local $frame i64)
         (global.set $__stack_pointer (local.tee $frame (i64.sub (global.get $__stack_pointer) (i64.const 0x7c00))))
         (i32.store (local.get $frame) (i32.const 1))
         (global.set $__stack_pointer (i64.add (local.get $frame) (i64.const 0x7c00))))`,
    ],
    memory: "{ initial: 2n, maximum: 4n, address: 'i64' }",
    source: BIG,
    found: ['stack-overflow'],
    words: 'came down to 0x400, and static data ends at 0x404',
  },
  {
    what: 'the stack comes down to the data in a call whose argument is a small number, and which calls back',
    modules: [RECURSION],
    source: 'const a = make(0, { back() { a.none(); } }); a.down(285);',
    found: ['stack-overflow'],
  },
  {
    what: 'it comes near to the data',
    modules: [RECURSION],
    source: 'const a = make(0, { back() { a.none(); } }); a.down(270);',
    found: [],
  },
  {
    what: 'another instance, without a frame of its own, stores to a local that it is given the address of',
    modules: [LOCALS],
    source: 'const a = make(0, { ask() {} }), b = make(0, { ask(at) { a.set(at); } }); b.ask();',
    found: [],
  },
  {
    what: 'a block below a stack in the heap is returned and used',
    modules: [
      `${MEMORY} ${POINTER} (data (i32.const 0x400) "data")
       (func (export "stack") (param i32) (global.set $__stack_pointer (local.get 0)))
       (func (export "block") (result i32) (i32.store (i32.const 0x9000) (i32.const 1)) (i32.const 0x9000))
       (func (export "set") (param i32) (i32.store (local.get 0) (i32.const 5)))`,
    ],
    source: 'const a = make(0); a.stack(0x10000); a.set(a.block());',
    found: [],
  },
  {
    what: 'the host hands out memory below the stack of a module whose stack pointer is exported, which is never that deep',
    modules: [EXPORTED],
    source: `${TWO_EXPORTED} const at = a.block(); a.deep(); a.get(at);`,
    found: [],
  },
  {
    what: 'an instance pushes frames over those of another one, and their stack pointers are exported',
    modules: [EXPORTED],
    source: `${TWO_EXPORTED} a.nested();`,
    found: ['stack-overlap'],
    words: 'with frames at 0x7fe0 to 0x7fff, call 3, deep on #1, pushed frames at 0x7fc0 to 0x7fff',
  },
  {
    what: 'the host gives one of them a stack of its own by the export',
    modules: [EXPORTED],
    source: `${TWO_EXPORTED} b.__stack_pointer.value = 0x6000; a.nested();`,
    found: [],
  },
  {
    what: 'the host gives it one that is not far enough from the other',
    modules: [EXPORTED],
    source: `${TWO_EXPORTED} b.__stack_pointer.value = 0x8010; a.nested();`,
    found: ['stack-overlap'],
    words: 'pushed frames at 0x7fd0 to 0x800f',
  },
  {
    what: 'the host gives it a stack of its own, and one calls the other without the host',
    modules: [EXPORTED],
    source: `const b = make(0, { back() {}, take: () => 0 }), a = make(0, { back: b.deep, take: () => 0 });
             b.__stack_pointer.value = 0x6000; a.nested();`,
    found: [],
  },
  {
    what: 'it gives it one that is not far enough, and one calls the other without the host',
    modules: [EXPORTED],
    source: `const b = make(0, { back() {}, take: () => 0 }), a = make(0, { back: b.deep, take: () => 0 });
             b.__stack_pointer.value = 0x8010; a.nested();`,
    found: ['stack-overlap'],
    words: 'pushed frames at 0x7fd0 to 0x800f',
  },
];

describePrograms(PROGRAMS);
