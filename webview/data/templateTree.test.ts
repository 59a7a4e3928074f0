import { describe, expect, test } from 'vitest';
import { parseTemplates } from '../../src/protocol/templateParser.ts';
import type { Templates } from '../../src/protocol/templates.ts';
import { loadedMemory } from '../testing/memory.ts';
import { rowLabel, rowValue } from '../text/templateText.ts';
import { placedRoot, templateTree } from './templateTree.ts';

const SIZE = 65536;

function templatesOf(text: string): Templates {
  const parsed = parseTemplates(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.templates;
}

const LIST = `struct Node { u32 value; Node* next; char[8] name; }
Node head @0x10;`;

/** Two nodes that lead to each other: at 0x10 with 149 and "one", at 0x40 with 7 and "two". */
function list(): number[] {
  const bytes = new Array<number>(0x80).fill(0);
  bytes.splice(0x10, 11, 0x95, 0, 0, 0, 0x40, 0, 0, 0, 0x6f, 0x6e, 0x65);
  bytes.splice(0x40, 11, 7, 0, 0, 0, 0x10, 0, 0, 0, 0x74, 0x77, 0x6f);
  return bytes;
}

async function rowsOf(text: string, bytes: number[], opened: string[], changed: number[] = [], size = SIZE) {
  const templates = templatesOf(text);
  const memory = await loadedMemory(size, bytes, changed);
  const tree = templateTree(templates.placed.map(placedRoot), templates.structs, new Set(opened), memory);
  return {
    ...tree,
    told: tree.rows.map(row => `${row.level} ${row.name}: ${rowValue(row, templates.structs)}`),
    templates,
  };
}

describe('rows', () => {
  test('are those of what is open, with values at the step', async () => {
    const closed = await rowsOf(LIST, list(), []);
    expect(closed.told).toEqual(['1 head: { 16 bytes }']);
    const { told, rows } = await rowsOf(LIST, list(), ['head@16']);
    expect(told).toEqual(['1 head: { 16 bytes }', '2 value: 149', '2 next: → 0x40', '2 name: “one”']);
    expect(rows.map(({ position, siblings, isOpen }) => [position, siblings, isOpen])).toEqual([
      [1, 1, true],
      [1, 3, null],
      [2, 3, false],
      [3, 3, null],
    ]);
  });

  test('of two values with one name and address are rows of their own', async () => {
    const { rows, told } = await rowsOf('u8[2] a @0x10; u16[2] a @0x10;', list(), ['a@16#1']);
    expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
    expect(told.slice(1)).toEqual([expect.stringMatching(/^1 a: /), '2 [0]: 149', '2 [1]: 0']);
  });

  test('of a pointer are what it leads to; a cycle is said, and ends with what is open', async () => {
    const { told } = await rowsOf(LIST, list(), ['head@16', 'head@16/next', 'head@16/next/*']);
    expect(told.slice(2, 8)).toEqual([
      '2 next: → 0x40',
      '3 *next: { 16 bytes }',
      '4 value: 7',
      '4 next: → 0x10 (it is shown above)',
      '4 name: “two”',
      '2 name: “one”',
    ]);
  });

  test('say null pointers, pointers past the end of memory, and pointers to nothing that is known', async () => {
    const text = 'struct P { u32* none; u32*64 far; u32* last; void* any; } P p @0;';
    const bytes = [...[0, 0, 0, 0, 0, 0, 0, 0], ...[1, 0, 0, 0, 0, 0, 0, 1], ...[0xfd, 0xff, 0, 0], ...[9, 0, 0, 0]];
    const { told, rows } = await rowsOf(text, bytes, ['p@0']);
    expect(told.slice(1)).toEqual([
      '2 none: null',
      '2 far: 0x100000000000001 is outside the memory',
      '2 last: 0xfffd is outside the memory', // three bytes are left there, and a u32 has four
      '2 any: → 0x9',
    ]);
    expect(rows.slice(1).map(({ isOpen }) => isOpen)).toEqual([null, null, null, null]);
  });

  test('past the end of memory are said to be there', async () => {
    const { told, rows } = await rowsOf('struct A { u64[2] a; u8 b; } A a @65528;', [], ['a@65528']);
    expect(told).toEqual(['1 a: memory ends before it does']);
    expect(rows[0]?.isOpen).toBeNull();
  });

  test('of bytes that are not loaded have no value yet, and their page is needed', async () => {
    const { told, pages } = await rowsOf('u32 a @0x5000; u32 b @8;', [], []);
    expect(told).toEqual(['1 a: ··', '1 b: 0']);
    expect(pages).toEqual([5, 0]);
  });

  test('with a changed byte are changed, and so is what they are part of', async () => {
    const { rows, templates } = await rowsOf(LIST, list(), ['head@16'], [0x11, 0x12]);
    expect(rows.map(({ isChanged }) => isChanged)).toEqual([true, true, false, false]);
    expect(rows.slice(1, 3).map(row => rowLabel(row, templates.structs))).toEqual([
      'value: u32 at 0x10, 149, changed',
      'next: Node* at 0x14, → 0x40',
    ]);
  });

  test('have the byte order of their field', async () => {
    const { told } = await rowsOf('struct A { u16 a; big u16 b; } A a @0;', [1, 2, 1, 2], ['a@0']);
    expect(told.slice(1)).toEqual(['2 a: 513', '2 b: 258']);
  });
});

describe('arrays', () => {
  test('of pointers of 64 bits tell all of their digits', async () => {
    const { told } = await rowsOf('void*64[1] a @0;', [0xf1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], []);
    expect(told).toEqual(['1 a: [ 0xfffffffffffffff1 ]']);
  });

  test('say their first elements; a text is a value', async () => {
    const { told } = await rowsOf('u8[10] a @0; char[3] b @1; u16[2][2] c @0;', [9, 0x41, 0x42, 0xff, 1], []);
    expect(told).toEqual([
      '1 a: [ 9, 65, 66, 255, 1, 0, 0, 0, … ]',
      '1 b: “AB” then ff (no UTF-8)',
      '1 c: [ 2 × 4 bytes ]',
    ]);
  });

  test('of more than a hundred elements are in parts, however many there are', async () => {
    const text = 'u8[100000000] a @0;';
    const parts = await rowsOf(text, [], ['a@0'], [], 2 ** 32);
    expect(parts.rows.slice(1, 3).map(({ name, start, siblings }) => [name, start, siblings])).toEqual([
      ['[0 … 999999]', 0, 100],
      ['[1000000 … 1999999]', 1_000_000, 100],
    ]);
    const opened = ['a@0', 'a@0/[1000000 … 1999999]', 'a@0/[1000000 … 1999999]/[1010000 … 1019999]'];
    const deeper = await rowsOf(text, [], opened, [], 2 ** 32);
    expect(deeper.rows.find(({ level, position }) => level === 4 && position === 2)).toMatchObject({
      name: '[1010100 … 1010199]',
      start: 1_010_100,
      size: 100,
    });
    const whole = [...opened, `${opened[2]}/[1010100 … 1010199]`];
    const elements = await rowsOf(text, [], whole, [], 2 ** 32);
    expect(elements.rows.find(({ level, position }) => level === 5 && position === 3)).toMatchObject({
      name: '[1010102]',
      start: 1_010_102,
      size: 1,
    });
  });

  test('of arrays have elements of their own, from 0 on', async () => {
    const { told } = await rowsOf('u8[2][3] a @0;', [1, 2, 3, 4, 5, 6], ['a@0', 'a@0/[1]']);
    expect(told).toEqual([
      '1 a: [ 2 × 3 bytes ]',
      '2 [0]: [ 1, 2, 3 ]',
      '2 [1]: [ 4, 5, 6 ]',
      '3 [0]: 4',
      '3 [1]: 5',
      '3 [2]: 6',
    ]);
  });

  test('more than is shown is said', async () => {
    const opened = ['a@0', ...Array.from({ length: 100 }, (_, i) => `a@0/[${i * 100} … ${i * 100 + 99}]`)];
    const { rows, isCut } = await rowsOf('u8[10000] a @0;', [], opened);
    expect([rows.length, isCut]).toEqual([2000, true]);
    // A value in each of 300 pages: those of 256 have room in the cache.
    const spread = Array.from({ length: 300 }, (_, i) => `u8 v${i} @${i * 4096};`).join(' ');
    const far = await rowsOf(spread, [], [], [], 2 ** 32);
    expect([far.rows.length, far.pages.length, far.isCut]).toEqual([256, 256, true]);
  });
});
