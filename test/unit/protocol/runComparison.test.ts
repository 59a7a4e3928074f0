import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { firstDifference } from '../../../src/protocol/runComparison.ts';
import { callRecord } from '../support/calls.ts';

const CALLS = [1, 2, 3].map(index => callRecord({ index }));

/** The calls with another second one. */
const withSecond = (given: Partial<CallRecord>): CallRecord[] =>
  CALLS.map(call => (call.index === 2 ? { ...call, ...given } : call));

describe('the first call that differs', () => {
  it.each([
    ['function', { function: 'alloc_11' }],
    ['instance', { instance: 1 }],
    ['arguments', { args: [1028] }],
    ['results', { results: [0x558] }],
    ['end', { end: 'trapped' }],
    ['value', { watched: { before: 11, after: 35, printed: null } }],
  ] as const)('is one of another %s', (_, given) => {
    const after = withSecond(given);
    expect(firstDifference(CALLS, after)).toEqual({ kind: 'call', before: CALLS[1], after: after[1] });
  });

  it('is one that a run does not have', () => {
    expect(firstDifference(CALLS.slice(0, 2), CALLS)).toEqual({ kind: 'call', before: null, after: CALLS[2] });
    expect(firstDifference(CALLS, [])).toEqual({ kind: 'call', before: CALLS[0], after: null });
  });

  it('is none for what took another time, wrote other bytes or has another step', () => {
    const after = withSecond({ durationNs: 9, bytesChanged: 3, stepBefore: CALLS[0].step, accesses: 7 });
    expect(firstDifference(CALLS, after)).toEqual({ kind: 'none', calls: 3 });
  });
});
