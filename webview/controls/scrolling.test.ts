import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clampTop, maxTop, reveal, revealInContext, thumb, topAtThumb, wheelRows } from './scrolling.ts';

const AREA = { rows: 1000, visibleRows: 20.5 };
/** 4 GiB in rows of 16 bytes. */
const HUGE = { rows: 2 ** 28, visibleRows: 30 };

test('the last position shows the last row', () => {
  expect(maxTop(AREA)).toBe(979.5);
  expect(clampTop(5000, AREA)).toBe(979.5);
  expect(clampTop(-1, AREA)).toBe(0);
  expect(maxTop({ rows: 3, visibleRows: 20 })).toBe(0);
});

describe('revealing a row', () => {
  test.each([
    [100, 100, 'the first visible stays', 100],
    [99, 100, 'one above becomes the first', 99],
    [119, 100, 'the last whole one stays', 100],
    [120, 100, 'one half visible below becomes the last', 100.5],
    [0, 500, 'the first of all', 0],
    [999, 500, 'the last of all', 979.5],
  ])('row %i from %i: %s', (row, top, _, expected) => {
    expect(reveal(row, top, AREA)).toBe(expected);
  });

  test('a jump puts it a third down, unless it is visible', () => {
    expect(revealInContext(500, 0, AREA)).toBe(493);
    expect(revealInContext(10, 0, AREA)).toBe(0);
    expect(revealInContext(999, 0, AREA)).toBe(979.5);
  });
});

test('the wheel scrolls by pixels, lines or pages', () => {
  expect(wheelRows({ deltaY: 60, deltaMode: WheelEvent.DOM_DELTA_PIXEL }, 20, AREA)).toBe(3);
  expect(wheelRows({ deltaY: -3, deltaMode: WheelEvent.DOM_DELTA_LINE }, 20, AREA)).toBe(-3);
  expect(wheelRows({ deltaY: 1, deltaMode: WheelEvent.DOM_DELTA_PAGE }, 20, AREA)).toBe(19);
});

describe('the thumb', () => {
  test('is as long as the visible part of the track, but never too small to grab', () => {
    expect(thumb(0, { rows: 100, visibleRows: 50 }, 400)).toEqual({ offset: 0, size: 200 });
    expect(thumb(50, { rows: 100, visibleRows: 50 }, 400)).toEqual({ offset: 200, size: 200 });
    expect(thumb(maxTop(HUGE), HUGE, 400)).toEqual({ offset: 376, size: 24 });
  });

  test('fills the track where everything is visible', () => {
    expect(thumb(0, { rows: 3, visibleRows: 20 }, 400)).toEqual({ offset: 0, size: 400 });
    expect(topAtThumb(100, { rows: 3, visibleRows: 20 }, 400)).toBe(0);
  });

  test('dragged to where it is, it stays', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: maxTop(HUGE), noNaN: true }), top => {
        expect(topAtThumb(thumb(top, HUGE, 500).offset, HUGE, 500)).toBeCloseTo(top, 3);
      }),
    );
  });
});
