// Calls and runs made up for tests of what is done with them.
import type { CallRecord, RunSnapshot } from '../../../src/protocol/run.ts';
import { step } from '../../../src/protocol/units.ts';

/** A call of `add_23` on #0 that returned, with what a test says of it. */
export function callRecord(given: Partial<CallRecord> = {}): CallRecord {
  return {
    index: 1,
    stepBefore: step(0),
    step: step(1),
    accesses: 2,
    instance: 0,
    function: 'add_23',
    args: [1024],
    results: [],
    end: 'returned',
    printed: [],
    valueBefore: 11,
    valueAfter: 34,
    difference: null,
    bytesChanged: 1,
    startNs: 0,
    durationNs: 1000,
    grownPages: 0,
    memoryBytes: 65_536,
    trap: null,
    ...given,
  };
}

/** A run that completed, with what a test says of it. */
export function runSnapshot(given: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    status: 'completed',
    module: null,
    instances: 3,
    address: null,
    calls: [],
    firstStep: step(0),
    lastStep: step(0),
    record: 'stores',
    recordNote: null,
    initialMemoryBytes: 65_536,
    expected: null,
    actual: null,
    stubsCalled: [],
    problem: null,
    ...given,
  };
}
