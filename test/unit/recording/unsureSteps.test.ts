import { expect, it } from 'vitest';
import { UnsureSteps } from '../../../src/recording/history/unsureSteps.ts';

it('ranges begin behind a step; those that meet are one', () => {
  const unsure = new UnsureSteps();
  expect(unsure.has(1)).toBe(false);
  for (const range of [
    [2, 4],
    [4, 4],
    [4, 6],
    [9, 10],
  ] as const)
    unsure.add(range);
  expect(unsure.ranges).toEqual([
    [2, 6],
    [9, 10],
  ]);
  const steps = Array.from({ length: 12 }, (_, step) => step).filter(step => unsure.has(step));
  expect(steps).toEqual([3, 4, 5, 6, 10]);
});
