import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { Selection } from './selection.ts';

test('where cells have several bytes, whole cells are selected', () => {
  const selection = new Selection();
  selection.setCellBytes(4);
  selection.select(address(0x549));
  expect([selection.address, selection.range]).toEqual([0x549, { start: 0x548, length: 4 }]);
  selection.extendTo(address(0x550));
  expect(selection.range).toEqual({ start: 0x548, length: 12 });
  selection.setCellBytes(1);
  expect(selection.range).toEqual({ start: 0x549, length: 8 });
});

test('a range that was given stays as it is, until the user extends it', () => {
  const selection = new Selection();
  selection.setCellBytes(8);
  selection.jumpToRange({ start: address(3), length: 2 });
  expect(selection.range).toEqual({ start: 3, length: 2 });
  selection.extendTo(address(9));
  expect(selection.range).toEqual({ start: 0, length: 16 });
});

test('the last cell ends where memory does', () => {
  const selection = new Selection();
  selection.setCellBytes(8);
  selection.clampTo(12);
  selection.select(address(9));
  expect(selection.range).toEqual({ start: 8, length: 4 });
});
