// Each kind of access in a module made by hand; what is expected was worked out from the instructions by hand.
import { expect, test } from 'vitest';
import { assemble, runRecorded } from './recordedRun.ts';

interface Case {
  readonly name: string;
  /** Body of `(func (export "run") (param $a i32) (result i32) …)` over a memory of 1 to 4 pages, with `$x i64` and `$v v128`. */
  readonly body: string;
  /** The accesses of `run(1000)`; those that begin with `~` only where loads are recorded. */
  readonly accesses: readonly string[];
  readonly result: number;
  /** Other fields of the module. */
  readonly fields?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'stores and loads of each width',
    body: `
      (i32.store (local.get $a) (i32.const 0x11223344))
      (i32.store8 offset=8 (local.get $a) (i32.const 0x1ff))
      (i32.store16 offset=9 (local.get $a) (i32.const -2))
      (i64.store (i32.const 16) (i64.const 0x0102030405060708))
      (i64.store8 (i32.const 24) (i64.const -1))
      (i64.store16 (i32.const 25) (i64.const 0x12345))
      (i64.store32 (i32.const 27) (i64.const 0x1122334455667788))
      (f32.store (i32.const 32) (f32.const 1.5))
      (f64.store (i32.const 40) (f64.const -2))
      (drop (i64.load (i32.const 16))) (drop (f32.load (i32.const 32))) (drop (f64.load offset=8 (i32.const 32)))
      (drop (i32.load8_s (i32.const 24))) (drop (i64.load32_u (i32.const 27))) (drop (i64.load8_u (i32.const 24)))
      (i32.load16_u offset=9 (local.get $a))`,
    accesses: [
      'i32.store @1000 44332211',
      'i32.store8 @1008 ff',
      'i32.store16 @1009 feff',
      'i64.store @16 0807060504030201',
      'i64.store8 @24 ff',
      'i64.store16 @25 4523',
      'i64.store32 @27 88776655',
      'f32.store @32 0000c03f',
      'f64.store @40 00000000000000c0',
      '~i64.load @16',
      '~f32.load @32',
      '~f64.load @40',
      '~i32.load8_s @24',
      '~i64.load32_u @27',
      '~i64.load8_u @24',
      '~i32.load16_u @1009',
    ],
    result: 0xfffe,
  },
  {
    name: 'a value that was loaded, changed and stored again',
    body: `
      (i32.store (local.get $a) (i32.const 7))
      (i32.store offset=4 (local.get $a) (i32.mul (i32.load (local.get $a)) (i32.const 6)))
      (local.set $a (i32.add (local.get $a) (i32.const 4)))
      (i32.store8 offset=1 (local.get $a) (i32.load (local.get $a)))
      (i32.load (local.get $a))`,
    accesses: [
      'i32.store @1000 07000000',
      '~i32.load @1000',
      'i32.store @1004 2a000000',
      '~i32.load @1004',
      'i32.store8 @1005 2a',
      '~i32.load @1004',
    ],
    result: 42 + 42 * 256,
  },
  {
    name: 'a loop of which each iteration follows from the first',
    body: `
      (local $i i32)
      (loop $again
        (i32.store (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))) (local.get $i))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $i) (i32.const 3))))
      (local.get $i)`,
    accesses: ['i32.store @1000 00000000', 'i32.store @1004 01000000', 'i32.store @1008 02000000'],
    result: 3,
  },
  {
    name: 'a loop with a pointer that moves by twelve and no counter',
    body: `
      (local $end i32)
      (local.set $end (i32.add (local.get $a) (i32.const 36)))
      (loop $again
        (i32.store16 offset=2 (local.get $a) (i32.const 9))
        (br_if $again (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 12))) (local.get $end))))
      (local.get $a)`,
    accesses: ['i32.store16 @1002 0900', 'i32.store16 @1014 0900', 'i32.store16 @1026 0900'],
    result: 1036,
  },
  {
    name: 'a loop with a value that only the guest knows',
    body: `
      (local $sum i32) (local $n i32)
      (i32.store (local.get $a) (i32.const 5)) (i32.store offset=4 (local.get $a) (i32.const 6))
      (local.set $n (i32.const -2))
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $a))))
        (i32.store offset=8 (local.get $a) (local.get $sum))
        (local.set $a (i32.add (local.get $a) (i32.const 4)))
        (br_if $again (local.tee $n (i32.add (local.get $n) (i32.const 1)))))
      (local.get $sum)`,
    accesses: [
      'i32.store @1000 05000000',
      'i32.store @1004 06000000',
      '~i32.load @1000',
      'i32.store @1008 05000000',
      '~i32.load @1004',
      'i32.store @1012 0b000000',
    ],
    result: 11,
  },
  {
    name: 'branches, calls and a block result as address',
    fields: `
      (func $half (param i32) (result i32) (i32.store8 (local.get 0) (i32.const 1)) (i32.shr_u (local.get 0) (i32.const 1)))
      (table funcref (elem $half))`,
    body: `
      (if (i32.gt_u (local.get $a) (i32.const 999))
        (then (i32.store (i32.const 4) (i32.const 1)) (i32.store (call $half (local.get $a)) (i32.const 2)))
        (else (i32.store (i32.const 8) (i32.const 3))))
      (i32.store
        (call_indirect (param i32) (result i32) (i32.const 40) (i32.const 0))
        (block (result i32) (br_if 0 (i32.const 77) (local.get $a)) (drop) (i32.const 5)))
      (return (i32.load (i32.const 20)))`,
    accesses: [
      'i32.store @4 01000000',
      'i32.store8 @1000 01',
      'i32.store @500 02000000',
      'i32.store8 @40 01',
      'i32.store @20 4d000000',
      '~i32.load @20',
    ],
    result: 77,
  },
  {
    name: 'a local that is copied, set anew, and used by its copy behind a branch',
    body: `
      (local $copy i32)
      (block
        (local.set $copy (local.get $a))
        (i32.store (i32.const 0) (i32.const 1))
        (local.set $a (i32.const 7))
        (br_if 0 (i32.eqz (local.get $a)))
        (i32.store (local.get $copy) (local.get $a)))
      (i32.load8_u (i32.const 1000))`,
    accesses: ['i32.store @0 01000000', 'i32.store @1000 07000000', '~i32.load8_u @1000'],
    result: 7,
  },
  {
    name: 'bulk memory and growth',
    fields: '(data $text "hello")',
    body: `
      (memory.init $text (local.get $a) (i32.const 1) (i32.const 3))
      (memory.copy (i32.const 2000) (local.get $a) (i32.const 2))
      (memory.fill (i32.const 3000) (i32.const 0x1aa) (i32.const 5))
      (i32.store8 (i32.const 3001) (memory.grow (i32.const 2)))
      (drop (memory.grow (i32.const 9)))
      (i32.store (i32.const 131072) (i32.const 1))
      (memory.size)`,
    accesses: [
      'memory.init @1000 +3 segment 0 from 1',
      'memory.copy @2000 +2 from 1000',
      'memory.fill @3000 +5 170',
      'memory.grow 2 -> 1',
      'i32.store8 @3001 01',
      'memory.grow 9 -> -1',
      'i32.store @131072 01000000',
    ],
    result: 3,
  },
  {
    name: 'vectors: whole, lanes, splats, zero-extension',
    body: `
      (local.set $v (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
      (v128.store offset=16 (local.get $a) (local.get $v))
      (v128.store8_lane 3 (i32.const 8) (local.get $v))
      (v128.store16_lane 3 (i32.const 8) (local.get $v))
      (v128.store32_lane 3 (i32.const 8) (local.get $v))
      (v128.store64_lane 1 (i32.const 8) (local.get $v))
      (drop (v128.load (i32.const 0)))
      (drop (v128.load8x8_s (i32.const 1)))
      (drop (v128.load16_splat (i32.const 2)))
      (drop (v128.load64_zero (i32.const 3)))
      (drop (v128.load32_lane offset=1 2 (i32.const 4) (local.get $v)))
      (i32x4.extract_lane 1 (local.get $v))`,
    accesses: [
      'v128.store @1016 000102030405060708090a0b0c0d0e0f',
      'v128.store8_lane @8 03',
      'v128.store16_lane @8 0607',
      'v128.store32_lane @8 0c0d0e0f',
      'v128.store64_lane @8 08090a0b0c0d0e0f',
      '~v128.load @0',
      '~v128.load8x8_s @1',
      '~v128.load16_splat @2',
      '~v128.load64_zero @3',
      '~v128.load32_lane @5',
    ],
    result: 0x07060504,
  },
  {
    name: 'atomics: what memory holds afterwards',
    body: `
      (i32.atomic.store (local.get $a) (i32.const 5))
      (drop (i32.atomic.rmw.add (local.get $a) (i32.const 2)))
      (drop (i32.atomic.rmw8.sub_u offset=1 (local.get $a) (i32.const 1)))
      (drop (i64.atomic.rmw16.xchg_u offset=2 (local.get $a) (i64.const 0x1beef)))
      (drop (i32.atomic.rmw.cmpxchg (local.get $a) (i32.const 5) (i32.const 6)))
      (drop (i32.atomic.rmw8.cmpxchg_u (local.get $a) (i32.const 0x107) (i32.const 0x208)))
      (drop (i64.atomic.rmw.cmpxchg (local.get $a) (i64.const 0xbeefff08) (i64.const -1)))
      (drop (memory.atomic.notify (local.get $a) (i32.const 1)))
      (drop (memory.atomic.wait32 (local.get $a) (i32.const 3) (i64.const 0)))
      (atomic.fence)
      (i32.atomic.load16_u (local.get $a))`,
    accesses: [
      'i32.atomic.store @1000 05000000',
      'i32.atomic.rmw.add @1000 07000000',
      'i32.atomic.rmw8.sub_u @1001 ff',
      'i64.atomic.rmw16.xchg_u @1002 efbe',
      '~i32.atomic.rmw.cmpxchg @1000', // memory holds 0xbeefff07: nothing is replaced
      'i32.atomic.rmw8.cmpxchg_u @1000 08', // 0x107 is wrapped to 7
      'i64.atomic.rmw.cmpxchg @1000 ffffffffffffffff',
      '~memory.atomic.notify @1000',
      '~memory.atomic.wait32 @1000',
      '~i32.atomic.load16_u @1000',
    ],
    result: 0xffff,
  },
  {
    name: 'exceptions: records before a throw, in the callee, and in the handler',
    fields: `
      (tag $e (param i32))
      (func $thrower (i32.store (i32.const 12) (i32.const 3)) (throw $e (i32.const 16)))`,
    body: `
      (try
        (do (i32.store (i32.const 8) (i32.const 1)) (call $thrower) (i32.store (i32.const 8) (i32.const 9)))
        (catch $e (local.set $a) (i32.store (local.get $a) (i32.const 2)) (i32.store (i32.const 20) (i32.const 4)))
        (catch_all (i32.store (i32.const 24) (i32.const 5))))
      (i32.load (i32.const 20))`,
    accesses: [
      'i32.store @8 01000000',
      'i32.store @12 03000000',
      'i32.store @16 02000000',
      'i32.store @20 04000000',
      '~i32.load @20',
    ],
    result: 4,
  },
];

const moduleOf = ({ body, fields = '' }: Case): string => {
  const locals = body.match(/^(\s*\(local \$\w+ \w+\))+/)?.[0] ?? '';
  return `(module
    (memory (export "memory") 1 4 shared)
    ${fields}
    (func (export "run") (param $a i32) (result i32) ${locals} (local $x i64) (local $v v128) ${body.slice(locals.length)}))`;
};

for (const each of CASES) {
  test.each([
    { level: 'all', log: 'simple' },
    { level: 'all', log: 'compact' },
    { level: 'stores', log: 'simple' },
    { level: 'stores', log: 'compact' },
  ] as const)(`${each.name} ($level, $log)`, async options => {
    const run = runRecorded(await assemble(moduleOf(each)), options);
    const { run: exported } = run.instance.exports;
    if (typeof exported !== 'function') throw new Error('the module has no function "run"');
    expect(exported(1000)).toBe(each.result);
    const expected = each.accesses
      .filter(line => options.level === 'all' || !line.startsWith('~') || line.includes('cmpxchg'))
      .map(line => line.replace('~', ''));
    expect(run.accesses()).toEqual(expected);
    expect(Buffer.compare(run.rebuilt(), new Uint8Array(run.memory.buffer))).toBe(0);
  });
}
