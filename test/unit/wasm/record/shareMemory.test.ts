// The rewrite at level `calls`: memory 0 becomes an import with shared limits, and nothing else changes.
import { describe, expect, it } from 'vitest';
import { readModule, SECTION } from '../../../../src/wasm/module.ts';
import { ADDED_IMPORTS } from '../../../../src/wasm/record/logFormat.ts';
import { type RewrittenModule, recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { type Bytes, body, custom, moduleOf, name, section } from '../../support/bytes.ts';
import { demoNames, readGuest } from '../../support/fixtures.ts';
import { callExport } from '../../support/instances.ts';
import { assemble, disassemble, objdump } from '../../support/wabt.ts';

const MEMORY_IMPORT = { module: ADDED_IMPORTS.module, name: ADDED_IMPORTS.memory };
const share = (bytes: Bytes): RewrittenModule => recordAccesses(readModule(bytes), { level: 'calls' });
const own = (limits: string) => assemble(`(module (memory (export "memory") ${limits}))`);
const imported = (limits: string) => assemble(`(module (import "env" "mem" (memory ${limits})))`);

/** The memories of a module as wasm-objdump has them. */
const memoriesOf = (bytes: Uint8Array): string[] =>
  Array.from(objdump(bytes, '-x').matchAll(/ - memory\[\d+\] (?:<.*> )?(pages: .*)$/gm), ([, text]) => text);

/** Imports and exports as V8 has them. */
const linkage = (bytes: Bytes) => {
  const module = new WebAssembly.Module(bytes);
  return { imports: WebAssembly.Module.imports(module), exports: WebAssembly.Module.exports(module) };
};

const IMPORT = { ...MEMORY_IMPORT, kind: 'memory' };

describe('limits', () => {
  it.each([
    [
      'an import without a maximum gets the largest',
      imported('1'),
      'pages: initial=1 max=65536 shared <- env.mem',
      65_536,
    ],
    ['an import keeps its maximum', imported('0 7'), 'pages: initial=0 max=7 shared <- env.mem', 7],
    ['a shared import stays as it is', imported('2 300 shared'), 'pages: initial=2 max=300 shared <- env.mem', 300],
    ['a definition becomes an import', own('2 4'), 'pages: initial=2 max=4 shared <- wasm-shared-memory.memory', 4],
    [
      'a definition without a maximum gets the largest',
      own('17'),
      'pages: initial=17 max=65536 shared <- wasm-shared-memory.memory',
      65_536,
    ],
  ])('%s', (_, bytes, expected, maximum) => {
    const rewritten = share(bytes);
    expect(memoriesOf(rewritten.bytes)).toEqual([expected]);
    expect(rewritten.maximum).toBe(maximum);
  });
});

describe('imports and exports', () => {
  it('of every guest of the demo stay, but for the memory that was defined', () => {
    for (const guest of demoNames) {
      const bytes = readGuest(guest);
      const before = linkage(bytes);
      const rewritten = share(bytes);
      const after = linkage(rewritten.bytes);
      const wasImported = before.imports.find(({ kind }) => kind === 'memory');
      expect(after.imports, guest).toEqual(wasImported ? before.imports : [...before.imports, IMPORT]);
      expect(after.exports, guest).toEqual(before.exports);
      const { module, name } = wasImported ?? IMPORT;
      expect(rewritten.memoryImport, guest).toEqual({ module, name });
    }
  });

  it('are found by kind, behind imports of every other kind', () => {
    const bytes = assemble(`(module
      (import "webcil" "f" (func))
      (import "webcil" "t" (table 1 funcref))
      (import "webcil" "memory" (memory 1))
      (import "webcil" "g" (global i32))
      (import "webcil" "e" (tag)))`);
    const rewritten = share(bytes);
    expect(linkage(rewritten.bytes)).toEqual(linkage(bytes));
    expect(rewritten.memoryImport).toEqual({ module: 'webcil', name: 'memory' });
  });

  it('keep a byte order mark in a name, before, in and behind the memory', () => {
    const entry = (title: string, ...type: number[]): number[] => [...name(title), ...name('x'), ...type];
    const memory = entry('\ufeffenv', 0x02, 0x00, 1);
    const bytes = moduleOf(
      section(SECTION.import, [3], entry('\ufeff', 0x03, 0x7f, 0), memory, entry('', 0x03, 0x7f, 0)),
      section(SECTION.export, [2], name('m'), [0x02, 0], name('\ufeffm'), [0x02, 0]),
    );
    const rewritten = share(bytes);
    expect(linkage(rewritten.bytes)).toEqual(linkage(bytes));
    expect(linkage(bytes).imports[1].module).toBe('\ufeffenv');
    expect(rewritten.memoryImport).toEqual({ module: '\ufeffenv', name: 'x' });
  });

  it('are added to an import section of no entries', () => {
    const bytes = moduleOf(section(SECTION.import, [0]), section(SECTION.memory, [1, 0x00, 1]));
    expect(linkage(share(bytes).bytes).imports).toEqual([IMPORT]);
  });
});

describe('other sections', () => {
  const memory = section(SECTION.memory, [1, 0x00, 1]);
  const types = section(SECTION.type, [1, 0x60, 0, 0]);
  const titles = (bytes: Uint8Array) => readModule(bytes).sections.map(({ id, name }) => name ?? id);

  it('are copied byte by byte, custom ones in their places', () => {
    const before = [custom('a', 1), types, custom('b', 2), section(SECTION.function, [1, 0])];
    const after = [custom('d'), section(SECTION.code, [1], body()), custom('name', 0, 2, 1, 0x6d)];
    const rewritten = share(moduleOf(...before, custom('c'), memory, ...after));
    const added = section(
      SECTION.import,
      [1],
      name('wasm-shared-memory'),
      name('memory'),
      [0x02, 0x03, 1, 0x80, 0x80, 0x04],
    );
    const [a, type, b, functions] = before;
    expect([...rewritten.bytes]).toEqual([...moduleOf(a, type, b, added, functions, custom('c'), ...after)]);
    expect(WebAssembly.validate(rewritten.bytes)).toBe(true);
  });

  it('get the import section in front where there are no types', () => {
    expect(titles(share(moduleOf(custom('a'), memory)).bytes)).toEqual(['a', SECTION.import]);
  });

  it('keep an import section in its place', () => {
    const imports = section(SECTION.import, [1], name('m'), name('f'), [0x00, 0]);
    const bytes = moduleOf(types, custom('a'), imports, custom('b'), memory);
    expect(titles(share(bytes).bytes)).toEqual([SECTION.type, 'a', SECTION.import, 'b']);
  });

  it('read sizes that are written with more bytes than needed', () => {
    const bytes = moduleOf([SECTION.memory, 0x86, 0x00, 0x81, 0x00, 0x00, 0x81, 0x80, 0x00], custom('a'));
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(memoriesOf(share(bytes).bytes)).toEqual(['pages: initial=1 max=65536 shared <- wasm-shared-memory.memory']);
  });
});

describe('several memories', () => {
  // Hand-written: loads from memory 1 behind memory 0; each memory has its own data.
  const load = body(0x41, 0, 0x2d, 0x40, 1, 0, 0x41, 0, 0x2d, 0x40, 0, 0, 0x6a); // i32.load8_u of 1 at 0, of 0 at 0, add
  const rest = [
    section(SECTION.function, [1, 0]),
    section(SECTION.memory, [2, 0x01, 1, 2, 0x00, 3]),
    section(SECTION.export, [3], name('sum'), [0, 0], name('m0'), [2, 0], name('m1'), [2, 1]),
    section(SECTION.code, [1], load),
    section(SECTION.data, [2], [0x00, 0x41, 0, 0x0b, 1, 40], [0x02, 1, 0x41, 0, 0x0b, 1, 2]),
  ];
  const types = section(SECTION.type, [1, 0x60, 0, 1, 0x7f]);

  it('keep their indices: the first is shared, the others stay defined', () => {
    const bytes = moduleOf(types, ...rest);
    const rewritten = share(bytes);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes), {
      [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
    });
    expect(linkage(rewritten.bytes).exports).toEqual(linkage(bytes).exports);
    expect(exports.m0).toBe(memory);
    expect(callExport(exports, 'sum')).toBe(42); // 40 from memory 0, 2 from memory 1
    expect(memoriesOf(rewritten.bytes)).toEqual([
      'pages: initial=1 max=2 shared <- wasm-shared-memory.memory',
      'pages: initial=3',
    ]);
  });

  it('change the first import alone', () => {
    expect(memoriesOf(share(readGuest('misbehaving/two-memories')).bytes)).toEqual([
      'pages: initial=1 max=65536 shared <- env.memory',
      'pages: initial=1 <- env.log',
    ]);
  });
});

describe('offsets', () => {
  it.each(['demo/c-defined-memory', 'demo/defined-after-imports', 'demo/wat', 'demo/wasi-reactor'])(
    'in the code of %s are those of the original file',
    guest => {
      const bytes = readGuest(guest);
      const rewritten = share(bytes);
      const before = disassemble(bytes);
      const after = disassemble(rewritten.bytes);
      const takenBack = Array.from(after, ([offset, instruction]) => [rewritten.originalOffset(offset), instruction]);
      expect(before.size).toBeGreaterThan(10);
      expect(takenBack).toEqual([...before]);
    },
  );

  it('really move where a memory was defined', () => {
    const bytes = readGuest('demo/c-defined-memory');
    expect([...disassemble(share(bytes).bytes).keys()]).not.toEqual([...disassemble(bytes).keys()]);
  });
});

it('is a mistake of the caller without a memory', () => {
  expect(() => share(moduleOf())).toThrow(RangeError);
});
