import { describe, expect, test } from 'vitest';
import { CELL_TYPES } from '../../src/protocol/cellTypes.ts';
import {
  byteEdges,
  cellEdges,
  columnAt,
  hexChar,
  hexChars,
  hexLeft,
  type LayoutRequest,
  layoutRow,
  rowCount,
  rowOf,
} from './rowLayout.ts';

const FONT = { size: 12, family: 'monospace', charWidth: 7 };
const SMALL = { size: 11, family: 'monospace', charWidth: 6 };

function request(overrides: Partial<LayoutRequest>): LayoutRequest {
  return { width: 800, bytesPerRow: 'fit', memoryBytes: 65536, fonts: [FONT, SMALL], ...overrides };
}

describe('the hex column', () => {
  test('has two characters a byte, a space between bytes and two between groups of four', () => {
    // "aa bb cc dd  ee ff 00 11": 2*8 digits, 6 single spaces, 1 double
    expect(hexChars(8)).toBe(24);
    expect([0, 1, 3, 4, 7].map(column => hexChar(column))).toEqual([0, 3, 9, 13, 22]);
  });
});

describe('layoutRow', () => {
  // Wide: 4 px, 8 digits, 2 characters, hex, 2 characters, ASCII, 4 px.
  // 16 bytes: hex 16*2 + 15 + 3 = 50 characters; 8+2+50+2+16 = 78 characters = 546 px, and 8 px of padding.
  test('takes as many multiples of 8 bytes as fit', () => {
    expect(layoutRow(request({ width: 554 })).bytesPerRow).toBe(16);
    expect(layoutRow(request({ width: 553 })).bytesPerRow).toBe(8);
    // 24 bytes: hex 48+23+5 = 76; 8+2+76+2+24 = 112 characters = 784 px + 8
    expect(layoutRow(request({ width: 792 })).bytesPerRow).toBe(24);
  });

  // Narrow: at least 5 digits and gaps of one character. 8 bytes: 5+1+24+1+8 = 39 characters.
  test('uses the smaller font where that makes room for 8 bytes', () => {
    expect(layoutRow(request({ width: 281 }))).toMatchObject({ bytesPerRow: 8, font: FONT });
    expect(layoutRow(request({ width: 280 }))).toMatchObject({ bytesPerRow: 8, font: SMALL });
    expect(layoutRow(request({ width: 242 }))).toMatchObject({ bytesPerRow: 8, font: SMALL });
    expect(layoutRow(request({ width: 241 }))).toMatchObject({ bytesPerRow: 4, font: FONT });
  });

  test('never goes below 4 bytes', () => {
    expect(layoutRow(request({ width: 20 })).bytesPerRow).toBe(4);
  });

  test('keeps to a chosen number even where it does not fit', () => {
    const layout = layoutRow(request({ width: 300, bytesPerRow: 32 }));
    expect(layout.bytesPerRow).toBe(32);
    expect(layout.width).toBeGreaterThan(300);
  });

  test('gives addresses the digits that the memory needs', () => {
    expect(layoutRow(request({ width: 300, memoryBytes: 65536 })).addressDigits).toBe(5);
    expect(layoutRow(request({ width: 300, memoryBytes: 17 * 65536 })).addressDigits).toBe(6);
    expect(layoutRow(request({ width: 300, memoryBytes: 2 ** 32 })).addressDigits).toBe(8);
    expect(layoutRow(request({ width: 800, memoryBytes: 65536 })).addressDigits).toBe(8);
  });
});

describe('columnAt', () => {
  const layout = layoutRow(request({ width: 560 }));

  test('finds the byte in the hex part and in the ASCII part', () => {
    for (const column of [0, 3, 4, 15]) {
      expect(columnAt(layout, hexLeft(layout, column) + 7)).toBe(column);
      expect(columnAt(layout, layout.asciiX + column * 7 + 3)).toBe(column);
    }
  });

  test('finds none over the address and right of the text', () => {
    expect(columnAt(layout, 10)).toBeUndefined();
    expect(columnAt(layout, layout.width)).toBeUndefined();
  });
});

test('rows of 4 GiB are counted without 32-bit arithmetic', () => {
  expect(rowCount(2 ** 32, 4)).toBe(2 ** 30);
  expect(rowCount(2 ** 32, 12)).toBe(357913942);
  expect(rowOf(2 ** 32 - 1, 16)).toBe(268435455);
});

describe('cells of several bytes', () => {
  const of = (cells: keyof typeof CELL_TYPES, overrides: Partial<LayoutRequest> = {}) =>
    layoutRow(request({ cells: CELL_TYPES[cells], fonts: [FONT], ...overrides }));

  test('stand one space apart, each as wide as the longest number', () => {
    // -2147483648 has 11 characters. 8+2 + 8*11+7 + 2+32 = 139 characters and 8 px of padding.
    expect(of('i32', { width: 139 * 7 + 8 }).bytesPerRow).toBe(32);
    expect(of('i32', { width: 139 * 7 + 7 }).bytesPerRow).toBe(24);
    expect(hexChars(8, CELL_TYPES.i32)).toBe(23);
    expect([0, 3, 4, 7].map(column => hexChar(column, CELL_TYPES.i32))).toEqual([0, 0, 12, 12]);
  });

  test('a row has one whole cell at least', () => {
    expect(of('f64', { width: 20 }).bytesPerRow).toBe(8);
    expect(of('u16', { width: 20 }).bytesPerRow).toBe(4);
  });

  test('a point is at the first byte of its cell, and in the ASCII part at its byte', () => {
    const layout = of('u32', { width: 900 });
    expect(columnAt(layout, hexLeft(layout, 4) + 60)).toBe(4);
    expect(columnAt(layout, layout.asciiX + 6 * 7 + 3)).toBe(6);
  });

  test('a byte has the part of its digits: the last ones where little endian puts it first', () => {
    const big = of('hex32', { width: 600, littleEndian: false });
    const little = of('hex32', { width: 600, littleEndian: true });
    const x = big.hexX;
    // Two digits of 7 px a byte; the outer ones reach 2 px into the gap.
    expect(byteEdges(big, 0, 0)).toEqual([[x - 2, x + 14]]);
    expect(byteEdges(big, 1, 2)).toEqual([[x + 14, x + 42]]);
    expect(byteEdges(little, 0, 0)).toEqual([[x + 42, x + 58]]);
    expect(byteEdges(little, 1, 2)).toEqual([[x + 14, x + 42]]);
    expect(byteEdges(little, 3, 3)).toEqual([[x - 2, x + 14]]);
    // Bytes 2 … 5: the first half of the first cell, the second half of the next.
    expect(byteEdges(little, 2, 5)).toEqual([
      [x - 2, x + 28],
      [x + 63 + 28, x + 63 + 58],
    ]);
    expect(byteEdges(big, 0, 7)).toEqual([cellEdges(big, 0, 7)]);
  });
});
