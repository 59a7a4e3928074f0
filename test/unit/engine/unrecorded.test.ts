import { describe, expect, it } from 'vitest';
import { compileGuest, readForRun } from '../../../src/engine/input/compile.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { pageIndex } from '../../../src/protocol/units.ts';
import { memoryOf, runHere } from '../support/runs.ts';
import { assemble } from '../wasm/record/recordedRun.ts';

describe('what is not recorded of a module with several memories is told', () => {
  const noteOf = async (instructions: string): Promise<string | null> => {
    const bytes = await assemble(`(module (memory 1) (memory $other 1) (func (param i32) ${instructions}))`);
    return compileGuest(readForRun(bytes), 'stores').recordNote;
  };

  it.each([
    ['(i32.store (local.get 0) (i32.const 1))', null],
    [
      '(i32.store $other (local.get 0) (i32.load (local.get 0)))',
      'Accesses of memories other than memory 0 (1 instruction) are not recorded.',
    ],
    [
      '(memory.copy 0 1 (local.get 0) (i32.const 0) (i32.const 4)) (memory.fill 1 (local.get 0) (i32.const 0) (i32.const 4)) (memory.copy 1 0 (local.get 0) (i32.const 0) (i32.const 4))',
      'Accesses of memories other than memory 0 (2 instructions) are not recorded. What memory.copy takes from another memory (1 instruction) is shown as unrecorded.',
    ],
  ])('%s', async (instructions, note) => {
    expect(await noteOf(instructions)).toBe(note);
  });
});

/** Takes so many locals that with its records it would have more than V8 allows. */
const BIG = `(local ${'i32 '.repeat(50_000)})`;

it('a function near the limits of V8 is named', async () => {
  const bytes = await assemble(`(module (memory 1)
    (func $small (i32.store (i32.const 8) (i32.const 1)))
    (func $big ${BIG} (i32.store (i32.const 8) (i32.const 2))))`);
  const { record, recordNote } = compileGuest(readForRun(bytes), 'stores');
  expect(record).toBe('stores');
  expect(recordNote).toBe(
    "Accesses of the function big (index 1) are not recorded, and what they change is shown as unrecorded: with their records they would be past V8's limits (50,000 locals and 7,654,321 bytes a function).",
  );
});

it('what such a function changes is found, between what others are recorded to write', async () => {
  const bytes = await assemble(`(module (memory (export "memory") 1 2)
    (func (export "alloc_11") (result i32)
      (i32.store (i32.const 64) (i32.const 11))
      (call $big)
      (i32.store (i32.const 65536) (i32.load (i32.const 204)))
      (memory.copy (i32.const 300) (i32.const 200) (i32.const 8))
      (i32.const 64))
    (func $big ${BIG}
      (drop (memory.grow (i32.const 1)))
      (i64.store (i32.const 200) (i64.const 0x0807060504030201)))
    (func (export "add_23") (param i32) (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);
  const { reader } = runHere(bytes, { instances: 1 });
  const memory = memoryOf(reader, reader.lastStep);
  const eight = Buffer.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(memory.length).toBe(131_072);
  expect(memory.readInt32LE(64)).toBe(126); // 11 + 5 × 23
  expect([memory.subarray(200, 208), memory.subarray(300, 308)]).toEqual([eight, eight]);
  expect(memory.readUInt32LE(65_536)).toBe(0x08070605);
  const { unrecorded, firstInstance } = OWNER_CODE;
  const owners = reader.image(reader.lastStep, pageIndex(0))?.owners;
  // What was copied at 300 came from there, so no record has the bytes.
  expect([owners?.[64], owners?.[200], owners?.[300]]).toEqual([firstInstance, unrecorded, unrecorded]);
});
