// The names that users give to functions: which there can be, and where they come into what a recording tells.
import { describe, expect, it } from 'vitest';
import { FunctionNames, keptNames, nameProblem, renamed } from '../../../src/protocol/functionNames.ts';

describe('a name', () => {
  it.each([
    ['two\nlines', /one line of text: leave out line breaks/],
    ['two\u2028lines', /one line of text/],
    ['a\tb', /one line of text/],
    ['x'.repeat(201), /has 201 characters, and 200 fit/],
  ])('%j is refused with a sentence', (name, problem) => {
    expect(nameProblem(name)).toMatch(problem);
    expect(() => renamed([], 1, name)).toThrow(problem);
  });

  it('is kept without spaces around it, and taken back by an empty one', () => {
    const two = renamed(renamed([], 7, '  grow the heap '), 3, 'é'.repeat(200));
    expect(two).toEqual([
      { function: 3, name: 'é'.repeat(200) },
      { function: 7, name: 'grow the heap' },
    ]);
    expect(renamed(two, 7, 'grow')[1]).toEqual({ function: 7, name: 'grow' });
    expect(renamed(renamed(two, 7, ' '), 3, '')).toEqual([]);
  });
});

it('no more than 10,000 names are kept for a module; those that are there can be changed', () => {
  const all = Array.from({ length: 10_000 }, (_, index) => ({ function: index, name: 'f' }));
  expect(() => renamed(all, 10_000, 'g')).toThrow(/10000 functions of the module have names of yours/);
  expect(renamed(all, 9_999, 'g').at(-1)).toEqual({ function: 9_999, name: 'g' });
});

it('of names that are kept, a bad one does not take the others with it', () => {
  const good = { function: 3, name: 'parse' };
  expect(keptNames([good, { function: 4, name: '' }, { function: -1, name: 'x' }, null], 'it')).toEqual([good]);
  expect(keptNames(undefined, 'it')).toEqual([]);
});

describe('in what a recording tells', () => {
  // Instance 0 is of module 0, instance 1 of module 1. Both have a function `a`; module 1 calls its function 4 so.
  const names = new FunctionNames(
    [
      { functions: [], texts: [] },
      { functions: [[4, 'parse']], texts: [['a', 'parse']] },
    ],
    instance => [0, 1][instance],
  );

  it('functions of calls, instructions and frames have them, at any depth', () => {
    const frame = { module: 1, function: 'a', functionIndex: 4, offset: null };
    const bytes = Uint8Array.of(1, 2);
    const call = { index: 1, instance: 1, function: 'a', trap: { message: 'a', stack: [frame] } };
    expect(names.in({ calls: [call], bytes, other: { function: 4 } })).toEqual({
      calls: [
        { ...call, function: 'parse', ownName: 'a', trap: { message: 'a', stack: [{ ...frame, function: 'parse' }] } },
      ],
      bytes,
      other: { function: 4 },
    });
    expect(names.in({ instance: 1, function: 'main', allocator: 'a' })).toEqual({
      instance: 1,
      function: 'main',
      allocator: 'parse',
    });
  });

  it('those of another module, and of instances that nobody knows, keep theirs', () => {
    const others = [
      { instance: 0, function: 'a' },
      { instance: 7, function: 'a' },
      { module: 0, function: 'a', functionIndex: 4 },
      { function: 'a', calls: 3 },
    ];
    expect(names.in(others)).toEqual(others);
  });
});
