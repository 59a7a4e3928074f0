import { expect, test } from 'vitest';
import { EVERY_KIND } from '../testing/foundRuns.ts';
import { cellCount, cellOfPage, findingsByCell, firstPage, heat, heatScale, summarize } from './cells.ts';

test('a cell is a page where there is room, and never less than a pixel', () => {
  expect(cellCount(272, 1000)).toBe(272);
  expect(cellCount(1_048_576, 700.5)).toBe(700);
  expect(cellCount(0, 700)).toBe(1);
});

test('each page is in the cell that it is summed up in', () => {
  for (const [pages, cells] of [
    [1_048_576, 700],
    [272, 272],
    [10, 3],
  ] as const) {
    expect([firstPage(0, cells, pages), firstPage(cells, cells, pages)]).toEqual([0, pages]);
    for (let cell = 0; cell < cells; cell++) {
      expect(cellOfPage(firstPage(cell, cells, pages), cells, pages)).toBe(cell);
      expect(cellOfPage(firstPage(cell + 1, cells, pages) - 1, cells, pages)).toBe(cell);
    }
  }
});

test('a cell has the owner of most of its pages, and the writes and differences of all', () => {
  // cells of three, three and four pages
  const owners = Uint8Array.of(4, 5, 5, 0, 0, 6, 0, 0, 0, 0);
  const writes = Uint32Array.of(100, 1, 1, 0, 0, 7, 0, 0, 0, 0);
  const differing = Uint32Array.of(0, 3, 4, 0, 0, 0, 0, 0, 0, 1);
  const cells = summarize({ owners, writes, differing }, 3);
  expect([...cells.owners]).toEqual([5, 6, 0]);
  expect([...cells.writes]).toEqual([102, 7, 0]);
  expect([...cells.differing]).toEqual([7, 0, 1]);
});

test('writes of a cell may be more than 32 bits hold', () => {
  const cells = summarize(
    { owners: new Uint8Array(2), writes: Uint32Array.of(4_000_000_000, 4_000_000_000), differing: new Uint32Array(2) },
    1,
  );
  expect(cells.writes[0]).toBe(8_000_000_000);
});

test('heat goes by orders of magnitude', () => {
  expect([heat(0, 0), heat(0, 999), heat(999, 999)]).toEqual([0, 0, 1]);
  // log 10 / log 1000
  expect(heat(9, 999)).toBeCloseTo(1 / 3);
});

test('findings are at the cell of their first byte; those without bytes, or beyond memory, at none', () => {
  const [dead, nullPage] = EVERY_KIND; // at 0x548 and at 0x8
  const printed = EVERY_KIND.at(-1);
  if (!dead || !nullPage || !printed) throw new Error('no findings');
  const cellOf = (at: number) => (at < 0x500 ? Math.floor(at / 0x100) : null);
  expect([...findingsByCell([dead, nullPage, printed], cellOf)]).toEqual([[0, [nullPage]]]);
  expect([...findingsByCell([dead, nullPage, dead], () => 7)]).toEqual([[7, [dead, nullPage, dead]]]);
});

test('the legend of heat goes from one write to the most, by equal steps of heat', () => {
  // log(1 + 999) in thirds: 10, 100 and 1000 are 1 + writes.
  expect(heatScale(999).map(({ writes }) => writes)).toEqual([1, 9, 99, 999]);
  expect(heatScale(999).map(({ share }) => share.toFixed(2))).toEqual(['0.10', '0.33', '0.67', '1.00']);
  expect(heatScale(2).map(({ writes }) => writes)).toEqual([1, 2]);
  expect(heatScale(1)).toEqual([{ writes: 1, share: 1 }]);
  expect(heatScale(0)).toEqual([]);
});
