import { describe, expect, test } from 'vitest';
import { lastTop, scrollScale, TALLEST, topThatShows, windowAt } from './callWindow.ts';

test('of a few calls all have rows', () => {
  expect(windowAt(5000, { rows: 600, view: 400 })).toEqual({ first: 0, count: 600, before: 0, behind: 0 });
});

test('of more, 200 around what is in view', () => {
  // 22 pixels a row: row 1000 is at 22,000 pixels; rows 950 … 1149 have 20,900 before and (20,000 − 1150) · 22 behind them.
  const extent = { rows: 20_000, view: 400 };
  expect(windowAt(22_000, extent)).toEqual({ first: 950, count: 200, before: 20_900, behind: 414_700 });
  expect(windowAt(0, extent)).toEqual({ first: 0, count: 200, before: 0, behind: 435_600 });
  expect(windowAt(439_600, extent)).toEqual({ first: 19_800, count: 200, before: 435_600, behind: 0 });
  expect(scrollScale(extent)).toBe(1);
});

describe.each([1_000_000, 100_000_000])('%i calls, which are taller than an element', rows => {
  const extent = { rows, view: 440 };
  const scale = scrollScale(extent);

  test('the first and the last row are at the ends of the element', () => {
    expect(windowAt(0, extent)).toMatchObject({ first: 0, before: 0 });
    const last = windowAt(lastTop(extent), extent);
    expect(last.first + last.count).toBe(rows);
    expect(lastTop(extent) / scale).toBeCloseTo(TALLEST - 440, 3);
    expect(last.before + last.count * 22).toBeCloseTo(TALLEST, 3);
  });

  test.each([0, 0.00001, 0.001, 0.25, 0.5, 0.999, 0.99999, 1])('%d of the way the view is covered', share => {
    const top = lastTop(extent) * share;
    const { first, count, before, behind } = windowAt(top, extent);
    const scrolled = top / scale;
    expect(before).toBeGreaterThanOrEqual(0);
    expect(behind).toBeGreaterThanOrEqual(0);
    expect(before + count * 22 + behind).toBeCloseTo(TALLEST, 3);
    // The row at `top` stands at the top of the view, and the view is full.
    expect(before + (top - first * 22)).toBeCloseTo(scrolled, 3);
    expect(before).toBeLessThanOrEqual(scrolled);
    expect(before + count * 22).toBeGreaterThanOrEqual(scrolled + 440 - 0.001);
  });
});

test('a row is brought into view by the least scrolling', () => {
  expect(topThatShows(100, 0, 440)).toBe(100 * 22 + 22 - 440);
  expect(topThatShows(100, 5000, 440)).toBe(2200);
  expect(topThatShows(100, 2000, 440)).toBe(2000);
});
