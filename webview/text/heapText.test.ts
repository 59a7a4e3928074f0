import { expect, test } from 'vitest';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { HEAP_BLOCKS } from '../testing/heapBlocks.ts';
import { blockLabel, inBlockText, leftText } from './heapText.ts';

test('what is left, and where nothing is', () => {
  expect(leftText({ total: 12, bytes: 340, isPartial: false })).toBe('not freed: 12 blocks, 340 bytes');
  expect(leftText({ total: 1, bytes: 1, isPartial: false })).toBe('not freed: 1 block, 1 byte');
  expect(leftText({ total: 0, bytes: 0, isPartial: false })).toBe('all freed');
  expect(leftText({ total: 0, bytes: 0, isPartial: true })).toBe('not freed: 0 blocks, 0 bytes');
});

test('a block says who asked for it: the host itself, or a function in a call', () => {
  expect(HEAP_BLOCKS.slice(0, 2).map(block => blockLabel(block, NUMBERS_ALONE))).toEqual([
    '0x548, 4 bytes, from call 1, alloc_11 on #0, at step 1',
    '0x558, 24 bytes, from malloc in call 2, add_23 on #0, at step 2',
  ]);
  expect(HEAP_BLOCKS.slice(2, 3).map(block => inBlockText(block, NUMBERS_ALONE))).toEqual([
    'in the block of 16 bytes at 0x590, from malloc in call 3, add_23 on #1',
  ]);
});
