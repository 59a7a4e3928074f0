// Programs that share a memory in ways that people do: which kinds of findings they give, in their order. Those on the left of each pair
// are wrong, or nearly are what is wrong.
import {
  bumpAllocator,
  describePrograms,
  FRAMES,
  globalAllocator,
  listAllocator,
  little,
  MEMORY,
  type Program,
  PUT,
  STACK,
} from '../support/sharedPrograms.ts';

const B = `${MEMORY} (data (i32.const 0x3000) "precious") (func (export "get") (result i32) (i32.load (i32.const 0x3000)))`;

/** An allocator, and a module that has its data in the allocator's first blocks. */
const ROOM = [
  `${MEMORY} ${bumpAllocator(0x400)} ${PUT}`,
  `${MEMORY} (data (i32.const 0x800) "own") (func (export "inc") (i32.store (i32.const 0x800) (i32.const 1)))`,
];

/** `main` leaves its frame where its import throws; `frame` pushes one and pops it. */
const LOOPS = [
  `${MEMORY} (import "env" "loop" (func $loop)) ${STACK}
     (func (export "main") (local i32) (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 32)))) (call $loop))
     (func (export "frame") (local i32) (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
       (i32.store (local.get 0) (i32.const 1)) (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))))`,
];

/** Its stack ends at 0x4000, in the blocks of the allocator of ROOM. `frame` pushes, `nested` stores where a pointer in a struct in a struct points to. */
const STACK_FIRST = `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0x4000)) (data (i32.const 0x9000) "data")
  (func (export "frame") (local i32) (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (i32.store (local.get 0) (i32.const 1)) (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))))
  (func (export "nested") (param i32) (i32.store (i32.load (i32.load (local.get 0))) (i32.const 5)))`;

/** A variable that its data segment sets to 1; `outer` reads it behind a call of an import. */
const VARIABLE = `(import "env" "back" (func $back)) ${MEMORY} (data (i32.const 0x400) "\\01\\00\\00\\00")
  (func (export "set") (i32.store (i32.const 0x400) (i32.const 7))) (func (export "get") (result i32) (i32.load (i32.const 0x400)))
  (func (export "outer") (result i32) (call $back) (i32.load (i32.const 0x400)))`;

/** A variable that its data segment clears, and its start function sets. */
const STARTING = `${MEMORY} (data (i32.const 0x400) "\\00\\00\\00\\00\\01\\00\\00\\00")
  (func $start (i32.store (i32.const 0x400) (i32.const 0x700))) (start $start)
  (func (export "set") (param i32) (i32.store (i32.const 0x400) (local.get 0))) (func (export "get") (result i32) (i32.load (i32.const 0x400)))`;

/** An allocator whose position another function sets, which the program may call, too. */
const HELPED = `${MEMORY} (global (export "__heap_base") i32 (i32.const 0x400)) (data (i32.const 0x200) "${little(0x400)}")
  (func $step (export "step") (param i32) (i32.store (i32.const 0x200) (i32.add (i32.load (i32.const 0x200)) (local.get 0))))
  (func $malloc (export "malloc") (param i32) (result i32) (i32.load (i32.const 0x200)) (call $step (local.get 0)))
  ${PUT}`;

const PROGRAMS: readonly Program[] = [
  {
    what: 'the 705th of many small blocks reaches the statics of another module',
    modules: [`${MEMORY} ${bumpAllocator(0x400)} ${PUT}`, B],
    source: 'const [a] = [make(0), make(1)]; for (let i = 0; i < 768; i++) a.put(a.malloc(16));',
    found: ['foreign-write'],
  },
  {
    what: 'a stack comes down into the block of another module, into which that one has stored many times',
    modules: [ROOM[0], STACK_FIRST],
    source:
      'const a = make(0), p = a.malloc(0x7000), b = make(1); for (let i = 0; i < 300; i++) a.put(p + 4 * i); b.frame();',
    found: ['foreign-write'],
  },
  {
    what: 'a stack comes down into the 400th block of another module',
    modules: [ROOM[0], STACK_FIRST],
    source: 'const a = make(0), b = make(1); for (let i = 0; i < 500; i++) a.put(a.malloc(32)); b.frame();',
    found: ['foreign-write'],
  },
  {
    what: 'a module with its stack there, which has not come down so far, stores into the block by a pointer in a struct in a struct',
    modules: [ROOM[0], STACK_FIRST],
    source: `const a = make(0), p = a.malloc(0x3000), view = new Uint32Array(memory.buffer), b = make(1);
      view[0xa000 / 4] = 0xa100; view[0xa100 / 4] = p + 0x1000; b.nested(0xa000);`,
    found: [],
  },
  {
    what: 'the host asks one allocator for the room that the other module is then made in',
    modules: ROOM,
    source: 'const a = make(0); a.malloc(0x1000); const b = make(1); b.inc(); a.put(a.malloc(16)); b.inc();',
    found: [],
  },
  {
    what: 'it asks for that room, and writes there by the first module, too',
    modules: ROOM,
    source: 'const a = make(0); const p = a.malloc(0x1000); const b = make(1); b.inc(); a.put(p + 0x400); b.inc();',
    found: ['foreign-write'],
  },
  {
    what: 'a block was given back before another module has its statics there',
    modules: [
      `${MEMORY} ${listAllocator(0x400)} ${PUT}`,
      `${MEMORY} (data (i32.const 0x480) "own") (func (export "inc") (i32.store (i32.const 0x480) (i32.const 1)))`,
    ],
    source: 'const a = make(0); const p = a.malloc(0x1000); a.put(p); a.free(p); make(1).inc();',
    found: [],
  },
  {
    what: 'a module with an allocator of its own above writes past a block of the one below, and frees one of its own twice',
    modules: [`${MEMORY} ${listAllocator(0x400)}`, `${MEMORY} ${listAllocator(0x8000, 0x7000)} ${PUT}`],
    source:
      'const [a, b] = [make(0), make(1)]; const p = a.malloc(16); a.malloc(16); b.put(p + 16); const q = b.malloc(16); b.free(q); b.free(q);',
    found: ['heap-overflow', 'double-free'],
  },
  {
    what: 'a stack comes down over another module’s data, which that one had written 20 000 times',
    modules: [
      `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0x8000)) (func (export "deep") (param i32) (local i32)
        (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (local.get 0)))) (i32.store (local.get 1) (i32.const 9))
        (global.set $__stack_pointer (i32.add (local.get 1) (local.get 0))))`,
      `${MEMORY} (data (i32.const 0x4000) "own data") (func (export "run") (param i32)
        (loop (i32.store (i32.const 0x4000) (i32.mul (local.get 0) (i32.const 0x9e3779b1))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`,
    ],
    source: 'const [a, b] = [make(0), make(1)]; a.deep(16); b.run(20000); a.deep(0x4000);',
    found: ['static-overlap'],
  },
  {
    what: 'an address of 64 bits in a dead frame is used',
    memory: "{ initial: 2n, maximum: 4n, address: 'i64' }",
    modules: [
      `(import "env" "memory" (memory i64 2 4)) (global $__stack_pointer (mut i64) (i64.const 0x8000)) (data (i64.const 0x9000) "data")
       (func (export "local") (result i64) (local i64) (global.set $__stack_pointer (local.tee 0 (i64.sub (global.get $__stack_pointer) (i64.const 32))))
         (i32.store (local.get 0) (i32.const 9)) (global.set $__stack_pointer (i64.add (local.get 0) (i64.const 32))) (local.get 0))
       (func (export "use") (param i64) (result i32) (i32.load (local.get 0)))`,
    ],
    source: 'const a = make(0); a.use(a.local());',
    found: ['dead-stack-pointer'],
  },
  {
    what: 'addresses of 64 bits below all data are given to a call',
    memory: "{ initial: 2n, maximum: 4n, address: 'i64' }",
    modules: [
      `(import "env" "memory" (memory i64 2 4)) (global $__stack_pointer (mut i64) (i64.const 0x8000)) (data (i64.const 0x4000) "data")
       (func (export "put") (param i64) (i32.store (local.get 0) (i32.const 1)))`,
    ],
    source: 'const a = make(0); a.put(0x1000n); a.put(0x1004n);',
    found: [],
  },
  {
    what: 'a frame that the host asked for is filled by a function that gives its address back, and used',
    modules: [`${MEMORY} ${STACK} ${FRAMES}`],
    source: 'const a = make(0); const p = a.alloc(16); a.use(a.init(p)); a.restore(0x8000);',
    found: [],
  },
  {
    what: 'what was in a frame is used after it was given back',
    modules: [
      `${MEMORY} ${STACK} (func (export "use") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "local") (result i32) (local i32) (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
        (i32.store (local.get 0) (i32.const 9)) (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16))) (local.get 0))`,
    ],
    source: 'const a = make(0); a.use(a.local());',
    found: ['dead-stack-pointer'],
  },
  {
    what: 'the host clears memory, and begins anew with another instance',
    modules: [`${MEMORY} ${globalAllocator('i32', value => value, '(global.get $next)', '0x400')}`],
    source:
      'for (let i = 0; i < 3; i++) { const a = make(0); a.put(a.malloc(16)); a.put(a.malloc(16)); new Uint8Array(memory.buffer).fill(0); }',
    found: [],
  },
  {
    what: 'the host clears memory in which an allocator has heads, and begins anew with another instance',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source:
      'for (let i = 0; i < 3; i++) { const a = make(0); const p = a.malloc(16); a.put(p); a.put(a.malloc(16)); a.free(p); new Uint8Array(memory.buffer).fill(0); }',
    found: [],
  },
  {
    what: 'the host clears the block and more, and the same instance goes on',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source:
      'const a = make(0); const p = a.malloc(16); a.put(p); a.put(a.malloc(16)); new Uint8Array(memory.buffer).fill(0, p, p + 64); a.put(p);',
    found: ['heap-overflow'],
  },
  ...(
    [
      ['i32', (value: string) => value, '(global.get $next)', '0x400'],
      ['i64', (value: string) => `(i64.extend_i32_u ${value})`, '(i32.wrap_i64 (global.get $next))', '0x400'],
      [
        'v128',
        (value: string) => `(i32x4.splat ${value})`,
        '(i32x4.extract_lane 0 (global.get $next))',
        'i32x4 0x400 0 0 0',
      ],
    ] as const
  ).map(
    ([type, from, to, first]): Program => ({
      what: `two instances whose allocators go on in a global of type ${type}`,
      modules: [`${MEMORY} ${globalAllocator(type, from, to, first)}`],
      source: 'const [a, b] = [make(0), make(0)]; a.put(a.malloc(16)); b.put(b.malloc(16));',
      found: ['duplicate-allocation'],
      // What is left of a vector is not followed.
      ...(type !== 'v128' && { words: 'Each instance has an allocator of its own over the same memory.' }),
    }),
  ),
  {
    what: 'the allocator’s own trim clears what was freed',
    modules: [
      `${MEMORY} ${listAllocator(0x400)} (func $malloc_trim (export "malloc_trim")
      (memory.fill (i32.add (i32.load (i32.const 0x204)) (i32.const 8)) (i32.const 0) (i32.const 16)))`,
    ],
    source:
      'const a = make(0); const p = a.malloc(16), q = a.malloc(16); a.put; a.free(p); a.malloc_trim(); a.free(q);',
    found: [],
  },
  {
    what: 'code of the program’s own does the same',
    modules: [
      `${MEMORY} ${listAllocator(0x400)} (func $clear (export "clear")
      (memory.fill (i32.add (i32.load (i32.const 0x204)) (i32.const 8)) (i32.const 1) (i32.const 16)))`,
    ],
    source: 'const a = make(0); const p = a.malloc(16), q = a.malloc(16); a.free(p); a.clear(); a.free(q);',
    found: ['use-after-free'],
  },
  {
    what: 'each job has an instance of its own over the same memory',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'for (let job = 0; job < 3; job++) { const a = make(0); a.put(a.malloc(16)); a.put(a.malloc(16)); }',
    found: [],
  },
  {
    what: 'each has one, and the first of them is called once more',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: `const all = [];
      for (let job = 0; job < 3; job++) { const a = make(0); all.push(a); a.put(a.malloc(16)); a.put(a.malloc(16)); }
      all[0].put(0x408);`,
    found: ['allocator-reset', 'duplicate-allocation', 'allocator-reset'],
  },
  {
    what: 'each has one, and the first of them is called once more, where it stores nothing',
    modules: [VARIABLE],
    source:
      'const a = make(0, { back() {} }); a.set(); const b = make(0, { back() {} }); a.get(); make(0, { back() {} }).get();',
    found: ['segment-overwrite'],
  },
  {
    what: 'a call of the first one goes on while the others are made',
    modules: [VARIABLE],
    source: 'const a = make(0, { back() { a.set(); make(0, { back() {} }); make(0, { back() {} }); } }); a.outer();',
    found: ['segment-overwrite'],
  },
  {
    what: 'each job’s allocator begins in a global, and the instances are made one after the other',
    modules: [`${MEMORY} ${globalAllocator('i32', value => value, '(global.get $next)', '0x400')}`],
    source: 'for (let job = 0; job < 3; job++) { const a = make(0); a.put(a.malloc(16)); a.put(a.malloc(16)); }',
    found: [],
  },
  {
    what: 'a late instance puts back a variable, and the state of an allocator behind it in the same segment',
    modules: [
      `${MEMORY} ${listAllocator(0x400).replace('(data (i32.const 512) "', '(data (i32.const 508) "\\01\\00\\00\\00')}
       (func (export "count") (i32.store (i32.const 508) (i32.const 7)))`,
    ],
    source: 'const a = make(0); a.count(); a.malloc(16); const b = make(0); b.malloc(16); a.count();',
    found: ['allocator-reset', 'segment-overwrite', 'duplicate-allocation'],
    words: 'One of them, at 0x200, had',
  },
  {
    what: 'a start function writes once more what the segment has cleared: nothing is lost',
    modules: [STARTING],
    source: 'const a = make(0); a.get(); make(0); a.get();',
    found: [],
  },
  {
    what: 'a start function writes something else there',
    modules: [STARTING],
    source: 'const a = make(0); a.set(9); make(0); a.get();',
    found: ['segment-overwrite'],
  },
  {
    what: 'a segment puts back a part of an integer, and a start function the rest',
    modules: [
      `${MEMORY} (data (i32.const 0x400) "\\07") (func $start (i32.store (i32.const 0x400) (i32.const 0x1000007))) (start $start)
       (func (export "set") (param i32) (i32.store (i32.const 0x400) (local.get 0))) (func (export "get") (result i32) (i32.load (i32.const 0x400)))`,
    ],
    source: 'const a = make(0); a.set(0x12345678); make(0); a.get();',
    found: ['segment-overwrite', 'segment-overwrite'],
    words: 'put 1 byte at 0x400 back to what it was at first. It had been written by #0',
  },
  {
    what: 'a function that the allocator calls writes its state',
    modules: [HELPED],
    source: 'const a = make(0); a.put(a.malloc(16)); const b = make(0); b.put(b.malloc(16));',
    found: ['allocator-reset'],
  },
  {
    what: 'the same function writes a variable for the program',
    modules: [HELPED],
    source: 'const a = make(0); a.step(4); make(0).step(4);',
    found: ['segment-overwrite'],
  },
  {
    what: 'a stack comes down into a block whose address the module had as a number before there was the block',
    modules: [ROOM[0], STACK_FIRST],
    source:
      'const a = make(0), b = make(1); new Uint32Array(memory.buffer)[0xa000 / 4] = 0xa100; b.nested(0xa000); b.nested(0x3000); a.malloc(0x7000); b.frame();',
    found: ['foreign-write'],
  },
  {
    what: 'the room of a module is freed, and it is called no more',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`, ROOM[1]],
    source:
      'const a = make(0), p = a.malloc(0x1000), b = make(1); b.inc(); a.free(p); const q = a.malloc(0x1000); for (let i = 0; i < 0x1000; i += 4) a.put(q + i);',
    found: [],
  },
  {
    what: 'the room of a module is freed, and handed out again, and then it is called',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`, ROOM[1]],
    source:
      'const a = make(0), p = a.malloc(0x1000), b = make(1); b.inc(); a.free(p); const q = a.malloc(0x1000); for (let i = 0; i < 0x1000; i += 4) a.put(q + i); b.inc();',
    found: ['foreign-write'],
    words: 'Call 5, malloc on #0',
  },
  {
    what: 'a late instance puts back an allocator of which all blocks were freed',
    modules: [`${MEMORY} ${listAllocator(0x400)}`],
    source:
      'const a = make(0); const p = a.malloc(16), q = a.malloc(16); a.free(p); a.free(q); const b = make(0); b.free(b.malloc(16));',
    found: [],
  },
  {
    what: 'a late instance puts back an allocator of which one block was not freed',
    modules: [`${MEMORY} ${listAllocator(0x400)}`],
    source:
      'const a = make(0); const p = a.malloc(16); a.malloc(16); a.free(p); const b = make(0); b.free(b.malloc(16));',
    found: ['allocator-reset'],
  },
  {
    what: 'main is left by what Emscripten throws when the program’s loop begins',
    modules: LOOPS,
    source:
      "const a = make(0, { loop() { throw 'unwind'; } }); try { a.main(); } catch {} for (let i = 0; i < 5; i++) a.frame();",
    found: [],
  },
  {
    what: 'main is left by what the host throws',
    modules: LOOPS,
    source:
      "const a = make(0, { loop() { throw 'no'; } }); try { a.main(); } catch {} for (let i = 0; i < 5; i++) a.frame();",
    found: ['stack-pointer-leak'],
  },
  {
    what: 'a store to a first variable whose zeros a tool has cut off its segment',
    modules: [
      `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0x8000)) (data (i32.const 0x404) "second") (func (export "tick") (i32.store (i32.const 0x400) (i32.const 1)))`,
    ],
    source: 'make(0).tick();',
    found: [],
  },
  {
    what: 'a store below the first variable',
    modules: [
      `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0x8000)) (data (i32.const 0x404) "second") (func (export "tick") (i32.store (i32.const 0x3f8) (i32.const 1)))`,
    ],
    source: 'make(0).tick();',
    found: ['null-page-write'],
  },
  {
    what: 'two modules without names have heaps at one place',
    modules: [`${MEMORY} ${listAllocator(0x1000)} ${PUT}`, `${MEMORY} ${listAllocator(0x1000, 0x400)} ${PUT}`],
    hasNames: false,
    source:
      'const [a, b] = [make(0), make(1)]; const p = a.malloc(64); a.put(p + 16); b.put(b.malloc(24)); a.put(p + 16);',
    found: ['duplicate-allocation'],
  },
  {
    what: 'one module gives a block of its own to the other one’s allocator',
    modules: [
      `${MEMORY} ${listAllocator(0x1000)} ${PUT}`,
      `${MEMORY} (global $top (mut i32) (i32.const 0)) (data (i32.const 0x600) "data") (func (export "init") (param i32) (global.set $top (local.get 0)))
       (func $malloc (export "malloc") (param i32) (result i32) (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 0)))) (func $free (export "free") (param i32)) ${PUT}`,
    ],
    source: 'const [a, b] = [make(0), make(1)]; b.init(a.malloc(256)); b.put(b.malloc(16)); b.put(b.malloc(16));',
    found: [],
  },
  {
    what: 'malloc counts in a global, and keeps its list in memory',
    modules: [
      `${MEMORY} (global $count (mut i32) (i32.const 0))
       ${listAllocator(0x400)
         .replace('$free (export "free")', '$release (export "release")')
         .replace(
           '(if (local.get $block)',
           '(global.set $count (i32.add (global.get $count) (i32.const 1))) (if (local.get $block)',
         )}`,
    ],
    source: 'const [a, b] = [make(0), make(0)]; const p = a.malloc(16); a.release(p); b.malloc(16);',
    found: [],
  },
  {
    what: 'a function of the program’s whose name begins as some of allocators do uses a block that was freed',
    modules: [
      `${MEMORY} ${listAllocator(0x400)} (func $sys_tick (export "sys_tick") (param i32) (i32.store offset=8 (local.get 0) (i32.const 1)))`,
    ],
    source: 'const a = make(0); const p = a.malloc(16); a.malloc(16); a.free(p); a.sys_tick(p);',
    found: ['use-after-free'],
  },
  {
    what: 'twenty calls end by what Emscripten throws once, and each leaves its frame',
    modules: [
      `${MEMORY} (import "env" "loop" (func $loop)) ${STACK}
       (func (export "main") (local i32) (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 32)))) (call $loop))`,
    ],
    source:
      "const a = make(0, { loop() { throw 'unwind'; } }); for (let i = 0; i < 20; i++) try { a.main(); } catch {}",
    found: ['stack-pointer-leak'],
  },
  {
    what: 'the host puts a picture into a block, and then a module with its data in the middle',
    modules: [
      `${MEMORY} ${bumpAllocator(0x400)} (func (export "read") (param i32) (result i32) (i32.load (local.get 0)))`,
      `${MEMORY} (data (i32.const 0x800) "own") (func (export "get"))`,
    ],
    source:
      'const a = make(0); const p = a.malloc(0x1000); new Uint8Array(memory.buffer).fill(7, p, p + 0x1000); a.read(p); make(1).get(); a.read(p + 0x400);',
    found: ['foreign-write'],
  },
  {
    what: 'the host wipes one block, and makes a further instance while the one before goes on',
    modules: [`${MEMORY} ${globalAllocator('i32', value => value, '(global.get $next)', '0x400')}`],
    source:
      'const a = make(0); const p = a.malloc(16); a.put(p); new Uint8Array(memory.buffer).fill(0, p, p + 16); const b = make(0); b.put(b.malloc(16)); a.put(p);',
    found: ['duplicate-allocation'],
  },
];

describePrograms(PROGRAMS);
