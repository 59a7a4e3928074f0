// Stores that go from one live block into another one, of an allocator without heads: blocks lie right behind each other, from 0x400 on.
import {
  bumpAllocator,
  describePrograms,
  FILL,
  listAllocator,
  MEMORY,
  type Program,
  PUT,
} from '../support/sharedPrograms.ts';

const BULK = `(func (export "clear") (param $at i32) (param $bytes i32)
    (memory.fill (local.get $at) (i32.const 0) (local.get $bytes)))
  (func (export "copy") (param $to i32) (param $from i32) (param $bytes i32)
    (memory.copy (local.get $to) (local.get $from) (local.get $bytes)))`;

/** Copies bytes, which the log can't compute, up or down. */
const COPY = `(func (export "up") (param $to i32) (param $from i32) (param $end i32)
    (loop (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 1))) (local.get $end)))))
  (func (export "down") (param $to i32) (param $from i32) (param $end i32)
    (loop (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
      (local.set $from (i32.sub (local.get $from) (i32.const 1)))
      (br_if 0 (i32.ge_u (local.tee $to (i32.sub (local.get $to) (i32.const 1))) (local.get $end)))))`;

/** Clears by 8 bytes. */
const WORDS = `(func (export "words") (param $at i32) (param $end i32)
  (loop (i64.store (local.get $at) (i64.const 0))
    (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end)))))`;

/** Fills two ranges, by one loop and in one call. */
const TWICE = `(func (export "twice") (param $a i32) (param $aEnd i32) (param $b i32) (param $bEnd i32)
  (call $fill (local.get $a) (local.get $aEnd)) (call $fill (local.get $b) (local.get $bEnd)))`;

/** Sets each block of 4 bytes of a list, whose next one stands 0x1000 behind it. */
const LIST = `(func (export "each") (param $at i32)
  (loop (i32.store (local.get $at) (i32.const 7))
    (br_if 0 (local.tee $at (i32.load offset=0x1000 (local.get $at))))))`;

/** Fills as musl's memset does: both ends first, then what lies in between. */
const ENDS_FIRST = `(func $memset (export "memset") (param $at i32) (param $bytes i32) (local $end i32)
  (local.set $end (i32.add (local.get $at) (local.get $bytes)))
  (i64.store align=1 (local.get $at) (i64.const 0))
  (i64.store align=1 (i32.sub (local.get $end) (i32.const 8)) (i64.const 0))
  (local.set $at (i32.add (local.get $at) (i32.const 8)))
  (local.set $end (i32.and (i32.sub (local.get $end) (i32.const 1)) (i32.const -8)))
  (loop (i64.store (local.get $at) (i64.const 0))
    (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end)))))`;

const BETWEEN = '(func (export "between") (i32.store (i32.const 0x40e) (i32.const -1)))';

/** Stores a round's last word first, as compilers do that unroll a loop. */
const UNROLLED = `(func (export "unrolled") (param $at i32) (param $end i32)
  (loop
    (i32.store offset=12 (local.get $at) (i32.const 0))
    (i32.store offset=8 (local.get $at) (i32.const 0))
    (i32.store offset=4 (local.get $at) (i32.const 0))
    (i32.store (local.get $at) (i32.const 0))
    (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end)))))`;

/** Sets an element of two arrays in each round, of the first one's 4 bytes and of the other one's 4 or, by `wide`, 8. */
const PAIRS = `(func (export "pairs") (param $a i32) (param $b i32) (param $count i32)
  (loop (i32.store (local.get $a) (local.get $count)) (i32.store (local.get $b) (i32.const 7))
    (local.set $a (i32.add (local.get $a) (i32.const 4))) (local.set $b (i32.add (local.get $b) (i32.const 4)))
    (br_if 0 (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  (func (export "wide") (param $a i32) (param $b i32) (param $count i32)
  (loop (i64.store (local.get $b) (i64.const 7)) (i32.store (local.get $a) (local.get $count))
    (local.set $a (i32.add (local.get $a) (i32.const 4))) (local.set $b (i32.add (local.get $b) (i32.const 8)))
    (br_if 0 (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))`;

/** Clears a range by parts of 20 bytes. */
const PARTS = `(func (export "parts") (param $at i32) (param $end i32)
  (loop (memory.fill (local.get $at) (i32.const 0) (i32.const 20))
    (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 20))) (local.get $end)))))`;

const MODULE = `${MEMORY} ${bumpAllocator(0x400)} (func $free (export "free") (param i32))
  ${FILL} ${PUT} ${BULK} ${COPY} ${WORDS} ${TWICE} ${LIST} ${ENDS_FIRST} ${BETWEEN} ${PARTS} ${UNROLLED} ${PAIRS}`;

const THREE = 'const a = make(0), p = a.malloc(16), q = a.malloc(16), r = a.malloc(16);';
const past = (bytes: number): string =>
  `${bytes} bytes past the end of the block of 16 bytes at 0x400 that call 1, malloc on #0, handed out. `;
const intoSecond =
  'What lies there belongs to the block of 16 bytes at 0x410 that call 2, malloc on #0, handed out: whoever has it finds it changed.';

const wrong = (what: string, source: string, words: string): Program => ({
  what,
  modules: [MODULE],
  source: `${THREE} ${source}`,
  found: ['heap-overflow'],
  words,
});
const right = (what: string, source: string): Program => ({
  what,
  modules: [MODULE],
  source: `${THREE} ${source}`,
  found: [],
});

describePrograms([
  wrong('a number lies in two blocks', 'a.put(q - 2);', `stored 4 bytes at 0x40e, ${past(2)}${intoSecond}`),
  wrong(
    'nothing tells which of the two is meant',
    'a.between();',
    `${past(2)}It may as well have been meant for the block of 16 bytes at 0x410 that call 2, malloc on #0, handed out, and lies before that one. What lies there belongs to both: whoever has the other one finds it changed.`,
  ),
  wrong('memory.fill begins in one block and ends in another', 'a.clear(p, 20);', `${past(4)}${intoSecond}`),
  wrong('memory.copy does', 'a.copy(p + 8, 0x2000, 12);', `stored 12 bytes at 0x408, ${past(4)}${intoSecond}`),
  wrong('it begins within a block', 'a.clear(p + 4, 28);', `${past(16)}${intoSecond}`),
  wrong('it goes over a whole block into a third one', 'a.clear(p, 36);', `${past(20)}${intoSecond}`),
  wrong(
    'a loop goes on into the next block',
    'a.fill(p, p + 20);',
    `stored 1 byte at 0x410, behind the block of 16 bytes at 0x400 that`,
  ),
  wrong(
    'a loop that copies does',
    'a.up(p, 0x2000, p + 20);',
    'stored 1 byte at 0x410, behind the block of 16 bytes at 0x400',
  ),
  wrong(
    'a loop comes down from one',
    'a.down(q + 15, 0x2000, p + 8);',
    'stored 1 byte at 0x40f, before the block of 16 bytes at 0x410',
  ),
  wrong(
    'a loop by words does',
    'a.words(p + 8, q + 8);',
    'stored 8 bytes at 0x410, behind the block of 16 bytes at 0x400',
  ),
  wrong(
    'a loop that is unrolled does',
    'a.unrolled(p + 8, p + 40);',
    'stored 4 bytes at 0x410, behind the block of 16 bytes at 0x400',
  ),
  right('such a loop clears all blocks', 'a.unrolled(p, r + 16);'),
  right('its only round may set the last fields of one and the first of another', 'a.unrolled(p + 8, p + 24);'),
  right('blocks are filled up to their ends', 'a.clear(p, 16); a.fill(q, q + 16); a.words(r, r + 16); a.put(p + 12);'),
  right('one loop fills neighbours in one call', 'a.twice(p, p + 16, q, q + 4);'),
  right('one loop fills the second half of one, and the next', 'a.twice(p + 8, p + 16, q, q + 16);'),
  right('one loop fills an array and the beginning of the next one', 'const s = a.malloc(32); a.pairs(r, s, 4);'),
  right('one loop fills the end of an array and the next one', 'a.pairs(p + 8, q, 2); a.pairs(q, p + 8, 2);'),
  right(
    'one loop fills the beginning of an array, and the one before it',
    'const s = a.malloc(64); a.wide(r, s, 4); a.pairs(s, r, 4);',
  ),
  right('all blocks are cleared at once', 'a.clear(p, 48); a.fill(p, p + 48); a.words(p, p + 48); a.memset(p, 48);'),
  right('all from one on are, and what is behind them', 'a.clear(q, 0x1000); a.fill(q, 0x1000);'),
  right(
    'they are cleared by words, whose borders are none of the blocks',
    `const s = a.malloc(13), t = a.malloc(7); a.words(p, t + 4); a.fill(t + 4, t + 7);`,
  ),
  right('they are cleared by memory.fill, a part at a time', 'a.malloc(12); a.parts(p, p + 60);'),
  right('room grows in place', 'const s = a.malloc(8); a.clear(s, 8);'),
  {
    what: 'a function that begins with both ends goes on into the next block',
    modules: [MODULE],
    source: 'const a = make(0), p = a.malloc(64), q = a.malloc(64); a.memset(q, 64); a.memset(p, 80);',
    found: ['heap-overflow'],
    words: 'stored 8 bytes at 0x440, behind the block of 64 bytes at 0x400 that call 1',
  },
  right('all are cleared where some of them are free', 'a.free(q); a.clear(p, 48);'),
  right('all are cleared by a loop where some of them are free', 'a.free(q); a.words(p, p + 48);'),
  wrong('some of them are free, and not all are cleared', 'a.free(q); a.clear(p, 44);', past(28)),
  {
    what: 'the whole heap of an allocator with heads is cleared',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${BULK}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.free(p); a.clear(0x400, 0x100);',
    found: [],
  },
  {
    what: 'what is behind the only block of an allocator with heads is cleared, too',
    modules: [`${MEMORY} ${listAllocator(0x400)} ${BULK}`],
    source: 'const a = make(0), p = a.malloc(16), q = a.malloc(16); a.clear(p, 0x100);',
    found: ['heap-overflow'],
  },
  {
    what: 'a list of blocks of 4 bytes is set by one loop',
    modules: [MODULE],
    source: `const a = make(0), all = Array.from({ length: 4 }, () => a.malloc(4)), words = new Uint32Array(memory.buffer);
      a.malloc(0x2000); all.forEach((each, index) => { words[(each + 0x1000) / 4] = all[index + 1] ?? 0; }); a.each(all[0]);`,
    found: [],
  },
  {
    what: 'a block that was divided by another allocator is cleared by whoever has it',
    modules: [
      `${MEMORY} ${listAllocator(0x8000)} ${BULK}`,
      `${MEMORY} ${bumpAllocator(0x8008).replaceAll('0x200', '0x300')} (func $free (export "free") (param i32)) (func (export "use") (param i32))`,
    ],
    source:
      'const a = make(0), b = make(1), room = a.malloc(0x100); b.use(room); b.malloc(16); b.malloc(16); a.clear(room, 0x100); a.clear(room, 24);',
    found: [],
  },
  {
    what: 'one that asks for no heads overruns a block that another instance of its own was given',
    modules: [MODULE],
    source: 'const a = make(0), p = a.malloc(16); a.malloc(8); a.clear(p + 8, 8); a.clear(p, 16);',
    found: [],
  },
]);
