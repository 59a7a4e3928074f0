import { expect, test } from 'vitest';
import { ALL, fitted, isAll, moved, revealing, zoomed } from './zoom.ts';

test('what is zoomed around stays where it is', () => {
  expect(zoomed(ALL, 0.5, 0.25)).toEqual({ from: 0.125, to: 0.625 });
  expect(zoomed({ from: 0.125, to: 0.625 }, 2, 0.25)).toEqual(ALL);
  // Past an end it moves in.
  expect(zoomed({ from: 0, to: 0.5 }, 1.5, 0.5)).toEqual({ from: 0, to: 0.75 });
  expect(isAll(zoomed(ALL, 1.5, 0.9))).toBe(true);
});

test('it ends where single bytes are wide', () => {
  const { from, to } = zoomed(ALL, 1e-9, 0.5);
  expect(to - from).toBeCloseTo(1e-4);
});

test('a range fits with a little of what is around it', () => {
  const { from, to } = fitted({ from: 0.4, to: 0.6 });
  expect([from, to]).toEqual([expect.closeTo(0.39), expect.closeTo(0.61)]);
  expect(fitted({ from: 0, to: 1 })).toEqual(ALL);
});

test('it moves as far as there is something, and to what is to be seen', () => {
  const shown = { from: 0.25, to: 0.75 };
  expect(moved(shown, 0.125)).toEqual({ from: 0.375, to: 0.875 });
  expect(moved(shown, 9)).toEqual({ from: 0.5, to: 1 });
  expect(revealing(shown, { from: 0.7, to: 0.9 })).toBe(shown);
  expect(revealing(shown, { from: 0.875, to: 1 })).toEqual({ from: 0.5, to: 1 });
});
