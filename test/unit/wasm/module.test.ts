import { describe, expect, it } from 'vitest';
import { endOfData, linearMemory, readModule, readSections, SECTION } from '../../../src/wasm/module.ts';
import { custom, HEADER, moduleOf, name, section } from '../support/bytes.ts';
import { readGuest } from '../support/fixtures.ts';
import { assemble, objdump } from '../support/wabt.ts';

const PLAIN = { maximum: null, shared: false, is64: false, customPageSize: false };

describe('sections', () => {
  it('gives offsets of id, contents and end, and names of custom sections', () => {
    const bytes = moduleOf(custom('note', 1, 2, 3), section(SECTION.memory, [1, 0x00, 1]));
    expect(readSections(bytes)).toEqual([
      // 8: id; 9: size; 10: length of the name; 11–14: name
      { id: 0, name: 'note', start: 8, contents: 15, end: 18 },
      { id: 5, name: null, start: 18, contents: 20, end: 23 },
    ]);
  });

  it('agrees with wasm-objdump on guests of each toolchain', () => {
    for (const guest of ['demo/wat', 'demo/assemblyscript-minimal', 'demo/rust', 'demo/wasi-reactor']) {
      const bytes = readGuest(guest);
      const lines = objdump(bytes, '-h').matchAll(/start=0x([0-9a-f]+) end=0x([0-9a-f]+)[^"\n]*(?:"(.*)")?/g);
      const expected = Array.from(lines, ([, start, end, custom]) => ({
        contents: Number.parseInt(start, 16) + (custom === undefined ? 0 : 1 + Buffer.byteLength(custom)),
        end: Number.parseInt(end, 16),
        name: custom ?? null,
      }));
      expect(expected.length).toBeGreaterThan(4);
      expect(readSections(bytes).map(({ contents, end, name }) => ({ contents, end, name }))).toEqual(expected);
    }
  });

  it('says at which section the file is cut, and by how much', () => {
    const bytes = moduleOf(section(SECTION.memory, [1, 0x00, 1]));
    expect(() => readSections(bytes.subarray(0, 11))).toThrow(
      expect.objectContaining({
        reason: 'truncated',
        offset: 8,
        message: expect.stringContaining('2 more than the file'),
      }),
    );
  });

  it('refuses a custom section whose name is longer than it', () => {
    const bytes = moduleOf([0, 2, 9, 0x61], section(SECTION.memory, [1, 0x00, 1]));
    expect(() => readSections(bytes)).toThrow(expect.objectContaining({ reason: 'malformed', offset: 12 }));
  });
});

describe('a module with everything', () => {
  const module = readModule(
    assemble(`(module
      (type $binary (func (param i32 i32) (result i32)))
      (import "env" "f" (func $f (type $binary)))
      (import "env" "t" (table 2 10 funcref))
      (import "env" "m" (memory 1 16 shared))
      (import "env" "g" (global (mut i64)))
      (import "env" "e" (tag (param f32)))
      (memory $second 3)
      (table $own 1 externref)
      (global $own f64 (f64.const 1))
      (tag $own)
      (func $add (export "add") (type $binary) (i32.add (local.get 0) (local.get 1)))
      (export "f again" (func $f))
      (export "table" (table $own))
      (export "memory" (memory $second))
      (export "global" (global $own))
      (export "tag" (tag $own))
      (data (i32.const 100) "abc")
      (data "passive"))`),
  );
  const binary = { params: ['i32', 'i32'], results: ['i32'] };

  it('reads the imports', () => {
    expect(module.imports.map(({ start, description, end, ...rest }) => rest)).toEqual([
      { module: 'env', name: 'f', kind: 'function', type: binary },
      {
        module: 'env',
        name: 't',
        kind: 'table',
        type: { element: 'funcref', limits: { ...PLAIN, minimum: 2n, maximum: 10n } },
      },
      { module: 'env', name: 'm', kind: 'memory', type: { ...PLAIN, minimum: 1n, maximum: 16n, shared: true } },
      { module: 'env', name: 'g', kind: 'global', type: { type: 'i64', mutable: true } },
      { module: 'env', name: 'e', kind: 'tag', type: { params: ['f32'], results: [] } },
    ]);
  });

  it('counts imported functions and memories before its own', () => {
    expect(module.importedFunctions).toBe(1);
    expect(module.functions).toEqual([binary, binary]);
    expect(module.memories.map(({ minimum }) => minimum)).toEqual([1n, 3n]);
    expect(linearMemory(module)?.imported).toBe(module.imports[2]);
  });

  it('reads the exports with the types of what they name', () => {
    expect(module.exports).toEqual([
      { name: 'add', kind: 'function', index: 1, type: binary },
      { name: 'f again', kind: 'function', index: 0, type: binary },
      { name: 'table', kind: 'table', index: 1, type: { element: 'externref', limits: { ...PLAIN, minimum: 1n } } },
      { name: 'memory', kind: 'memory', index: 1, type: { ...PLAIN, minimum: 3n } },
      { name: 'global', kind: 'global', index: 1, type: { type: 'f64', mutable: false } },
      { name: 'tag', kind: 'tag', index: 1, type: { params: [], results: [] } },
    ]);
  });

  it('reads data segments', () => {
    expect(
      module.dataSegments.map(({ memory, address, bytes }) => [memory, address, Buffer.from(bytes).toString()]),
    ).toEqual([
      [0, 100, 'abc'],
      [null, null, 'passive'],
    ]);
  });

  it('ends data of memory 0 behind its own segments', () => expect(endOfData(module)).toBe(103));
});

describe('data', () => {
  const endOf = (...fields: string[]) => endOfData(readModule(assemble(`(module ${fields.join(' ')})`)));

  it('ends where the furthest segment ends, not the last', () =>
    expect(endOf('(memory 1)', '(data (i32.const 500) "abcd")', '(data (i32.const 10) "x")')).toBe(504));

  it('does not count a segment whose address an import decides', () =>
    expect(endOf('(import "env" "base" (global i32)) (memory 1) (data (global.get 0) "abcd")')).toBe(0));

  it('of another memory does not count', () => {
    const segments = [0x02, 1, 0x41, 9, 0x0b, 1, 0x61, 0x02, 0, 0x41, 5, 0x0b, 1, 0x61]; // memory 1 at 9, memory 0 at 5
    const bytes = moduleOf(section(SECTION.memory, [2, 0x00, 1, 0x00, 1]), section(SECTION.data, [2], segments));
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(readModule(bytes).dataSegments.map(({ memory, address }) => [memory, address])).toEqual([
      [1, 9],
      [0, 5],
    ]);
    expect(endOfData(readModule(bytes))).toBe(6);
  });

  it('takes addresses as unsigned', () => expect(endOf('(memory 1) (data (i32.const -2) "x")')).toBe(2 ** 32 - 1));
});

describe('tables with an initial value', () => {
  it('are passed over', () => {
    const bytes = moduleOf(
      section(SECTION.table, [1, 0x40, 0x00, 0x70, 0x00, 2, 0xd0, 0x70, 0x0b]),
      section(SECTION.memory, [1, 0x00, 1]),
      section(SECTION.export, [1], name('t'), [0x01, 0]),
    );
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(readModule(bytes).exports).toEqual([
      { name: 't', kind: 'table', index: 0, type: { element: 'funcref', limits: { ...PLAIN, minimum: 2n } } },
    ]);
  });
});

describe('what can not be read', () => {
  const memory = section(SECTION.memory, [1, 0x00, 1]);
  it.each([
    ['an unknown kind of import', moduleOf(section(SECTION.import, [1], name('a'), name('b'), [5])), 16],
    ['an unknown kind of export', moduleOf(memory, section(SECTION.export, [1], name('a'), [5, 0])), 20],
    ['an export of something that is not there', moduleOf(memory, section(SECTION.export, [1], name('a'), [2, 1])), 20],
    ['unknown flags of a data segment', moduleOf(memory, section(SECTION.data, [1, 3])), 16],
    ['a count larger than its section', moduleOf(section(SECTION.memory, [2, 0x00, 1]), custom('x')), 13],
  ])('%s is refused at its offset', (_, bytes, offset) =>
    expect(() => readModule(bytes)).toThrow(expect.objectContaining({ reason: 'malformed', offset })),
  );

  it('functions without code are a file that ends too early', () => {
    const bytes = moduleOf(section(SECTION.type, [1, 0x60, 0, 0]), section(SECTION.function, [1, 0]));
    expect(() => readModule(bytes)).toThrow(expect.objectContaining({ reason: 'truncated', offset: bytes.length }));
  });

  it('leaves a module of nothing but its header alone', () => {
    const module = readModule(Uint8Array.from(HEADER));
    expect(linearMemory(module)).toBeNull();
    expect(module.sections).toEqual([]);
  });
});
