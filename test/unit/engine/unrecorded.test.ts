import { describe, expect, it } from 'vitest';
import { compileGuest, readForRun } from '../../../src/engine/input/compile.ts';
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
