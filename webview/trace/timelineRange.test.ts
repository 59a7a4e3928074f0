import { expect, test } from 'vitest';
import { panned, ticksOf, within, zoomed } from './timelineRange.ts';

const WHOLE = { from: 100, to: 500 };

test('zooming keeps what is under the pointer, and ends at the whole axis', () => {
  // Half the length around a point a quarter from the left: 200 − 100 · ½ … 200 + 300 · ½
  expect(zoomed(WHOLE, 2, 200, WHOLE)).toEqual({ from: 150, to: 350 });
  expect(zoomed({ from: 150, to: 350 }, 0.5, 200, WHOLE)).toEqual(WHOLE);
  expect(zoomed({ from: 150, to: 350 }, 0.1, 200, WHOLE)).toEqual(WHOLE);
});

test('panning stops at both ends', () => {
  expect(panned({ from: 200, to: 300 }, 0.5, WHOLE)).toEqual({ from: 250, to: 350 });
  expect(panned({ from: 200, to: 300 }, -2, WHOLE)).toEqual({ from: 100, to: 200 });
  expect(panned({ from: 200, to: 300 }, 9, WHOLE)).toEqual({ from: 400, to: 500 });
  expect(within({ from: 0, to: 1000 }, WHOLE)).toEqual(WHOLE);
});

test('ticks are round, and as many as there is room for', () => {
  expect(ticksOf(WHOLE, 4)).toEqual([100, 200, 300, 400, 500]);
  expect(ticksOf({ from: 3, to: 21 }, 4)).toEqual([5, 10, 15, 20]);
  expect(ticksOf({ from: 7, to: 7 }, 4)).toEqual([7]);
});
