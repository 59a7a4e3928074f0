// What the editor of modules is told, of fixtures (by wabt's listings), of modules written by hand, of broken and of large ones.
import { describe, expect, it } from 'vitest';
import { ModuleService } from '../../../../src/engine/module/moduleService.ts';
import type { ModuleList, ModuleRow } from '../../../../src/protocol/moduleEditor.ts';
import { pageIndex } from '../../../../src/protocol/units.ts';
import { readSections, SECTION } from '../../../../src/wasm/module.ts';
import { type Bytes, custom, leb, moduleOf, name, section, text } from '../../support/bytes.ts';
import { readGuest } from '../../support/fixtures.ts';
import { assemble, objdump } from '../../support/wabt.ts';

const open = (bytes: Uint8Array) => new ModuleService(bytes).handlers;
const rowsOf = async (bytes: Uint8Array, list: ModuleList, filter = '', count = 512): Promise<readonly ModuleRow[]> =>
  (await open(bytes).rows({ list, filter, from: 0, count })).rows;

const SMALL = assemble(`(module
  (type (func (param i32) (result i32)))
  (import "env" "log" (func $log (param i32)))
  (import "env" "base" (global $base i32))
  (memory (export "memory") 1 2)
  (table $t 3 9 funcref)
  (global $top (mut i32) (i32.const 65536))
  (func $twice (export "twice") (export "double") (param $n i32) (result i32) (i32.add (local.get $n) (local.get $n)))
  (func $show (call $log (call $twice (i32.const 21))))
  (data (i32.const 16) "abcd")
  (data (i32.const 18) "XY")
  (data (global.get $base) "who knows")
  (data "passive"))`);

describe('a small module', () => {
  it('has its parts in lists', async () => {
    const overview = await open(SMALL).overview({});
    expect(overview.counts).toMatchObject({
      imports: 2,
      exports: 3,
      functions: 3,
      data: 4,
      globals: 2,
      tables: 1,
      memories: 1,
      tags: 0,
    });
    expect(overview.problem).toBeNull();
    expect(overview.memoryBytes).toBe(65_536);
    expect(overview.fileBytes).toBe(SMALL.length);
    expect(overview.bars.reduce((sum, { bytes }) => sum + bytes, 8)).toBe(SMALL.length);
    const details = async (list: ModuleList) =>
      (await rowsOf(SMALL, list)).map(row => `${row.index} ${row.name}: ${row.detail}`);
    expect(await details('imports')).toEqual(['0 env.log: function (i32) -> ()', '1 env.base: global i32']);
    expect(await details('exports')).toEqual([
      '0 memory: memory 0 · 1..2',
      '1 twice: function 1 · (i32) -> i32',
      '2 double: function 1 · (i32) -> i32',
    ]);
    expect(await details('functions')).toEqual([
      '0 log: (i32) -> () · imported',
      '1 twice: (i32) -> i32 · exported as twice, double',
      '2 show: () -> ()',
    ]);
    expect(await details('globals')).toEqual(['0 base: i32', '1 top: mut i32 = 65536 (0x10000)']);
    expect(await details('tables')).toEqual(['0 t: funcref 3..9']);
    expect(await details('memories')).toEqual(['0 memory: 1..2 pages of 64 KiB · exported as memory']);
    expect(await details('data')).toEqual([
      '0 : at 0x10',
      '1 : at 0x12',
      '2 : at an address that its loader chooses',
      '3 : passive: memory.init puts it into memory',
    ]);
  });

  it('leads from an export to its code, and from an import nowhere', async () => {
    expect((await rowsOf(SMALL, 'exports')).map(row => row.function)).toEqual([null, 1, 1]);
    expect((await rowsOf(SMALL, 'functions')).map(row => row.function)).toEqual([null, 1, 2]);
  });

  it('finds the instruction of an offset', async () => {
    const { codeAt, lines } = open(SMALL);
    const listed = await lines({ function: 2, from: 0, count: 10 });
    expect(listed.lines.map(line => line.text)).toEqual([
      '(func $show (;2;) (type 2)',
      'i32.const 21',
      'call $twice',
      'call $log',
      ')',
    ]);
    expect(listed.lines.map(line => line.function)).toEqual([null, null, 1, 0, null]);
    const call = listed.lines[2]?.offset ?? 0;
    expect(await codeAt({ offset: call })).toEqual({ function: 2, line: 2 });
    expect(await codeAt({ offset: call + 1 })).toEqual({ function: 2, line: 2 }); // its immediate
    const twice = (await rowsOf(SMALL, 'functions'))[1]?.place;
    const end = (twice?.start ?? 0) + (twice?.length ?? 0);
    expect(await codeAt({ offset: end - 1 })).toEqual({ function: 1, line: 4 });
    expect(await codeAt({ offset: end })).toBeNull(); // the size of the next function
    expect(await codeAt({ offset: 4 })).toBeNull();
    expect(await codeAt({ offset: SMALL.length })).toBeNull();
    expect(await lines({ function: 0, from: 0, count: 10 })).toEqual({ total: 0, lines: [] }); // imported
  });

  it('has memory as its segments leave it, a later one over an earlier one', async () => {
    const [page, empty] = await open(SMALL).pages({ image: 'memory', pages: [pageIndex(0), pageIndex(1)] });
    expect(Buffer.from(page?.bytes?.subarray(15, 21) ?? []).toString('latin1')).toBe('\0abXY\0');
    expect(Array.from(page?.owners?.subarray(15, 21) ?? [])).toEqual([0, 1, 1, 1, 1, 0]);
    expect(empty).toEqual({ page: 1, bytes: null, changed: [], owners: null });
  });

  it('has the bytes of its file', async () => {
    const [page] = await open(SMALL).pages({ image: 'file', pages: [pageIndex(0)] });
    expect(page?.bytes?.subarray(0, SMALL.length)).toEqual(SMALL);
    const passive = (await rowsOf(SMALL, 'data'))[3]?.place;
    expect(passive?.image).toBe('file');
    expect(Buffer.from(SMALL).toString('latin1', passive?.start, (passive?.start ?? 0) + 7)).toBe('passive');
  });

  it('is searched by name, whatever its case, and by index', async () => {
    const names = async (filter: string) => (await rowsOf(SMALL, 'functions', filter)).map(row => row.name);
    expect(await names('SH')).toEqual(['show']);
    expect(await names('o')).toEqual(['log', 'show']);
    expect(await names('1')).toEqual(['twice']);
    expect(await names('#2')).toEqual(['show']);
    expect(await names('nothing')).toEqual([]);
  });
});

it('says what made it, and what it needs of an engine', async () => {
  const overview = await open(
    moduleOf(
      custom('producers', 1, ...name('processed-by'), 1, ...name('clang'), ...name('20.1.0')),
      custom('target_features', 2, ...text('+'), ...name('simd128'), ...text('-'), ...name('atomics')),
    ),
  ).overview({});
  expect(overview.producers).toEqual(['clang 20.1.0']);
  expect(overview.features).toEqual(['+simd128', '-atomics']);
});

it.each(['demo/c', 'demo/rust', 'allocators/std', 'demo/assemblyscript-incremental'])(
  '%s has the sections and functions that wabt lists',
  async guest => {
    const bytes = readGuest(guest);
    const headers = [...objdump(bytes, '-h').matchAll(/^ *(\w+) start=0x([0-9a-f]+) end=0x([0-9a-f]+)/gm)];
    const rows = await rowsOf(bytes, 'sections');
    expect(rows.length).toBe(headers.length);
    // wabt tells the contents of a section, behind its id and size.
    expect(rows.map(({ place }) => (place ? place.start + place.length : 0))).toEqual(
      headers.map(([, , , end]) => Number.parseInt(end ?? '', 16)),
    );
    const sizes = [...objdump(bytes, '-x', '-j', 'Code').matchAll(/^ - func\[(\d+)\] size=(\d+)/gm)].map(
      ([, index, size]) => [Number(index), Number(size)],
    );
    const functions = (await rowsOf(bytes, 'functions')).filter(row => row.bytes !== null);
    expect(functions.map(row => [row.index, row.bytes])).toEqual(sizes);
  },
);

describe('a broken module', () => {
  it('shows what stands before the place where the file ends', async () => {
    const whole = readGuest('demo/c');
    const code = (await rowsOf(whole, 'sections')).find(row => row.name === 'code')?.place;
    const second = (await rowsOf(whole, 'functions')).filter(row => row.bytes !== null)[1]?.place;
    const cut = whole.subarray(0, (second?.start ?? 0) + 3);
    const { overview, lines } = open(cut);
    const { problem, counts } = await overview({});
    expect(problem?.offset).toBe(code?.start);
    expect(problem?.message).toMatch(/^a section says it has \d+ bytes, \d+ more than the file has left$/);
    expect(counts.functions).toBe((await rowsOf(whole, 'functions')).length);
    const [first, broken] = (await rowsOf(cut, 'functions')).filter(row => row.bytes !== null);
    expect(broken?.bytes).toBe(3); // that are left of it
    const firstWhole = await open(whole).lines({ function: first?.function ?? -1, from: 0, count: 512 });
    expect((await lines({ function: first?.function ?? -1, from: 0, count: 512 })).total).toBe(firstWhole.total);
    const rest = await lines({ function: broken?.function ?? -1, from: 0, count: 512 });
    expect(rest.lines.at(-1)?.text).toMatch(/^;; /);
  });

  it('shows the sections behind one that breaks', async () => {
    // The import is of a kind that nobody defined.
    const bytes = moduleOf(
      section(1, [1, 0x60, 0, 0]),
      section(2, [1], name('a'), name('b'), [9]),
      section(5, [1, 0, 3]),
    );
    const { problem, counts, memoryBytes } = await open(bytes).overview({});
    expect(problem?.message).toBe('unknown kind of import 0x9');
    expect(problem?.offset).toBe(bytes.indexOf(9, 15) + 1);
    expect(counts).toMatchObject({ sections: 3, imports: 0, memories: 1 });
    expect(memoryBytes).toBe(3 * 65_536);
  });

  it.each<[string, Bytes, RegExp]>([
    ['an empty file', new Uint8Array(0), /^The file is empty/],
    ['a header that ends', Uint8Array.of(0, 0x61, 0x73), /^The file is truncated/],
    ['a page of HTML', Uint8Array.from(text('<!DOCTYPE html><html>')), /it is an HTML page/],
    ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), /WebAssembly component/],
  ])('says what else it is: %s', async (_, bytes, message) => {
    const { problem, counts } = await open(bytes).overview({});
    expect(problem?.message).toMatch(message);
    expect(problem?.offset).toBeNull();
    expect(counts.sections).toBe(0);
  });

  it('says where the bytes of any prefix and of single changed bytes end, and throws at none', async () => {
    for (let length = 0; length <= SMALL.length; length++) await look(SMALL.slice(0, length));
    for (let at = 8; at < SMALL.length; at++) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const bytes = SMALL.slice();
        bytes[at] = value;
        await look(bytes);
      }
    }
  });
});

/** Asks for all that an editor shows. */
async function look(bytes: Uint8Array): Promise<void> {
  const { overview, rows, lines, pages, codeAt } = open(bytes);
  const { counts } = await overview({});
  for (const list of Object.keys(counts) as ModuleList[]) {
    const answer = await rows({ list, filter: '', from: 0, count: 50 });
    for (const row of answer.rows)
      if (row.function !== null) await lines({ function: row.function, from: 0, count: 50 });
  }
  await pages({ image: 'memory', pages: [pageIndex(0)] });
  await codeAt({ offset: 60 });
}

/** Signed LEB128 of four bytes: of a positive number below 2^27. */
const signed = (value: number): number[] =>
  [0, 7, 14].map(shift => ((value >> shift) & 0x7f) | 0x80).concat(value >> 21);

describe("a module whose globals can't be read", () => {
  it('answers all that is asked, of code that names them, too', async () => {
    const guest = readGuest('demo/assemblyscript-minimal');
    const globals = readSections(guest).find(({ id }) => id === SECTION.global);
    for (let at = globals?.contents ?? 0; at < (globals?.end ?? 0); at++) {
      const handlers = open(guest.with(at, 0x7f));
      const { counts } = await handlers.overview({});
      const { total } = await handlers.rows({ list: 'functions', filter: '', from: 0, count: 512 });
      expect(total, `byte ${at}`).toBe(counts.functions);
    }
    expect.hasAssertions();
  });
});

describe('a module with very many parts', () => {
  const EXPORTS = 65_000;
  const SEGMENTS = 100_000;
  const many = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(5, [1, 0, 32]),
    section(7, leb(EXPORTS), ...Array.from({ length: EXPORTS }, (_, i) => [...name(`export${i}`), 0, 0])),
    section(10, [1, 2, 0, 0x0b]),
    section(
      11,
      leb(SEGMENTS),
      ...Array.from({ length: SEGMENTS }, (_, i) => [0, 0x41, ...signed(i * 2 + 1_000_000), 0x0b, 1, i & 0xff]),
    ),
  );

  it('answers with the rows in view alone', async () => {
    const { rows, overview } = open(many);
    expect((await overview({})).counts).toMatchObject({ exports: EXPORTS, data: SEGMENTS });
    const last = await rows({ list: 'exports', filter: '', from: EXPORTS - 2, count: 100 });
    expect(last.rows.map(row => row.name)).toEqual(['export64998', 'export64999']);
    const found = await rows({ list: 'exports', filter: 'export6499', from: 9, count: 5 });
    expect(found.total).toBe(11); // export6499 and export64990 to 64999
    expect(found.rows.map(row => row.name)).toEqual(['export64998', 'export64999']);
    const [segment] = (await rows({ list: 'data', filter: '99999', from: 0, count: 1 })).rows;
    expect(segment?.detail).toBe(`at 0x${(99_999 * 2 + 1_000_000).toString(16)}`);
  });
});

describe('functions that their user has renamed', () => {
  it('have their names in lists and code, say their own one, and are found by both', async () => {
    const handlers = open(SMALL);
    const rows = async (filter: string) =>
      (await handlers.rows({ list: 'functions', filter, from: 0, count: 9 })).rows.map(
        row => `${row.name}: ${row.detail}`,
      );
    expect(await handlers.ownName({ function: 2 })).toBe('show');
    await rows('show'); // an answer that is kept
    await handlers.nameFunctions({ names: [{ function: 2, name: 'print answer' }] });
    expect(await rows('print')).toEqual(['print answer: () -> () · show in the module']);
    expect(await rows('show')).toEqual(await rows('print'));
    const { lines } = await handlers.lines({ function: 2, from: 0, count: 1 });
    expect(lines[0]?.text).toMatch(/^\(func \$"print answer"/); // wat2wasm takes such an identifier
    expect(await handlers.ownName({ function: 2 })).toBe('show');
    await handlers.nameFunctions({ names: [] });
    expect(await rows('show')).toEqual(['show: () -> ()']);
  });

  it('belong to a module by the digest of its bytes', async () => {
    // By sha256sum of an empty module: 00 61 73 6d 01 00 00 00.
    const { sha256 } = await open(moduleOf()).overview({});
    expect(sha256).toBe('93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476');
  });
});
