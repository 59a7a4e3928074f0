// Calls and runs made up for tests of what is done with them.
import type { BegunCall, CallRecord, EndedCall } from '../../../src/protocol/call.ts';
import { NOTHING_RECORDED, type RunSnapshot } from '../../../src/protocol/run.ts';
import { step } from '../../../src/protocol/units.ts';
import type { CallOutcome, NewCall } from '../../../src/recording/history/toldCalls.ts';

/** What is said of a guest's write in a call beside itself: what is said of the host's. */
export const GUEST_WRITE = { segment: null, import: null, between: null, since: null, isStale: false } as const;

/** What is told when `add_23` is called on #0. */
export function newCall(given: Partial<NewCall> = {}): NewCall {
  return { kind: 'call', thread: 0, instance: 0, function: 'add_23', args: [1024], startNs: 0, ...given };
}

/** What is told when a call has returned nothing, and nothing was watched. */
export function outcome(given: Partial<CallOutcome> = {}): CallOutcome {
  return { end: 'returned', results: [], trap: null, durationNs: 1000, watched: null, ...given };
}

export function endedCall(given: Partial<EndedCall> = {}): EndedCall {
  return { ...outcome(), memoryBytes: 65_536, ...given };
}

/** A call of `add_23` on #0 that returned, with what a test says of it. */
export function callRecord(given: Partial<CallRecord> = {}): CallRecord {
  const begun: BegunCall = { ...newCall(), index: 1, parent: null, depth: 0 };
  return {
    ...begun,
    ...endedCall({ watched: { before: 11, after: 34, printed: null } }),
    stepBefore: step(0),
    step: step(1),
    accesses: 2,
    printed: [],
    bytesChanged: 1,
    grownPages: 0,
    ...given,
  };
}

/** A run that completed, with what a test says of it. */
export function runSnapshot(given: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    ...NOTHING_RECORDED,
    status: 'completed',
    modules: [],
    instances: [0, 1, 2].map(() => ({ module: 0, call: null, step: step(0) })),
    watch: null,
    verdict: null,
    isPaused: false,
    record: 'stores',
    recordNote: null,
    notes: [],
    initialMemoryBytes: 65_536,
    stubsCalled: [],
    problem: null,
    trapped: { total: 0, calls: [] },
    ...given,
  };
}
