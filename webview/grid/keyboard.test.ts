import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { moveByKey } from './keyboard.ts';

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false };
const EXTENT = { bytesPerRow: 16, memoryBytes: 2 ** 32, rowsPerPage: 10 };

function move(key: string, from: number, extent = EXTENT, modifiers = PLAIN) {
  return moveByKey({ key, ...modifiers }, address(from), extent);
}

test.each([
  ['ArrowLeft', 0x548, 0x547],
  ['ArrowRight', 0x548, 0x549],
  ['ArrowUp', 0x548, 0x538],
  ['ArrowDown', 0x548, 0x558],
  ['PageUp', 0x548, 0x4a8],
  ['PageDown', 0x548, 0x5e8],
  ['Home', 0x548, 0x540],
  ['End', 0x548, 0x54f],
  ['ArrowLeft', 0, 0],
  ['ArrowUp', 8, 8],
  ['PageUp', 0x28, 0x08],
  ['ArrowRight', 0xffffffff, 0xffffffff],
  ['ArrowDown', 0xfffffff8, 0xfffffff8],
  ['PageDown', 0xffffff98, 0xfffffff8],
  ['ArrowDown', 0x7ffffff8, 0x80000008],
])('%s from %i goes to %i', (key, from, to) => {
  expect(move(key, from)).toBe(to);
});

test('with Ctrl or Command, Home and End go to the ends of memory', () => {
  expect(move('Home', 0x548, EXTENT, { ...PLAIN, ctrlKey: true })).toBe(0);
  expect(move('End', 0x548, EXTENT, { ...PLAIN, metaKey: true })).toBe(0xffffffff);
});

test('a short last row is not left', () => {
  // 20 bytes: the second row has columns 0 … 3 only
  const short = { bytesPerRow: 16, memoryBytes: 20, rowsPerPage: 10 };
  expect(move('ArrowDown', 2, short)).toBe(18);
  expect(move('ArrowDown', 5, short)).toBe(5);
  expect(move('End', 17, short)).toBe(19);
});

test('other keys are not the grid’s', () => {
  expect(move('a', 5)).toBeUndefined();
  expect(move('ArrowLeft', 5, EXTENT, { ...PLAIN, altKey: true })).toBeUndefined();
  expect(move('ArrowLeft', 5, EXTENT, { ...PLAIN, ctrlKey: true })).toBeUndefined();
});

test('left and right go from cell to cell, also out of the middle of one', () => {
  const words = { ...EXTENT, cellBytes: 4 };
  expect([move('ArrowRight', 0x548, words), move('ArrowRight', 0x54a, words)]).toEqual([0x54c, 0x54c]);
  expect([move('ArrowLeft', 0x548, words), move('ArrowLeft', 0x54a, words)]).toEqual([0x544, 0x544]);
  expect(move('End', 0x548, words)).toBe(0x54c);
  // 22 bytes: the last cell has two of its four.
  const short = { bytesPerRow: 16, memoryBytes: 22, rowsPerPage: 10, cellBytes: 4 };
  expect([move('ArrowRight', 16, short), move('ArrowRight', 20, short), move('End', 16, short)]).toEqual([20, 20, 20]);
});
