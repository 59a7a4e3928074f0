import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/engine/input/errors.ts';
import { initialPages, inspectModule, readInput } from '../../../../src/engine/input/inspect.ts';
import { SECTION } from '../../../../src/wasm/module.ts';
import { type Bytes, custom, moduleOf, name, section } from '../../support/bytes.ts';
import { fixturesThat, readGuest } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

describe('the summary', () => {
  it('of a module tells size, memory, imports and exports', () => {
    expect(inspectModule(readGuest('misbehaving/other-imports'))).toMatchObject({
      size: 310,
      memory: { kind: 'imported', minimum: 1, maximum: null, shared: false, pages: 1 },
      imports: [
        { module: 'env', name: 'memory', kind: 'memory', type: '1', provided: 'memory' },
        { module: 'env', name: 'table', kind: 'table', type: '2..10 funcref', provided: 'placeholder' },
        { module: 'env', name: 'externs', kind: 'table', type: '1 externref', provided: 'placeholder' },
        { module: 'env', name: 'base', kind: 'global', type: 'i32', provided: 'placeholder' },
        { module: 'env', name: 'counter', kind: 'global', type: 'mut i64', provided: 'placeholder' },
        { module: 'env', name: 'ratio', kind: 'global', type: 'mut f32', provided: 'placeholder' },
        { module: 'env', name: 'scale', kind: 'global', type: 'f64', provided: 'placeholder' },
        { module: 'env', name: 'extern', kind: 'global', type: 'externref', provided: 'placeholder' },
        { module: 'env', name: 'full', kind: 'tag', type: '(i32) -> ()', provided: 'placeholder' },
      ],
      exports: [
        { name: 'alloc_11', kind: 'function', type: '() -> i32' },
        { name: 'add_23', kind: 'function', type: '(i32) -> ()' },
      ],
    });
  });

  it.each(fixturesThat('reaches').map(({ name, expectation }) => [name, expectation.memory] as const))(
    'of %s tells its memory',
    (name, memory) => expect(inspectModule(readGuest(name)).memory).toEqual(memory),
  );
});

describe('the pages that a run creates', () => {
  const imported = (limits: string): string => `(import "env" "memory" (memory ${limits}))`;
  const pagesOf = (...fields: string[]) => initialPages(readInput(assemble(`(module ${fields.join(' ')})`)));

  it.each([
    ['the minimum', ['(memory 3)'], 3],
    ['none where none are needed', ['(memory 0)'], 0],
    ['the minimum of a memory that is defined, wherever data lies', ['(memory 1)', '(data (i32.const -1) "a")'], 1],
    ['as many as data needs', [imported('0'), '(data (i32.const 65535) "ab")'], 2],
    ['exactly one for data that ends with it', [imported('0'), '(data (i32.const 65534) "ab")'], 1],
    ['the minimum, where data ends before', [imported('2'), '(data (i32.const 0) "ab")'], 2],
    ['no more than the maximum', [imported('0 1'), '(data (i32.const 131072) "ab")'], 1],
    ['no more than 4 GiB', [imported('0'), '(data (i32.const -1) "ab")'], 65_536],
  ])('are %s', (_, fields, pages) => expect(pagesOf(...fields)).toBe(pages));
});

describe('limits', () => {
  const problemOf = (bytes: Bytes) => {
    try {
      readInput(bytes);
    } catch (error) {
      if (error instanceof InputError) return error.problem;
    }
    return null;
  };

  it('of 65536 pages are the most', () => {
    expect(problemOf(readGuest('misbehaving/huge-minimum'))).toBeNull();
    expect(problemOf(readGuest('bad/minimum-above-limit'))?.message).toContain('65537');
  });
});

describe('a file with a linking section', () => {
  /** The memory that an object file imports; 0 pages or more. */
  const linearMemory = section(SECTION.import, [1], name('env'), name('__linear_memory'), [0x02, 0x00, 0]);
  const stackPointer = section(SECTION.import, [1], name('env'), name('__stack_pointer'), [0x03, 0x7f, 1]);
  const memory = section(SECTION.memory, [1, 0x00, 1]);
  /** Version 2, and a symbol table (subsection 8) of one symbol. */
  const linking = (...symbol: number[]): number[] => custom('linking', 2, 8, symbol.length + 1, 1, ...symbol);
  const UNDEFINED = 0x10;
  const messageOf = (...sections: number[][]): string | null => {
    try {
      readInput(moduleOf(...sections));
      return null;
    } catch (error) {
      if (error instanceof InputError && error.problem.kind === 'relocatable-object') return error.problem.message;
      throw error;
    }
  };

  it.each([
    ['an undefined function, which is an import', [memory, linking(0, UNDEFINED, 0)]],
    ['a defined function', [memory, linking(0, 0, 0, ...name('f'))]],
    ['an undefined function with a name of its own', [memory, linking(0, UNDEFINED | 0x40, 0, ...name('print'))]],
    ['a defined address', [memory, linking(1, 0, ...name('next'), 0, 0, 4)]],
    ['an undefined address that may stay so (weak)', [memory, linking(1, UNDEFINED | 1, ...name('maybe'))]],
    ['a section', [memory, linking(3, 0, 5)]],
    ['what a loader defines', [custom('dylink.0'), stackPointer, memory, linking(2, UNDEFINED, 0)]],
    ['what can not be read', [memory, linking(1, UNDEFINED, 99)]],
  ])('is linked with %s', (_, sections) => expect(messageOf(...sections)).toBeNull());

  it.each([
    ['an imported __linear_memory', [linearMemory, linking(0, 0, 0, ...name('f'))], "it imports 'env.__linear_memory'"],
    [
      'an undefined address',
      [memory, linking(1, UNDEFINED, ...name('__heap_base'))],
      "its symbol '__heap_base' is not",
    ],
    ['an undefined global', [stackPointer, memory, linking(2, UNDEFINED, 0)], "its symbol '__stack_pointer' is not"],
  ])('is an object file with %s', (_, sections, what) => expect(messageOf(...sections)).toContain(what));
});

it('an InputError says everything in its message', () => {
  const error = new InputError({ kind: 'empty-file', message: 'It is empty.', remedy: 'Build it.' });
  expect(error.message).toBe('It is empty. Build it.');
});
