// Blocks of allocators in programs: which kinds of findings they give, in their order.
import { describePrograms, listAllocator, MEMORY, type Program, PUT } from '../support/sharedPrograms.ts';

/** The heap is an array among the statics, from 0x400 on; behind it stands how far it is used. */
const ARENA = `${MEMORY} (global (export "__heap_base") i32 (i32.const 0x8000)) (global (export "__data_end") i32 (i32.const 0x8000))
  (global $__stack_pointer (mut i32) (i32.const 0xf000)) (data (i32.const 0x400) "\\00") (data (i32.const 0x2400) "\\00\\04\\00\\00")
  (func $malloc (export "malloc") (param $size i32) (result i32) (local $head i32)
    (local.set $head (i32.load (i32.const 0x2400)))
    (i32.store (local.get $head) (local.get $size))
    (i32.store (i32.const 0x2400) (i32.add (local.get $head) (i32.add (local.get $size) (i32.const 8))))
    (i32.add (local.get $head) (i32.const 8)))
  (func $free (export "free") (param $block i32) (i32.store (i32.sub (local.get $block) (i32.const 4)) (i32.const 1)))`;

const PROGRAMS: readonly Program[] = [
  {
    what: 'a block of 2 MiB is used near its end after it was freed',
    modules: [`(import "env" "memory" (memory 40)) ${listAllocator(0x400)} ${PUT}`],
    memory: '{ initial: 40 }',
    source: 'const a = make(0), p = a.malloc(2 ** 21), q = a.malloc(16); a.free(p); a.put(p + 2 ** 21 - 8); a.put(q);',
    found: ['use-after-free'],
    words: 'in the block of 2097152 bytes at 0x408',
  },
  {
    what: 'a call stores into a freed block with several instructions',
    modules: [
      `${MEMORY} ${listAllocator(0x400)} (func (export "clear") (param i32)
        (i32.store (local.get 0) (i32.const 1)) (i32.store offset=4 (local.get 0) (i32.const 1)) (i64.store offset=8 (local.get 0) (i64.const 1)))`,
    ],
    source: 'const a = make(0), p = a.malloc(16); a.malloc(16); a.free(p); a.clear(p);',
    found: ['use-after-free'],
  },
  {
    what: 'an allocator that fails sets a variable, which the program sets, too, before the first block, where nobody knows where zeros end',
    modules: [
      `${MEMORY} (global $__stack_pointer (mut i32) (i32.const 0x1000)) (data (i32.const 0x1000) "\\30\\10\\00\\00")
       (func $malloc (export "malloc") (param $size i32) (result i32) (local $head i32)
         (if (i32.gt_u (local.get $size) (i32.const 0x8000))
           (then (i32.store (i32.const 0x1018) (i32.const 12)) (return (i32.const 0))))
         (local.set $head (i32.load (i32.const 0x1000)))
         (i32.store (local.get $head) (local.get $size))
         (i32.store (i32.const 0x1000) (i32.add (local.get $head) (i32.add (local.get $size) (i32.const 8))))
         (i32.add (local.get $head) (i32.const 8)))
       (func $free (export "free") (param $block i32) (i32.store (i32.sub (local.get $block) (i32.const 4)) (i32.const 1)))
       (func (export "again") (i32.store (i32.const 0x1018) (i32.const 0)))`,
    ],
    source: 'const a = make(0), p = a.malloc(16); a.malloc(0x9000); a.again(); a.free(p);',
    found: [],
  },
  {
    what: 'a store goes past a block of an allocator whose heap is a static array, to the head of the next one',
    modules: [`${ARENA} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.put(p + 16); a.free(q);',
    found: ['heap-overflow'],
    words: 'behind the block of 16 bytes at 0x408',
  },
  {
    what: 'the program writes to blocks there, and to a variable of the allocator’s',
    modules: [`${ARENA} ${PUT}`],
    source:
      'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.put(p); a.put(q + 12); a.put(0x2400); a.free(q); a.free(p);',
    found: [],
  },
  {
    what: 'an address inside of a block is freed, after another block was overrun',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(q + 8); a.put(p + 16);',
    found: ['invalid-free', 'heap-overflow'],
    words:
      'Call 3, free on #0, freed 0x428, where no block begins: it lies 8 bytes behind the start of the block of 16 bytes at 0x420 that call 2, malloc on #0, handed out.',
  },
  {
    what: 'the allocator hands out what was freed inside of a block',
    modules: [`${MEMORY} ${listAllocator(0x400)}`],
    source: 'const a = make(0), p = a.malloc(16); a.free(p + 8); a.malloc(8);',
    found: ['invalid-free'],
  },
  {
    what: 'blocks are freed by the addresses that were handed out',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.put(p + 12); a.free(q); a.free(p);',
    found: [],
  },
  {
    what: 'an address behind a block is freed, which another function may have handed out',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.put(p + 16); a.free(q + 16);',
    found: [],
  },
  {
    what: 'a store goes past a block, and later a static variable is freed',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT} (data (i32.const 0x300) "0123456789abcdef")`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.put(p + 16); a.free(0x308);',
    found: ['heap-overflow'],
  },
  {
    what: 'a static variable is freed, and later a store goes past a block',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT} (data (i32.const 0x300) "0123456789abcdef")`],
    source:
      'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(0x308); a.put(0x304); a.put(0x308); a.put(p + 16);',
    found: ['heap-overflow'],
  },
  {
    what: 'the allocator hands out a static variable that was freed, and takes it back',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT} (data (i32.const 0x300) "0123456789abcdef")`],
    source:
      'const a = make(0), p = a.malloc(16); a.free(0x308); const s = a.malloc(4); a.free(s); a.put(0x308); a.put(0x30c);',
    found: [],
  },
  {
    what: 'a block of a heap among the statics is freed that code without a name has handed out',
    modules: [`${ARENA} ${PUT}`],
    source: 'const a = make(0); a.free(0x1008); const p = a.malloc(16), q = a.malloc(16); a.put(p + 16);',
    found: [],
  },
  {
    what: 'a freed block is used behind a smaller one that begins where it began',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(64); a.malloc(16); a.free(p); a.malloc(16); a.put(p + 32);',
    found: ['use-after-free'],
    words: 'in the block of 64 bytes at 0x408 that call 1',
  },
  {
    what: 'the host wipes the memory at the end, with one block',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source: 'const a = make(0), p = a.malloc(16); a.put(p); a.free(p); new Uint8Array(memory.buffer).fill(0);',
    found: [],
  },
  {
    what: 'the host clears the heap of an instance that is done, which another one goes on with',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${PUT}`],
    source:
      'const a = make(0), b = make(0), p = a.malloc(16); a.put(p); a.malloc(16); new Uint8Array(memory.buffer).fill(0, 0x400); b.put(b.malloc(16));',
    found: ['heap-overflow'],
  },
  {
    what: 'a store goes past the first block of an allocator that begins with a large table',
    modules: [
      `${MEMORY} (global (export "__heap_base") i32 (i32.const 0x400)) (data (i32.const 0x200) "\\00\\00\\00\\00")
       (func $malloc (export "malloc") (param $size i32) (result i32) (local $at i32)
         (if (i32.eqz (i32.load (i32.const 0x200)))
           (then
             (local.set $at (i32.const 0x400))
             (loop (i32.store (local.get $at) (i32.const 1))
               (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 0x900))))
             (i32.store (i32.const 0x200) (i32.const 0x1000))))
         (local.set $at (i32.load (i32.const 0x200)))
         (i32.store (local.get $at) (local.get $size))
         (i32.store (i32.const 0x200) (i32.add (local.get $at) (i32.add (local.get $size) (i32.const 8))))
         (i32.store (i32.load (i32.const 0x200)) (i32.const 0))
         (i32.add (local.get $at) (i32.const 8)))
       (func $free (export "free") (param $block i32) (i32.store (i32.sub (local.get $block) (i32.const 4)) (i32.const 1))) ${PUT}`,
    ],
    source: 'const a = make(0), p = a.malloc(16); a.put(p); a.put(p + 16);',
    found: ['heap-overflow'],
  },
];

describePrograms(PROGRAMS);
