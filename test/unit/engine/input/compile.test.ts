import { describe, expect, it } from 'vitest';
import { compileGuest, createMemory, readForRun } from '../../../../src/engine/input/compile.ts';
import { InputError } from '../../../../src/engine/input/errors.ts';
import { readInput } from '../../../../src/engine/input/inspect.ts';
import type { Problem } from '../../../../src/protocol/problem.ts';
import { type Bytes, body, moduleOf, name, section } from '../../support/bytes.ts';
import { fixturesThat, readGuest } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

function problemOf(bytes: Bytes): Problem | null {
  try {
    compileGuest(readForRun(bytes), 'stores');
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
}

/** V8's own words on a file. */
function refusalByV8(bytes: Bytes): string {
  try {
    new WebAssembly.Module(bytes);
    return '';
  } catch (error) {
    return String(error);
  }
}

const memory = section(5, [1, 0x00, 1]);

describe("what V8 refuses is told in V8's words", () => {
  const refused = fixturesThat('refused').filter(({ expectation }) =>
    ['malformed', 'unsupported-feature'].includes(expectation.problem),
  );
  it.each(refused.map(({ name }) => name))('%s', name => {
    const bytes = readGuest(name);
    const problem = problemOf(bytes);
    const reason = /V8 says: (.*)\.$/.exec(problem?.message ?? '')?.[1];
    const offset = / at offset (\d+) \(0x([0-9a-f]+)\); V8/.exec(problem?.message ?? '');
    if (reason === undefined)
      return expect(problem?.message).toMatch(/ at offset \d+ \(0x[0-9a-f]+\)\.|65536 at most\.$/);
    expect(refusalByV8(bytes)).toContain(reason);
    if (offset) {
      expect(refusalByV8(bytes)).toContain(`@+${offset[1]}`);
      expect(Number.parseInt(offset[2], 16)).toBe(Number(offset[1]));
    }
  });
});

it('the original is validated: a rewrite would give an unknown memory index something to name', () => {
  // Exports memory 1 of a module with one memory: wrong, whatever the rewrite adds.
  const bytes = moduleOf(memory, section(7, [1], name('m'), [0x02, 1]));
  expect(refusalByV8(bytes)).not.toBe('');
  expect(problemOf(bytes)?.kind).toBe('malformed');
});

it('a fault in code is found though the reader passes over code', () => {
  const bytes = moduleOf(section(1, [1, 0x60, 0, 1, 0x7f]), section(3, [1, 0]), memory, section(10, [1], body()));
  expect(readInput(bytes).functions).toHaveLength(1);
  expect(problemOf(bytes)?.kind).toBe('malformed');
});

it('a valid module is compiled with its memory imported', () => {
  const { compiled, rewritten } = compileGuest(readForRun(readGuest('demo/defined-memory')), 'calls');
  expect(WebAssembly.Module.imports(compiled)).toEqual([{ ...rewritten.memoryImport, kind: 'memory' }]);
});

describe('the memory of a run', () => {
  it('is shared, with the pages that data needs and the maximum of the module', () => {
    const module = readForRun(assemble('(module (import "m" "m" (memory 0 3)) (data (i32.const 65536) "a"))'));
    const created = createMemory(module, 3);
    expect(created.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(created.buffer.byteLength).toBe(2 * 65_536);
    expect(created.grow(1)).toBe(2);
    expect(() => created.grow(1)).toThrow();
  });

  it('that V8 refuses is a problem of the input', () => {
    const module = readForRun(assemble('(module (memory 2))'));
    // A maximum below the minimum stands for whatever reason V8 has.
    expect(() => createMemory(module, 1)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          kind: 'memory-not-available',
          message: expect.stringMatching(/^The module asks for a memory of 2 pages \(0\.125 MiB\), .* V8 says: .*\.$/),
        }),
      }),
    );
  });
});
