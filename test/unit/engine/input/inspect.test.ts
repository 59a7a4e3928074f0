import { describe, expect, it } from 'vitest';
import {
  InputError,
  initialPages,
  inspectModule,
  providedFor,
  readInput,
} from '../../../../src/engine/input/inspect.ts';
import type { Bytes } from '../../support/bytes.ts';
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

describe('what is provided', () => {
  it.each([
    ['"env" "abort" (func (param i32 i32 i32 i32))', 'abort'],
    ['"env" "abort" (func (param i32))', 'stub'],
    ['"other" "abort" (func (param i32 i32 i32 i32))', 'stub'],
    ['"env" "print" (func (param i32 i32 i32))', 'print'],
    ['"env" "print" (func (param i32))', 'print'],
    ['"env" "print" (func (param i32) (result i32))', 'stub'],
    ['"env" "malloc" (func (param i32) (result i32))', 'stub'],
    ['"env" "table" (table 1 funcref)', 'placeholder'],
  ])('for (import %s) is: %s', (text, provided) => {
    const module = readInput(assemble(`(module (import ${text}) (memory 1))`));
    expect(providedFor(module, module.imports[0])).toBe(provided);
  });

  it("for the memory is the run's, for a further one a placeholder", () => {
    const module = readInput(readGuest('misbehaving/two-memories'));
    expect(module.imports.map(each => providedFor(module, each))).toEqual(['memory', 'placeholder']);
  });
});

describe('the pages that a run creates', () => {
  const pagesOf = (...fields: string[]) => initialPages(readInput(assemble(`(module ${fields.join(' ')})`)));

  it.each([
    ['the minimum', ['(memory 3)'], 3],
    ['none where none are needed', ['(memory 0)'], 0],
    ['as many as data needs', ['(memory 0)', '(data (i32.const 65535) "ab")'], 2],
    ['exactly one for data that ends with it', ['(memory 0)', '(data (i32.const 65534) "ab")'], 1],
    ['the minimum, where data ends before', ['(memory 2)', '(data (i32.const 0) "ab")'], 2],
    ['no more than the maximum', ['(memory 0 1)', '(data (i32.const 131072) "ab")'], 1],
    ['no more than 4 GiB', ['(memory 0)', '(data (i32.const -1) "ab")'], 65_536],
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

it('an InputError says everything in its message', () => {
  const error = new InputError({ kind: 'empty-file', message: 'It is empty.', remedy: 'Build it.' });
  expect(error.message).toBe('It is empty. Build it.');
});
