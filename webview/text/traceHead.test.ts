import { expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { millionRun } from '../testing/recordedRuns.ts';
import { demoRun, shownRun } from '../testing/syntheticRun.ts';
import { traceCounts, traceNotes } from './traceHead.ts';

test('counts calls and what was recorded of them', () => {
  expect(traceCounts(demoRun(3))).toBe('16 calls · 16 stores');
  expect(traceCounts(demoRun(3, { record: 'calls' }))).toBe('16 calls');
  // 1,000,000 accesses of the first call, one of which is its store; the others make 1, 8, 2, 1 and 1 steps of as many accesses
  expect(traceCounts(shownRun(millionRun()))).toBe('6 calls · 15 stores · 999999 loads');
});

test('says where the recording is not whole', () => {
  expect(traceNotes(demoRun(3))).toEqual([]);
  const notes = ['The module was not linked.'];
  expect(traceNotes(demoRun(3, { notes, firstStep: step(6), recordNote: 'Loads are not recorded.' }))).toEqual([
    'The module was not linked.',
    'Loads are not recorded.',
    'Older steps were dropped: history is whole from step 6 on.',
  ]);
});
