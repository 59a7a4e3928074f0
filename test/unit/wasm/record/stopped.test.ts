// A guest that does not come to its end: what is recorded is what happened, to the access.
import { expect, test } from 'vitest';
import { assemble, runRecorded } from './recordedRun.ts';

const OPTIONS = [
  { level: 'all', log: 'simple' },
  { level: 'all', log: 'compact' },
  { level: 'stores', log: 'simple' },
  { level: 'stores', log: 'compact' },
] as const;

/** A page of memory, `boom` that traps, and `after` that stores 7 at 0. */
const moduleOf = (boom: string, fields = ''): string => `(module
  (memory (export "memory") 1 1 shared)
  ${fields}
  (func (export "boom") (param $a i32) ${boom})
  (func (export "after") (i32.store8 (i32.const 0) (i32.const 7))))`;

interface Case {
  readonly name: string;
  readonly boom: string;
  readonly fields?: string;
  /** The accesses of `boom(65520)`; those that begin with `~` only where loads are recorded. */
  readonly accesses: readonly string[];
  /** The access at which it trapped, where it did at one. */
  readonly trapped?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'the second of three stores is out of bounds',
    boom: `
      (i32.store (i32.const 4) (i32.const 1))
      (i32.store offset=16 (local.get $a) (i32.const 2))
      (i32.store (i32.const 8) (i32.const 3))`,
    accesses: ['i32.store @4 01000000'],
    trapped: 'i32.store @65520 +16',
  },
  {
    name: 'a load out of bounds between stores',
    boom: `
      (i32.store (local.get $a) (i32.const 1))
      (drop (i64.load offset=9 (local.get $a)))
      (i32.store (i32.const 8) (i32.const 3))`,
    accesses: ['i32.store @65520 01000000'],
    trapped: 'i64.load @65520 +9',
  },
  {
    name: 'a division by zero between stores',
    boom: `
      (i32.store (i32.const 4) (local.get $a))
      (i32.store (i32.const 8) (i32.div_u (local.get $a) (i32.sub (local.get $a) (i32.const 65520))))`,
    accesses: ['i32.store @4 f0ff0000'],
  },
  {
    name: 'unreachable behind a store',
    boom: '(i32.store (i32.const 4) (local.get $a)) (unreachable)',
    accesses: ['i32.store @4 f0ff0000'],
  },
  {
    name: 'a loop that runs out of memory at its second store',
    boom: `
      (loop $again
        (i32.store16 (local.get $a) (i32.const 1))
        (i32.store8 offset=4 (local.get $a) (i32.const 2))
        (local.set $a (i32.add (local.get $a) (i32.const 6)))
        (br_if $again (local.get $a)))`,
    // 65520 and 65526 are whole; 65532 + 4 is behind the last byte.
    accesses: [
      'i32.store16 @65520 0100',
      'i32.store8 @65524 02',
      'i32.store16 @65526 0100',
      'i32.store8 @65530 02',
      'i32.store16 @65532 0100',
    ],
    trapped: 'i32.store8 @65532 +4',
  },
  {
    name: 'a loop that runs out of memory at a load',
    boom: `
      (loop $again
        (i32.store8 (i32.sub (local.get $a) (i32.const 65520)) (i32.const 1))
        (drop (i64.load (local.get $a)))
        (br_if $again (local.tee $a (i32.add (local.get $a) (i32.const 5)))))`,
    accesses: ['i32.store8 @0 01', '~i64.load @65520', 'i32.store8 @5 01', '~i64.load @65525', 'i32.store8 @10 01'],
    trapped: 'i64.load @65530 +0',
  },
  {
    name: 'a loop with values that only the guest knows',
    boom: `
      (loop $again
        (i32.store (i32.const 100) (i32.add (i32.load (local.get $a)) (i32.const 1)))
        (i32.store offset=4 (local.get $a) (i32.load (i32.const 100)))
        (local.set $a (i32.add (local.get $a) (i32.const 4)))
        (br_if $again (local.get $a)))`,
    accesses: [
      '~i32.load @65520',
      'i32.store @100 01000000',
      '~i32.load @100',
      'i32.store @65524 01000000',
      '~i32.load @65524',
      'i32.store @100 02000000',
      '~i32.load @100',
      'i32.store @65528 02000000',
      '~i32.load @65528',
      'i32.store @100 03000000',
      '~i32.load @100',
      'i32.store @65532 03000000',
      '~i32.load @65532',
      'i32.store @100 04000000',
      '~i32.load @100',
    ],
    trapped: 'i32.store @65532 +4',
  },
  {
    name: 'memory.fill out of bounds behind one that is not',
    boom: `
      (loop $again
        (memory.fill (local.get $a) (i32.const 3) (i32.const 10))
        (local.set $a (i32.add (local.get $a) (i32.const 6)))
        (br $again))`,
    accesses: ['memory.fill @65520 +10 3', 'memory.fill @65526 +10 3'],
    trapped: 'memory.fill @65532 +10 from 3',
  },
  {
    name: 'a misaligned atomic',
    boom: '(i32.store (i32.const 4) (i32.const 1)) (drop (i32.atomic.rmw.add offset=1 (i32.const 4) (i32.const 1)))',
    accesses: ['i32.store @4 01000000'],
    trapped: 'i32.atomic.rmw.add @4 +1',
  },
  {
    name: 'a trap in a callee whose caller had stored before',
    fields: '(func $callee (i32.store (i32.const 8) (i32.const 2)) (unreachable))',
    boom: '(i32.store (i32.const 4) (i32.const 1)) (call $callee) (i32.store (i32.const 4) (i32.const 9))',
    accesses: ['i32.store @4 01000000', 'i32.store @8 02000000'],
  },
  {
    name: 'an exception that nobody catches',
    fields: '(tag $e)',
    boom: '(i32.store (i32.const 4) (i32.const 1)) (throw $e)',
    accesses: ['i32.store @4 01000000'],
  },
  {
    name: 'endless recursion',
    fields: '(func $deep (param i32) (call $deep (local.get 0)))',
    boom: '(i32.store (i32.const 4) (i32.const 1)) (call $deep (i32.const 1)) (i32.store (i32.const 4) (i32.const 2))',
    accesses: ['i32.store @4 01000000'],
  },
];

for (const { name, boom, fields, accesses, trapped = null } of CASES) {
  test.each(OPTIONS)(`${name} ($level, $log)`, async options => {
    const run = runRecorded(await assemble(moduleOf(boom, fields)), options);
    const { boom: failing, after } = run.instance.exports;
    if (typeof failing !== 'function' || typeof after !== 'function') throw new Error('an export is missing');
    let thrown: unknown = null;
    try {
      failing(65_520);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).not.toBeNull();
    run.threw(thrown);
    if (options.level === 'all') expect(run.trapped()).toBe(trapped);
    const expected = accesses
      .filter(line => options.level === 'all' || !line.startsWith('~'))
      .map(line => line.replace('~', ''));
    expect(run.accesses()).toEqual(expected);
    // The log goes on behind it.
    after();
    expect(run.accesses()).toEqual(['i32.store8 @0 07']);
    expect(Buffer.compare(run.rebuilt(), new Uint8Array(run.memory.buffer))).toBe(0);
  });
}
