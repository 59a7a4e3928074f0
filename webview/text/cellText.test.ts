import { expect, test } from 'vitest';
import { CELL_TYPES } from '../../src/protocol/cellTypes.ts';
import { cellRowText, cellText } from './cellText.ts';

function row(values: readonly number[], changed: readonly number[] = [], owners: readonly number[] = []) {
  return {
    values: Int16Array.from(values),
    changed: Uint8Array.from(values, (_, i) => Number(changed.includes(i))),
    owners: Uint8Array.from(values, (_, i) => owners[i] ?? 0),
  };
}

// u16 cells are five characters wide.
test('cells that are zero, and cells with a changed byte, are in strings of their own, each in its place', () => {
  const text = cellRowText(row([0x34, 0x12, 0, 0, 0x41, 0, 0, 0], [7]), CELL_TYPES.u16, true);
  expect(text).toEqual({
    bytes: ' 4660          65      ',
    quiet: '          0            ',
    changed: '                      0',
    ascii: '4   A   ',
    asciiQuiet: ' ··· ·· ',
    asciiChanged: '       ·',
  });
});

test('of one owner alone, cells with a byte of it are shown, zero or not', () => {
  const owned = row([0, 0, 7, 0, 0, 0], [], [4, 0, 5, 5, 5, 4]);
  const text = cellRowText(owned, CELL_TYPES.u16, true, 4);
  expect([text.bytes, text.quiet]).toEqual(['    0           0', '          7      ']);
});

test('a selected cell is never quiet', () => {
  const text = cellRowText(row([0, 0, 0, 0]), CELL_TYPES.u16, true, null, { first: 3, last: 3 });
  expect([text.bytes, text.quiet]).toEqual(['          0', '    0      ']);
});

test('where memory ends inside of a cell, and where bytes are not loaded, there is no number', () => {
  const values = Int16Array.from([1, 0, 0, 0, 2, 0]);
  expect(cellText(values, 0, CELL_TYPES.u32, true)).toBe('1');
  expect(cellText(values, 4, CELL_TYPES.u32, true)).toBeUndefined();
  expect(cellText(Int16Array.from([1, -1]), 0, CELL_TYPES.u16, true)).toBeNull();
  expect(cellRowText(row([1, 0, 0, 0, 2, 0]), CELL_TYPES.u32, true).bytes).toBe('         1          –');
});
