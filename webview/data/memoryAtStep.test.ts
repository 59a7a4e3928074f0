import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { loadedMemory } from '../testing/memory.ts';
import { NOT_LOADED, pagesOf } from './memoryAtStep.ts';

test('reads values and marks of changed bytes', async () => {
  const memory = await loadedMemory(65536, [9, 8, 7, 6], [1, 3]);
  const { values, changed } = memory.read(0, 5);
  expect([...values]).toEqual([9, 8, 7, 6, 0]);
  expect([...changed]).toEqual([0, 1, 1, 0, 0]);
});

test('a page that is not loaded is no zeros, also where a read goes across pages', async () => {
  const memory = await loadedMemory(65536, []);
  expect([...memory.read(4094, 4).values]).toEqual([0, 0, NOT_LOADED, NOT_LOADED]);
  expect(memory.bytes(address(4094), 4)).toBeUndefined();
  expect(memory.bytes(address(4092), 4)).toEqual(new Uint8Array(4));
});

test('a read ends where memory ends', async () => {
  const memory = await loadedMemory(10, [1]);
  expect(memory.bytes(address(8), 4)).toEqual(new Uint8Array(2));
  expect(memory.read(12, 4).values).toHaveLength(0);
});

test('pages of a range, at the top of 4 GiB, too', () => {
  expect(pagesOf(0, 4096)).toEqual([0]);
  expect(pagesOf(4095, 4097)).toEqual([0, 1]);
  expect(pagesOf(2 ** 32 - 1, 2 ** 32)).toEqual([1048575]);
  expect(pagesOf(5, 5)).toEqual([]);
});
