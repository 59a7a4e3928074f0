// Stores that leave a block: which block each is told of. Two blocks of 4 bytes lie at 0x408 and 0x420, with the head of the second one
// at 0x418 to 0x41b; one of three has the third at 0x438.
import {
  bumpAllocator,
  describePrograms,
  FILL,
  MEMORY,
  type Program,
  PUT,
  ROUNDED,
} from '../support/sharedPrograms.ts';

const SET =
  '(func (export "set") (param i32 i32) (i32.store (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))) (i32.const 7)))';

/** Fills 0x408 to 0x41b as code does that is not optimized: how far it is stands in memory, near the heap. */
const COUNTED = `(func (export "counted")
  (i32.store (i32.const 0x300) (i32.const 0x408))
  (loop
    (i32.store8 (i32.load (i32.const 0x300)) (i32.const 7))
    (i32.store (i32.const 0x300) (i32.add (i32.load (i32.const 0x300)) (i32.const 1)))
    (br_if 0 (i32.lt_u (i32.load (i32.const 0x300)) (i32.const 0x41c)))))`;

/** Fills 0x423 to 0x41b, downwards. */
const DOWNWARDS = `(func (export "downwards") (local $at i32)
  (local.set $at (i32.const 0x423))
  (loop
    (i32.store8 (local.get $at) (i32.const 7))
    (br_if 0 (i32.gt_u (local.tee $at (i32.sub (local.get $at) (i32.const 1))) (i32.const 0x41a)))))`;

/** Stores to a block's ends first, as libc's memset does. */
const ENDS = `(func (export "ends") (param $at i32)
  (i32.store8 (local.get $at) (i32.const 7))
  (i32.store8 offset=27 (local.get $at) (i32.const 7))
  (i32.store8 offset=16 (local.get $at) (i32.const 7)))`;

/** Two stores to blocks, one by one. */
const BOTH = `(func (export "both") (param i32 i32)
  (i32.store8 (local.get 0) (i32.const 7)) (i32.store8 (local.get 1) (i32.const 7)))`;

/** Blocks without heads, right behind each other, from 0x400 on. */
const HEADLESS = `${MEMORY} ${bumpAllocator(0x400)} (func $free (export "free") (param i32)) ${FILL} ${PUT}`;

const first = (call = 1): string =>
  `behind the block of 4 bytes at 0x408 that call ${call}, malloc on #0, handed out. What lies`;
const second = 'before the block of 4 bytes at 0x420 that call 2, malloc on #0, handed out. What lies';

const TWO = 'const a = make(0), p = a.malloc(4), q = a.malloc(4);';

const PROGRAMS: readonly Program[] = [
  {
    what: 'bytes are stored one by one past a block and what was rounded up, to the head of the next one',
    modules: [`${ROUNDED} ${FILL}`],
    source: `${TWO} a.fill(p, p + 20); a.fill(q, q + 4);`,
    found: ['heap-overflow'],
    words: first(),
  },
  {
    what: 'they are stored into what was rounded up alone',
    modules: [`${ROUNDED} ${FILL}`],
    source: `${TWO} a.fill(p, p + 16); a.fill(q, q + 4);`,
    found: [],
  },
  {
    what: 'they are stored past it by a loop that keeps its counter in memory, of which no call has the address',
    modules: [`${ROUNDED} ${COUNTED}`],
    source: `${TWO} a.counted();`,
    found: ['heap-overflow'],
    words: first(),
  },
  {
    what: 'the same loop ends in a block that is long enough',
    modules: [`${ROUNDED} ${COUNTED}`],
    source: 'const a = make(0), p = a.malloc(20), q = a.malloc(4); a.counted();',
    found: [],
  },
  {
    what: 'a call that was given a block stores behind it, nearer to the next one',
    modules: [`${ROUNDED} ${SET}`],
    source: `${TWO} a.set(p, 4);`,
    found: ['heap-overflow'],
    words: first(),
  },
  {
    what: 'a call that was given a block stores before it',
    modules: [`${ROUNDED} ${SET}`],
    source: `${TWO} a.set(q, -2);`,
    found: ['heap-overflow'],
    words: second,
  },
  {
    what: 'a call that was given a block stores into it',
    modules: [`${ROUNDED} ${SET}`],
    source: `${TWO} a.set(p, 0); a.set(q, 0);`,
    found: [],
  },
  {
    what: 'nothing tells which of two blocks a store between them left',
    modules: [`${ROUNDED} ${PUT}`],
    source: `${TWO} a.put(0x418);`,
    found: ['heap-overflow'],
    words:
      'behind the block of 4 bytes at 0x408 that call 1, malloc on #0, handed out. It may as well have been meant for ' +
      'the block of 4 bytes at 0x420 that call 2, malloc on #0, handed out, and lies before that one.',
  },
  {
    what: 'stores come down from one of two blocks to what lies between them',
    modules: [`${ROUNDED} ${DOWNWARDS}`],
    source: `${TWO} a.downwards();`,
    found: ['heap-overflow'],
    words:
      'before the block of 4 bytes at 0x420 that call 2, malloc on #0, handed out. It may as well have been meant for ' +
      'the block of 4 bytes at 0x408 that call 1, malloc on #0, handed out, and lies behind that one.',
  },
  {
    what: 'an overrun goes on into a neighbour that is free',
    modules: [`${ROUNDED} ${FILL}`],
    source: `${TWO} a.malloc(4); a.free(q); a.fill(p, p + 40);`,
    found: ['heap-overflow'],
    words: first(),
  },
  {
    what: 'it does so where blocks have no heads',
    modules: [HEADLESS],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(q); a.fill(p, p + 20);',
    found: ['heap-overflow'],
    words: 'stored 1 byte at 0x410, behind the block of 16 bytes at 0x400',
  },
  {
    what: 'a call fills a block, and the next one its neighbour that is free',
    modules: [HEADLESS],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(q); a.fill(p, p + 16); a.fill(q, q + 4);',
    found: ['use-after-free'],
    words: 'stored 1 byte at 0x410, in the block of 16 bytes at 0x410',
  },
  {
    what: 'the host overruns a block into a neighbour that is free',
    modules: [HEADLESS],
    source:
      'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(q); new Uint8Array(memory.buffer).fill(1, p, p + 20); a.put(p);',
    found: ['heap-overflow'],
    words: 'Host stored 20 bytes at 0x400, 4 bytes past the end of the block of 16 bytes at 0x400',
  },
  {
    what: 'a block is overrun into a neighbour that is free by a function that begins at both ends',
    modules: [`${ROUNDED} ${ENDS}`],
    source: `${TWO} a.malloc(4); a.free(q); a.ends(p);`,
    found: ['heap-overflow'],
    words: first(),
  },
  {
    what: 'one function stores to a block, and to its neighbour that is free',
    modules: [`${ROUNDED} ${BOTH}`],
    source: `${TWO} a.malloc(4); a.free(q); a.both(p, q);`,
    found: ['use-after-free'],
  },
  {
    what: 'a block that was freed is overrun',
    modules: [`${ROUNDED} ${FILL}`],
    source: `${TWO} a.free(p); a.fill(p, p + 20);`,
    found: ['use-after-free'],
    words: 'stored 1 byte at 0x408, in the block of 4 bytes at 0x408',
  },
];

describePrograms(PROGRAMS);
