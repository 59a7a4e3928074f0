// Memory 0 with 64-bit addresses, as far as it lies below 4 GiB.
import { describe, expect, it } from 'vitest';
import { callExport } from '../../support/instances.ts';
import { assemble, runRecorded } from './recordedRun.ts';

const OPTIONS = [
  { level: 'all', log: 'simple' },
  { level: 'all', log: 'compact' },
] as const;

const guest = (body: string): Promise<Uint8Array<ArrayBuffer>> =>
  assemble(`(module
    (memory (export "memory") i64 1 3)
    (data (i64.const 32) "\\2a")
    (data $passive "abcd")
    (func (export "run") (param $p i64) (param $i i32) (local $q i64) ${body}))`);

/** Body, argument, and the accesses by hand. */
const CASES: Readonly<Record<string, readonly [body: string, p: bigint, accesses: readonly string[]]>> = {
  'loads and stores': [
    '(i32.store offset=4 (local.get $p) (i32.load8_u (i64.const 32)))',
    8n,
    ['i32.load8_u @32', 'i32.store @12 2a000000'],
  ],
  'an address that is computed': [
    '(i64.store16 (i64.add (i64.shl (i64.extend_i32_u (local.get $i)) (i64.const 3)) (local.get $p)) (local.get $p))',
    16n,
    ['i64.store16 @40 1000'], // 3 × 8 + 16
  ],
  'a loop that is told as one': [
    `(loop $again
      (i64.store (local.get $p) (local.get $p))
      (local.set $p (i64.add (local.get $p) (i64.const 8)))
      (br_if $again (i64.lt_u (local.get $p) (i64.const 24))))`,
    8n,
    ['i64.store @8 0800000000000000', 'i64.store @16 1000000000000000'],
  ],
  'a loop whose values are read': [
    `(loop $again
      (i32.store8 (local.get $p) (i32.add (i32.load8_u (i64.const 32)) (local.get $i)))
      (local.set $p (i64.add (local.get $p) (i64.const 1)))
      (br_if $again (i64.lt_u (local.get $p) (i64.const 3))))`,
    1n,
    ['i32.load8_u @32', 'i32.store8 @1 2d', 'i32.load8_u @32', 'i32.store8 @2 2d'],
  ],
  'atomics, vectors and lanes': [
    `(drop (i32.atomic.rmw.add (local.get $p) (i32.const 5)))
     (drop (i64.atomic.rmw.cmpxchg offset=8 (local.get $p) (i64.const 0) (i64.const 7)))
     (v128.store offset=16 (local.get $p) (v128.const i32x4 1 2 3 4))
     (v128.store8_lane offset=64 1 (local.get $p) (v128.const i32x4 0x0908 0 0 0))`,
    64n,
    [
      'i32.atomic.rmw.add @64 05000000',
      'i64.atomic.rmw.cmpxchg @72 0700000000000000',
      'v128.store @80 01000000020000000300000004000000',
      'v128.store8_lane @128 09',
    ],
  ],
  'bulk instructions and growth': [
    `(memory.fill (local.get $p) (i32.const 9) (i64.const 3))
     (memory.copy (i64.const 100) (local.get $p) (i64.const 2))
     (memory.init $passive (i64.const 200) (i32.const 1) (i32.const 2))
     (drop (memory.grow (i64.const 1)))
     (drop (memory.grow (i64.const 70000)))
     (i64.store (i64.const 65536) (memory.size))`,
    50n,
    [
      'memory.fill @50 +3 9',
      'memory.copy @100 +2 from 50',
      'memory.init @200 +2 segment 1 from 1',
      'memory.grow 1 -> 1',
      'memory.grow 70000 -> -1',
      'i64.store @65536 0200000000000000',
    ],
  ],
};

/** Bodies that trap, and what they access before. */
const TRAPS: Readonly<Record<string, readonly [body: string, p: bigint, accesses: readonly string[]]>> = {
  'an address of 4 GiB and more, whose low half lies in memory': [
    '(i32.store8 (i64.const 1) (i32.const 1)) (i32.store8 (local.get $p) (i32.const 2))',
    0x1_0000_0008n,
    ['i32.store8 @1 01'],
  ],
  'an offset of 4 GiB': [
    '(i32.store8 (local.get $p) (i32.const 1)) (i32.store8 offset=4294967296 (local.get $p) (i32.const 2))',
    8n,
    ['i32.store8 @8 01'],
  ],
  'a loop that leaps to 4 GiB': [
    `(loop $again
      (i32.store8 (local.get $p) (i32.const 7))
      (local.set $p (i64.add (local.get $p) (i64.const 0x7fffffff)))
      (local.set $p (i64.add (local.get $p) (i64.const 0x80000002)))
      (br_if $again (i32.const 1)))`,
    5n,
    ['i32.store8 @5 07'], // the next one lies at 5 + 2^32 + 1
  ],
  'a loop that runs out of memory': [
    `(loop $again
      (i64.store offset=16 (local.get $p) (i64.const 3))
      (local.set $p (i64.add (local.get $p) (i64.const 8)))
      (br_if $again (i32.const 1)))`,
    65_504n,
    ['i64.store @65520 0300000000000000', 'i64.store @65528 0300000000000000'],
  ],
};

describe.each(OPTIONS)('$log log', options => {
  it.each(Object.entries(CASES))('%s', async (_, [body, p, accesses]) => {
    const run = runRecorded(await guest(body), options);
    callExport(run.instance.exports, 'run', p, 3);
    expect(run.accesses()).toEqual(accesses);
    expect(Buffer.compare(run.rebuilt(), new Uint8Array(run.memory.buffer))).toBe(0);
    expect(run.recorded.plan.isWhole).toBe(true);
  });

  it.each(Object.entries(TRAPS))('%s traps', async (_, [body, p, accesses]) => {
    const run = runRecorded(await guest(body), options);
    let thrown: unknown = null;
    try {
      callExport(run.instance.exports, 'run', p, 3);
    } catch (error) {
      thrown = error;
      run.threw(error);
    }
    expect(thrown).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(run.accesses()).toEqual(accesses);
  });
});
