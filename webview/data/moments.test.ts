import { describe, expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { ownedRun } from '../testing/recordedRuns.ts';
import { SCENARIOS } from '../testing/scenarios.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';
import {
  callOfStep,
  callPosition,
  defaultGranularity,
  firstKeptCall,
  firstPlace,
  knownSizeAt,
  lastPlace,
  momentOf,
  neighbour,
  placeAfterCall,
  placeOfStep,
} from './moments.ts';

// Calls 1 … 6 span the steps 0–1, 1–2, 2–10, (11 is the host's, in no call), 11–13, 13–14, 14–15.
const OWNED = ownedRun();

/** All calls but the first make no step. */
function withoutWrites() {
  const { state } = SCENARIOS.difference();
  if (state.kind !== 'run') throw new Error('no run');
  return state.run;
}

/** Call 4 makes memory grow by two pages; here it makes three steps, too. */
function growing() {
  const { state } = SCENARIOS.grown();
  if (state.kind !== 'run') throw new Error('no run');
  const { run } = state;
  const later = (index: number) => (index >= 4 ? 2 : 0);
  const calls = run.calls.map(call => ({
    ...call,
    stepBefore: step(call.stepBefore + later(call.index - 1)),
    step: step(call.step + later(call.index)),
  }));
  return { ...run, calls, lastStep: step(18) };
}

test.each([
  [0, undefined],
  [1, 1],
  [3, 3],
  [10, 3],
  [11, undefined],
  [12, 4],
  [15, 6],
])('step %i is in call %s', (at, index) => {
  expect(callOfStep(OWNED, at)?.index).toBe(index);
});

test('a call without writes is in no step, but can be stood after', () => {
  const run = withoutWrites();
  expect(callOfStep(run, 1)?.index).toBe(1);
  expect(placeAfterCall(run, 9)).toEqual({ step: 1, call: 9 });
  expect(lastPlace(run)).toEqual({ step: 1, call: 16 });
});

describe('the step buttons', () => {
  const walk = (granularity: 'calls' | 'stores', direction: 1 | -1, from: number) =>
    neighbour(OWNED, placeOfStep(OWNED, from), granularity, direction);

  test('over stores they go write by write', () => {
    expect(walk('stores', 1, 10)).toEqual({ step: 11, call: null });
    expect(walk('stores', 1, 11)).toEqual({ step: 12, call: 4 });
    expect(walk('stores', -1, 0)).toBeUndefined();
    expect(walk('stores', 1, 15)).toBeUndefined();
  });

  test('over calls they go to the ends of calls, also from within one and from between two', () => {
    expect(walk('calls', 1, 5)).toEqual({ step: 10, call: 3 });
    expect(walk('calls', -1, 5)).toEqual({ step: 2, call: 2 });
    expect(walk('calls', 1, 11)).toEqual({ step: 13, call: 4 });
    expect(walk('calls', -1, 11)).toEqual({ step: 10, call: 3 });
    expect(walk('calls', -1, 1)).toEqual({ step: 0, call: null });
    expect(walk('calls', -1, 0)).toBeUndefined();
    expect(walk('calls', 1, 15)).toBeUndefined();
  });

  test('over calls they pass none that made no step', () => {
    const run = withoutWrites();
    expect(neighbour(run, placeAfterCall(run, 7), 'calls', 1)).toEqual({ step: 1, call: 8 });
    expect(neighbour(run, placeAfterCall(run, 1), 'calls', -1)).toEqual({ step: 0, call: null });
    expect(neighbour(run, firstPlace(run), 'calls', 1)).toEqual({ step: 1, call: 1 });
  });

  test('they do not go to what was dropped', () => {
    const run = demoSnapshot(3, { firstStep: step(6) });
    expect(firstKeptCall(run)).toBe(6);
    expect(neighbour(run, placeAfterCall(run, 7), 'calls', -1)).toEqual({ step: 6, call: 6 });
    expect(neighbour(run, placeAfterCall(run, 6), 'calls', -1)).toEqual({ step: 6, call: null });
    expect(neighbour(run, firstPlace(run), 'calls', 1)).toEqual({ step: 6, call: 6 });
    expect(neighbour(run, firstPlace(run), 'calls', -1)).toBeUndefined();
    expect(placeAfterCall(run, 2)).toEqual({ step: 6, call: null });
    expect(placeOfStep(run, 2)).toEqual({ step: 6, call: 6 });
  });
});

test('how many calls have ended', () => {
  expect([0, 1, 5, 10, 11, 15].map(at => callPosition(OWNED, placeOfStep(OWNED, at)))).toEqual([0, 1, 2.5, 3, 3.5, 6]);
});

test('up to 200 steps are gone over one by one, more by calls', () => {
  expect(defaultGranularity(demoSnapshot(3, { lastStep: step(200) }))).toBe('stores');
  expect(defaultGranularity(demoSnapshot(3, { lastStep: step(201) }))).toBe('calls');
  expect(defaultGranularity(demoSnapshot(3, { lastStep: step(301), firstStep: step(101) }))).toBe('stores');
  expect(defaultGranularity(demoSnapshot(3, { record: 'calls' }))).toBe('calls');
});

describe('what is marked as changed', () => {
  test('over calls, the whole call', () => {
    expect(momentOf(1, OWNED, placeAfterCall(OWNED, 3), 'calls')).toEqual({ runId: 1, step: 10, since: 2 });
    expect(momentOf(1, OWNED, placeOfStep(OWNED, 5), 'calls')).toEqual({ runId: 1, step: 5 });
  });

  test('over stores, the one write', () => {
    expect(momentOf(1, OWNED, placeAfterCall(OWNED, 3), 'stores')).toEqual({ runId: 1, step: 10 });
  });

  test('after a call without writes, nothing: not what an earlier call wrote', () => {
    const run = withoutWrites();
    expect(momentOf(1, run, placeAfterCall(run, 9), 'stores')).toEqual({ runId: 1, step: 1, since: 1 });
  });

  test('no step that was dropped is asked for', () => {
    const run = { ...OWNED, firstStep: step(5) };
    expect(momentOf(1, run, placeAfterCall(run, 3), 'calls')).toEqual({ runId: 1, step: 10, since: 5 });
  });
});

test('within a call that made memory grow, only what was there before is known to be there', () => {
  const run = growing();
  const size = (at: number) => knownSizeAt(run, placeOfStep(run, at)) / 65_536;
  // Call 4 spans the steps 3 to 6.
  expect([0, 3, 4, 5, 6, 7].map(size)).toEqual([17, 17, 17, 17, 19, 19]);
});
