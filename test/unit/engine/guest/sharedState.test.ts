// A run whose instances share one state: what it records, and what it says where something can't be shared.
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { compileGuest, readForRun } from '../../../../src/engine/input/compile.ts';
import { OWNER_CODE } from '../../../../src/protocol/owner.ts';
import { pageIndex, step } from '../../../../src/protocol/units.ts';
import { body, moduleOf, name, section } from '../../support/bytes.ts';
import { LEVELS, memoryOf, runHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

/** Each call of `add_23` takes 4 bytes for itself from 64 on, and counts the calls in them; the start function sets the byte at 8 to 7. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 64))
  (global $calls (mut i32) (i32.const 0))
  (func $start (i32.store8 (i32.const 8) (i32.const 7)))
  (start $start)
  (func (export "alloc_11") (result i32)
    (i32.store (i32.const 16) (i32.const 11)) (i32.store8 (i32.const 8) (i32.const 1)) (i32.const 16))
  (func (export "add_23") (param i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store (global.get $next) (global.get $calls))
    (global.set $next (i32.add (global.get $next) (i32.const 4)))))`);

describe.each(LEVELS)('recorded at level %s,', record => {
  const run = (state: 'separate' | 'shared') => runHere(GUEST, { record, state, instances: 2 });
  const counts = (state: 'separate' | 'shared'): number[] => {
    const { reader } = run(state);
    const memory = memoryOf(reader, reader.lastStep);
    return Array.from({ length: 12 }, (_, i) => memory.readInt32LE(64 + 4 * i));
  };

  it('each call of any instance goes on where the last one was', () => {
    expect(counts('shared')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0]);
    expect(counts('separate')).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0]); // two instances in the same five places
  });

  it('the bytes are those of the instance that was called, and the start function is before step 0', () => {
    const { reader } = run('shared');
    expect(memoryOf(reader, step(0))[8]).toBe(7);
    const owners = reader.image(reader.lastStep, pageIndex(0))?.owners ?? [];
    // `#0` took 64, `#1` 68.
    expect([64, 68].map(at => owners[at] - OWNER_CODE.firstInstance)).toEqual([0, 1]);
  });
});

describe('what can not be shared is said:', () => {
  const SHARED =
    'The instances share one state: they have one set of mutable globals, and data segments and start function ran once.';

  it('references that may not be null, and other memories', () => {
    const ref = [0x64, 0x70, 1, 0xd2, 0, 0x0b]; // (global (mut (ref func)) (ref.func 0))
    const bytes = (globals: number, memories: number) =>
      moduleOf(
        section(1, [1, 0x60, 0, 0]),
        section(3, [1, 0]),
        section(5, [memories], ...Array<number[]>(memories).fill([0x00, 1])),
        section(6, [globals + 1], [0x7f, 1, 0x41, 0, 0x0b], ...Array<number[]>(globals).fill(ref)),
        section(7, [1], [...name('f'), 0x00, 0]),
        section(10, [1], body()),
      );
    const note = (globals: number, memories: number, state: 'separate' | 'shared' = 'shared') =>
      compileGuest(readForRun(bytes(globals, memories)), 'stores', state).stateNote;
    expect(note(0, 1)).toBe(SHARED);
    expect(note(1, 1)).toBe(
      `${SHARED} Each instance has its own of the global with index 1, which holds a reference that may not be null.`,
    );
    expect(note(2, 2)).toBe(
      `${SHARED} Each instance has its own of the globals with index 1, 2, which hold a reference that may not be null. Each instance has its own of all memories but memory 0.`,
    );
    expect(note(1, 2, 'separate')).toBeNull();
  });

  it('anything, where an instruction is one that only V8 knows', () => {
    setFlagsFromString('--experimental-wasm-fp16');
    // (func unreachable f16x8.splat drop)
    const bytes = moduleOf(
      section(1, [1, 0x60, 0, 0]),
      section(3, [1, 0]),
      section(5, [1, 0x00, 1]),
      section(6, [1], [0x7f, 1, 0x41, 0, 0x0b]),
      section(10, [1], body(0x00, 0xfd, 0xa0, 0x02, 0x1a)),
    );
    for (const record of ['calls', 'stores'] as const) {
      const guest = compileGuest(readForRun(bytes), record, 'shared');
      expect(guest.stateNote).toMatch(
        /^Each instance has a state of its own, although a shared one was asked for: unknown instruction 0xfd120, at offset \d+ \(0x[0-9a-f]+\)\.$/,
      );
      expect([guest.record, guest.later]).toEqual(['calls', guest.compiled]);
    }
    expect(compileGuest(readForRun(bytes), 'calls').stateNote).toBeNull();
  });
});
