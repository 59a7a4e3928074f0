import { expect, it } from 'vitest';
import { readModule, SECTION } from '../../../src/wasm/module.ts';
import { functionNamer } from '../../../src/wasm/names.ts';
import { body, custom, moduleOf, name, section } from '../support/bytes.ts';
import { assemble } from '../support/wabt.ts';

const WAT = `(module
  (import "env" "log" (func $log))
  (func $inner)
  (func (export "outer") (call $inner))
  (func)
  (memory 1))`;

const namesOf = (bytes: Uint8Array, count: number): string[] => {
  const nameOf = functionNamer(readModule(bytes));
  return Array.from({ length: count }, (_, index) => nameOf(index));
};

it('takes names from the name section, then from exports, then the index', () => {
  expect(namesOf(assemble(WAT), 4)).toEqual(['log', 'inner', 'outer', 'func[3]']);
});

it('takes names from exports where there is no name section', () => {
  expect(namesOf(assemble(WAT, { names: false }), 4)).toEqual(['func[0]', 'func[1]', 'outer', 'func[3]']);
});

const FUNCTIONS = [
  section(SECTION.type, [1, 0x60, 0, 0]),
  section(SECTION.function, [2, 0, 0]),
  section(SECTION.export, [2], name('first'), [0, 0], name('second'), [0, 1]),
  section(SECTION.code, [2], body(), body()),
];

it('passes over the other subsections', () => {
  const module = [0, 5, ...name('mine')]; // subsection 0: name of the module
  const functions = [1, 6, 1, 1, ...name('two')]; // subsection 1: one function, index 1
  expect(namesOf(moduleOf(...FUNCTIONS, custom('name', ...module, ...functions)), 2)).toEqual(['first', 'two']);
});

it('keeps what it read of a name section before it breaks', () => {
  const functions = [1, 10, 2, 0, ...name('one'), 1, 9, 0x74, 0x77]; // the second name is cut off
  expect(namesOf(moduleOf(...FUNCTIONS, custom('name', ...functions)), 2)).toEqual(['one', 'second']);
});

it('leaves out a name that is not UTF-8, and keeps those behind it', () => {
  const functions = [1, 9, 2, 0, 1, 0xff, 1, ...name('two')];
  expect(namesOf(moduleOf(...FUNCTIONS, custom('name', ...functions)), 2)).toEqual(['first', 'two']);
});

it('keeps the first of two names', () => {
  const functions = [1, 14, 2, 1, ...name('inner'), 1, ...name('late')];
  expect(namesOf(moduleOf(...FUNCTIONS, custom('name', ...functions)), 2)).toEqual(['first', 'inner']);
});

it('ignores a section of another name', () => {
  expect(namesOf(moduleOf(...FUNCTIONS, custom('Name', 1, 4, 1, 0, 1, 0x61)), 2)).toEqual(['first', 'second']);
});
