import { expect, test } from 'vitest';
import type { PageView } from '../../src/protocol/access.ts';
import { address, pageIndex, step } from '../../src/protocol/units.ts';
import { readRange } from './readRange.ts';

const MOMENT = { runId: 1, step: step(3) };

/** Page `n` is full of `n`; page 3 is zero. */
function page(index: number): PageView {
  const bytes = index === 3 ? null : new Uint8Array(4096).fill(index);
  return { page: pageIndex(index), bytes, changed: [], owners: null };
}

test('a range across pages', async () => {
  const bytes = await readRange(async ({ pages }) => pages.map(page), MOMENT, { start: address(8190), length: 8 });
  expect([...bytes]).toEqual([1, 1, 2, 2, 2, 2, 2, 2]);
});

test('zero pages are zeros, and many pages are asked for in several requests', async () => {
  const sizes: number[] = [];
  const bytes = await readRange(
    async ({ pages }) => {
      sizes.push(pages.length);
      return pages.map(page);
    },
    MOMENT,
    { start: address(4096), length: 100 * 4096 },
  );
  expect(sizes).toEqual([64, 36]);
  expect([bytes[0], bytes[4096], bytes[2 * 4096], bytes[99 * 4096]]).toEqual([1, 2, 0, 100]);
});

test('fewer pages than asked for are an error, no zeros', async () => {
  const read = readRange(async () => [], MOMENT, { start: address(0), length: 8 });
  await expect(read).rejects.toThrow('did not send all');
});
