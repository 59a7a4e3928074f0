import { describe, expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { nestedRun, ownedRun } from '../testing/recordedRuns.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { demoRun, shownRun, withCalls } from '../testing/syntheticRun.ts';
import {
  callNumber,
  callOfStep,
  callPosition,
  defaultGranularity,
  firstPlace,
  knownSizeAt,
  lastPlace,
  momentOf,
  neighbour,
  type Place,
  placeAfterCall,
  placeOfStep,
} from './moments.ts';
import type { Run } from './run.ts';

// Calls 1 … 6 span the steps 0–1, 1–2, 2–10, (11 is the host's, in no call), 11–13, 13–14, 14–15.
const OWNED = shownRun(ownedRun());

/** All calls but the first make no step. */
function withoutWrites() {
  return shownRun(runOf(SCENARIOS.difference()));
}

/** Call 4 makes memory grow by two pages; here it makes three steps, too. */
function growing() {
  const run = runOf(SCENARIOS.grown());
  const later = (index: number) => (index >= 4 ? 2 : 0);
  const calls = run.calls.map(call => ({
    ...call,
    stepBefore: step(call.stepBefore + later(call.index - 1)),
    step: step(call.step + later(call.index)),
  }));
  return shownRun(withCalls(run, calls));
}

/** The place of a step, and the one after a call, of a run whose calls are all here. */
function atStep(run: Run, target: number): Place {
  return known(placeOfStep(run, target));
}

function afterCall(run: Run, call: number): Place {
  return known(placeAfterCall(run, call));
}

function known(place: Place | undefined): Place {
  if (!place) throw new Error('the place is not known');
  return place;
}

test.each([
  [0, undefined],
  [1, 1],
  [3, 3],
  [10, 3],
  [11, undefined],
  [12, 4],
  [15, 6],
])('step %i is in call %s', (target, index) => {
  expect(callOfStep(OWNED, step(target))?.index).toBe(index);
});

test('a call without writes is in no step, but can be stood after', () => {
  const run = withoutWrites();
  expect(callOfStep(run, step(1))?.index).toBe(1);
  expect(placeAfterCall(run, 9)).toEqual({ step: 1, call: 9 });
  expect(lastPlace(run)).toEqual({ step: 1, call: 16 });
});

describe('the step buttons', () => {
  const walk = (granularity: 'calls' | 'stores', direction: 1 | -1, from: number) =>
    neighbour(OWNED, atStep(OWNED, from), granularity, direction)?.(OWNED);

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
    expect(neighbour(run, afterCall(run, 7), 'calls', 1)?.(run)).toEqual({ step: 1, call: 8 });
    expect(neighbour(run, afterCall(run, 1), 'calls', -1)?.(run)).toEqual({ step: 0, call: null });
    expect(neighbour(run, firstPlace(run), 'calls', 1)?.(run)).toEqual({ step: 1, call: 1 });
  });

  test('they do not go to what was dropped', () => {
    const run = demoRun(3, { firstStep: step(6) });
    expect(run.firstCall).toBe(6);
    expect(neighbour(run, afterCall(run, 7), 'calls', -1)?.(run)).toEqual({ step: 6, call: 6 });
    expect(neighbour(run, afterCall(run, 6), 'calls', -1)?.(run)).toEqual({ step: 6, call: null });
    expect(neighbour(run, firstPlace(run), 'calls', 1)?.(run)).toEqual({ step: 6, call: 6 });
    expect(neighbour(run, firstPlace(run), 'calls', -1)).toBeUndefined();
    expect(placeAfterCall(run, 2)).toEqual({ step: 6, call: null });
    // What made the first step that is kept was dropped with it.
    expect(placeOfStep(run, 2)).toEqual({ step: 6, call: null });
  });
});

describe('calls in calls', () => {
  const run = shownRun(nestedRun());

  test('a step is of the innermost call that made it', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(at => callOfStep(run, step(at))?.index)).toEqual([1, 2, 3, 4, 3, 1, 5]);
  });

  test('while the outer one is under way, those in it are found', () => {
    // Call 1 has not ended, nor has 3: calls 2 and 4 are at positions 0 and 1.
    const [, second, , fourth] = nestedRun().calls;
    if (!second || !fourth) throw new Error('the run has no calls');
    const under = shownRun(withCalls(nestedRun(), [second, fourth]));
    expect([1, 2, 3, 4, 5].map(index => callNumber(under, index)?.index)).toEqual([
      undefined,
      2,
      undefined,
      4,
      undefined,
    ]);
    expect(placeAfterCall(under, 4)).toEqual({ step: 4, call: 4 });
    expect(lastPlace(under)).toEqual({ step: 4, call: 4 });
  });
});

test('how many calls have ended', () => {
  expect([0, 1, 5, 10, 11, 15].map(target => callPosition(OWNED, atStep(OWNED, target)))).toEqual([
    0, 1, 2.5, 3, 3.5, 6,
  ]);
});

test('up to 200 steps are gone over one by one, more by calls', () => {
  expect(defaultGranularity(demoRun(3, { lastStep: step(200) }))).toBe('stores');
  expect(defaultGranularity(demoRun(3, { lastStep: step(201) }))).toBe('calls');
  expect(defaultGranularity(demoRun(3, { lastStep: step(301), firstStep: step(101) }))).toBe('stores');
  expect(defaultGranularity(demoRun(3, { record: 'calls' }))).toBe('calls');
});

describe('what is marked as changed', () => {
  test('over calls, the whole call', () => {
    expect(momentOf(1, OWNED, afterCall(OWNED, 3), { granularity: 'calls', marked: null })).toEqual({
      runId: 1,
      step: 10,
      since: 2,
    });
    expect(momentOf(1, OWNED, atStep(OWNED, 5), { granularity: 'calls', marked: null })).toEqual({ runId: 1, step: 5 });
  });

  test('over stores, the one write', () => {
    expect(momentOf(1, OWNED, afterCall(OWNED, 3), { granularity: 'stores', marked: null })).toEqual({
      runId: 1,
      step: 10,
    });
  });

  test('after a call without writes, nothing: not what an earlier call wrote', () => {
    const run = withoutWrites();
    expect(momentOf(1, run, afterCall(run, 9), { granularity: 'stores', marked: null })).toEqual({
      runId: 1,
      step: 1,
      since: 1,
    });
  });

  test('no step that was dropped is asked for', () => {
    const run = { ...OWNED, firstStep: step(5) };
    expect(momentOf(1, run, afterCall(run, 3), { granularity: 'calls', marked: null })).toEqual({
      runId: 1,
      step: 10,
      since: 5,
    });
  });
});

test('within a call that made memory grow, only what was there before is known to be there', () => {
  const run = growing();
  const size = (target: number) => knownSizeAt(run, atStep(run, target)) / 65_536;
  // Call 4 spans the steps 3 to 6.
  expect([0, 3, 4, 5, 6, 7].map(size)).toEqual([17, 17, 17, 17, 19, 19]);
});

test('where the user compares with a step, changes are told since that step', () => {
  const run = demoRun(3);
  const place = { step: step(5), call: 5 };
  expect(momentOf(1, run, place, { granularity: 'calls', marked: step(2) })).toEqual({ runId: 1, step: 5, since: 2 });
  expect(momentOf(1, run, place, { granularity: 'stores', marked: step(9) })).toEqual({ runId: 1, step: 5, since: 9 });
});
