// Functions near the limits of engines: with their records they would be past them, so they alone are left as they are.
import { describe, expect, it } from 'vitest';
import { readModule, SECTION } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { type Bytes, body, leb, moduleOf, name, section } from '../../support/bytes.ts';
import { callExport } from '../../support/instances.ts';
import { runRecorded } from './recordedRun.ts';

const OPTIONS = [
  { level: 'stores', log: 'simple' },
  { level: 'stores', log: 'compact' },
] as const;

const store8 = (address: number, value: number): number[] => [0x41, ...leb(address), 0x41, value, 0x3a, 0, 0];
const bodyWith = (locals: number, instructions: readonly number[]): number[] => {
  const bytes = [1, ...leb(locals), 0x7f, ...instructions, 0x0b];
  return [...leb(bytes.length), ...bytes];
};

const BEFORE_CODE = [
  section(SECTION.type, [1, 0x60, 0, 0]),
  section(SECTION.function, [2, 0, 0]),
  section(SECTION.memory, [1, 0x00, 1]),
  section(SECTION.export, [2], name('small'), [0, 0], name('big'), [0, 1]),
];
/** Stores at 1, calls function 1, and stores at 3. */
const SMALL = body(...store8(1, 10), 0x10, 1, ...store8(3, 30));

/** Function 0 is `small`, function 1 `big`. */
const guest = (big: readonly number[]): Bytes => moduleOf(...BEFORE_CODE, section(SECTION.code, [2], SMALL, big));

/** The same with a `big` of so many stores. */
function guestOfStores(count: number): Bytes {
  const store = store8(2, 20);
  const big = Buffer.concat([
    Buffer.of(0),
    Buffer.alloc(count * store.length, Uint8Array.from(store)),
    Buffer.of(0x0b),
  ]);
  const head = [2, ...SMALL, ...leb(big.length)];
  const section = [SECTION.code, ...leb(head.length + big.length), ...head];
  return new Uint8Array(Buffer.concat([moduleOf(...BEFORE_CODE), Buffer.from(section), big]));
}

describe.each(OPTIONS)('$log log', options => {
  const unrecorded = (bytes: Bytes): readonly number[] =>
    recordAccesses(readModule(bytes), options).plan.unrecorded.functions;

  it('50 000 locals are the most', () => {
    // A store needs one local for the position; the simple log takes two more, for the operands.
    const added = options.log === 'simple' ? 3 : 1;
    expect(unrecorded(guest(bodyWith(50_000 - added, store8(2, 20))))).toEqual([]);
    expect(unrecorded(guest(bodyWith(50_001 - added, store8(2, 20))))).toEqual([1]);
    expect(unrecorded(guest(bodyWith(50_000, [0x01])))).toEqual([]); // a nop
  });

  it.each([49_998, 50_000])('a function with %i locals runs, and what calls it is recorded', locals => {
    const bytes = guest(bodyWith(locals, [...store8(2, 20), ...store8(4, 40), 0x41, 5, 0x41, 50, 0x3a, 0, 0]));
    const run = runRecorded(bytes, options);
    callExport(run.instance.exports, 'small');
    const isRecorded = options.log === 'compact' && locals === 49_998;
    const own = ['i32.store8 @2 14', 'i32.store8 @4 28', 'i32.store8 @5 32'];
    expect(run.accesses()).toEqual(['i32.store8 @1 0a', ...(isRecorded ? own : []), 'i32.store8 @3 1e']);
    expect([...new Uint8Array(run.memory.buffer, 1, 5)]).toEqual([10, 20, 30, 40, 50]);
    expect(run.recorded.plan.isWhole).toBe(isRecorded);
  });

  it('stacks of a function that is left as it is are those of the original file', () => {
    const bytes = guest(bodyWith(50_000, [...store8(2, 20), 0x00]));
    const run = runRecorded(bytes, options);
    let stack = '';
    try {
      callExport(run.instance.exports, 'small');
    } catch (error) {
      stack = error instanceof Error ? (error.stack ?? '') : '';
    }
    const opcodes = [...stack.matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)].map(
      ([, offset]) => bytes[run.recorded.originalOffset(Number.parseInt(offset, 16))],
    );
    expect(opcodes).toEqual([0x00, 0x10]); // unreachable, call
  });
});

it('7 654 321 bytes are the most', () => {
  const bytes = guestOfStores(1_093_000); // of 7 bytes each
  const { plan, bytes: rewritten } = recordAccesses(readModule(bytes), { level: 'stores' });
  expect(plan.unrecorded.functions).toEqual([1]);
  expect(WebAssembly.validate(rewritten)).toBe(true);
});

it('a module without code has no offsets to take back', () => {
  const { originalOffset } = recordAccesses(readModule(moduleOf(section(SECTION.memory, [1, 0x00, 1]))), {
    level: 'all',
  });
  expect(originalOffset(8)).toBe(8);
});
