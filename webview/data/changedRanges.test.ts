import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { ownedRun } from '../testing/recordedRuns.ts';
import { shownRun } from '../testing/syntheticRun.ts';
import { neighbourRange, positionOf, rangeAt, stepsOfCall } from './changedRanges.ts';
import { placeAfterCall } from './moments.ts';

/** 0x10 to 0x13, 0x20, and 0x30 to 0x3f. */
const CHANGED = { ranges: [0x10, 0x14, 0x20, 0x21, 0x30, 0x40], isCut: false };

test.each([
  [0x0f, null],
  [0x10, 0],
  [0x13, 0],
  [0x14, null],
  [0x20, 1],
  [0x3f, 2],
  [0x40, null],
])('the byte %i is in range %s', (at, position) => {
  expect(positionOf(CHANGED, at)).toBe(position);
});

test.each([
  // from the middle of one to its neighbours, from between two to the nearest, and round at the ends
  [0x12, 0x20, 0x30],
  [0x20, 0x30, 0x10],
  [0x28, 0x30, 0x20],
  [0x30, 0x10, 0x20],
  [0x99, 0x10, 0x30],
  [0x00, 0x10, 0x30],
])('from %i the next range is at %i, the one before at %i', (at, next, previous) => {
  expect(neighbourRange(CHANGED, at, 'next')?.start).toBe(next);
  expect(neighbourRange(CHANGED, at, 'previous')?.start).toBe(previous);
});

test('a range has its length; where nothing changed there is no way', () => {
  expect(rangeAt(CHANGED, 2)).toEqual({ start: address(0x30), length: 16 });
  expect(neighbourRange({ ranges: [], isCut: false }, 5, 'next')).toBeUndefined();
});

test('a call changed what its steps did, as far as they are kept', () => {
  const run = shownRun(ownedRun());
  const place = placeAfterCall(run, 3);
  if (!place) throw new Error('call 3 is not here');
  expect(stepsOfCall(run, place)).toEqual({ step: 10, since: 2 });
  expect(stepsOfCall({ ...run, firstStep: place.step }, place)).toBeNull();
  expect(stepsOfCall(run, { ...place, call: null })).toBeNull();
});
