// Every guest of test/guests runs in the real workers and ends as its list says, which was written without this engine:
// the same at each level of recording.
import { describe, expect, it } from 'vitest';
import type { CallRecord, RecordLevel, RunSnapshot } from '../../../src/protocol/run.ts';
import { type FixtureOf, fixturesThat, title } from '../support/fixtures.ts';
import { LEVELS, runToEnd } from '../support/runs.ts';

/** Guests with 4 GiB of memory take seconds: each call compares all of it. */
const TIMEOUT_MS = 60_000;

type Test<K extends Parameters<typeof fixturesThat>[0]> = (fixture: FixtureOf<K>, run: RunSnapshot) => void;

/** What of a run does not depend on how it is recorded, or on the clock. */
function outcome({ calls, record: _, lastStep: __, ...run }: RunSnapshot) {
  return {
    ...run,
    calls: calls.map(({ stepBefore: _, step: __, accesses: ___, startNs: ____, durationNs: _____, ...call }) => call),
  };
}

/** Calls lie one behind the other in the recording, from its start to its end. */
function expectContiguous({ calls, firstStep, lastStep }: RunSnapshot): void {
  expect(firstStep).toBe(0);
  expect(calls.map(({ index }) => index)).toEqual(calls.map((_, i) => i + 1));
  const ends = [0, ...calls.map(call => call.step)];
  expect(calls.map(call => call.stepBefore)).toEqual(ends.slice(0, -1));
  expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
  expect(lastStep).toBe(ends.at(-1));
}

function everyFixture<K extends Parameters<typeof fixturesThat>[0]>(kind: K, timeLimitMs: number, test: Test<K>): void {
  it.each(fixturesThat(kind).map(fixture => [title(fixture), fixture] as const))(
    '%s',
    async (_, fixture) => {
      const runs = new Map<RecordLevel, RunSnapshot>();
      for (const record of LEVELS) {
        const run = await runToEnd(fixture.name, { instances: fixture.instances, timeLimitMs, record });
        expect(run).toMatchObject({
          instances: fixture.instances,
          record: run.module ? record : 'calls',
          recordNote: null,
        });
        expectContiguous(run);
        test(fixture, run);
        runs.set(record, run);
      }
      const [calls, ...others] = Array.from(runs.values(), outcome);
      for (const other of others) expect(other).toEqual(calls);
    },
    TIMEOUT_MS,
  );
}

const returned = ({ calls }: RunSnapshot): CallRecord[] => calls.filter(({ end }) => end === 'returned');
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Accesses of a guest that does nothing with memory but the demo's: one store in `alloc_11`, a load and a store in `add_23`. */
const ACCESSES: Readonly<Record<RecordLevel, readonly [alloc: number, add: number]>> = {
  calls: [0, 0],
  stores: [1, 1],
  all: [1, 2],
};

describe('reaches the expected value', () => {
  everyFixture('reaches', TIMEOUT_MS, ({ name, expectation, instances }, run) => {
    expect(run).toMatchObject({
      status: 'completed',
      problem: null,
      expected: expectation.value,
      actual: expectation.value,
      address: expectation.address,
      stubsCalled: expectation.stubsCalled,
      module: { memory: expectation.memory },
      initialMemoryBytes: expectation.memory.pages * 65_536,
    });
    const values = Array.from({ length: 1 + 5 * instances }, (_, call) => 11 + 23 * call);
    expect(run.calls.map(call => call.valueAfter)).toEqual(values);
    expect(run.calls.slice(1).map(call => call.valueBefore)).toEqual(values.slice(0, -1));
    expect(run.calls.map(call => call.instance)).toEqual([0, ...values.slice(1).map((_, i) => i % instances)]);
    expect(sum(run.calls.map(call => call.grownPages))).toBe(expectation.grownPages);
    expect(run.calls.at(-1)?.memoryBytes).toBe((expectation.memory.pages + expectation.grownPages) * 65_536);
    const lines = run.calls.map((call, i) => `${call.function}[#${call.instance}]: ${values[i]}`);
    expect(run.calls.map(call => call.printed.map(text => text.trim()))).toEqual(
      lines.map(line => (expectation.prints ? [line] : [])),
    );
    for (const call of run.calls) {
      expect(call).toMatchObject({ end: 'returned', trap: null, difference: null });
      expect(call.durationNs).toBeGreaterThan(0);
      if (call.function === 'add_23') expect(call.bytesChanged).toBeGreaterThan(0);
      expect(call.step - call.stepBefore).toBeGreaterThanOrEqual(call.bytesChanged > 0 ? 1 : 0);
    }
    if (name === 'demo/wat') {
      const [alloc, add] = ACCESSES[run.record];
      expect(run.calls.map(call => call.accesses)).toEqual([alloc, ...Array<number>(5 * instances).fill(add)]);
    }
  });
});

describe('ends at another value than it prints', () => {
  everyFixture('differs', TIMEOUT_MS, ({ expectation, instances }, run) => {
    const { actual, printed, address } = expectation;
    expect(run).toMatchObject({
      status: 'completed',
      expected: 356,
      actual,
      address,
      problem: { kind: 'wrong-value' },
    });
    const adds = run.calls.slice(1);
    expect(adds).toHaveLength(5 * instances);
    for (const call of adds) {
      expect(call.printed.join().trim()).toBe(`add_23[#${call.instance}]: ${printed}`);
      expect(call.difference).toEqual({ printed, memory: actual });
    }
  });
});

describe('traps', () => {
  everyFixture('traps', TIMEOUT_MS, ({ expectation }, run) => {
    expect(run).toMatchObject({ status: 'trapped', actual: expectation.actual, problem: { kind: 'trap' } });
    expect(run.problem?.message).toMatch(expectation.message);
    expect(returned(run)).toHaveLength(expectation.returnedCalls ?? 0);
    if (expectation.returnedCalls === null) {
      expect(run.calls).toEqual([]);
      expect(run.problem?.message).toMatch(/^Instance #0, while it was made, trapped/);
      return;
    }
    const last = run.calls.at(-1);
    expect(last).toMatchObject({ end: 'trapped', results: [], index: expectation.returnedCalls + 1 });
    expect(last?.trap?.message).toMatch(expectation.message);
    const names = last?.trap?.stack.map(frame => frame.function);
    expect(names?.slice(0, expectation.stack.length)).toEqual(expectation.stack);
    if (expectation.stack.length > 0)
      expect(run.problem?.message).toContain(` in ${expectation.stack[0]} at offset 0x`);
  });
});

describe('never returns, and is ended by the time limit', () => {
  everyFixture('never-returns', 400, ({ expectation }, run) => {
    expect(run).toMatchObject({ status: 'timed-out', actual: expectation.actual, problem: { kind: 'timed-out' } });
    expect(run.problem?.message).toContain('the time limit of 0.4 s');
    expect(returned(run)).toHaveLength(expectation.returnedCalls ?? 0);
    if (expectation.returnedCalls === null) {
      expect(run.calls).toEqual([]);
      return;
    }
    const last = run.calls.at(-1);
    expect(last).toMatchObject({ end: 'stopped', index: expectation.returnedCalls + 1, results: [], trap: null });
    // It ran until the limit: what the others took comes off it.
    expect(last?.durationNs).toBeGreaterThan(100e6);
    expect(last?.durationNs).toBeLessThan(30_000e6);
  });
});

describe('returns an address outside memory', () => {
  everyFixture('address-outside', TIMEOUT_MS, ({ expectation }, run) => {
    expect(run).toMatchObject({ status: 'completed', address: null, actual: null });
    expect(run.problem?.kind).toBe('address-outside-memory');
    expect(run.problem?.message).toContain(`0x${expectation.address.toString(16)}, `);
    expect(run.calls).toHaveLength(1);
    expect(run.calls[0]).toMatchObject({ end: 'returned', valueBefore: null, valueAfter: null });
  });
});

describe('is no guest of the demo, but its memory is there', () => {
  everyFixture('no-guest', TIMEOUT_MS, ({ expectation }, run) => {
    expect(run).toMatchObject({ status: 'completed', expected: null, actual: null, calls: [] });
    expect(run.problem?.kind).toBe('demo-exports-missing');
    expect(run.problem?.message).toMatch(expectation.missing);
    for (const name of expectation.exports) expect(run.problem?.message.split('It exports: ')[1]).toContain(name);
    expect(run.initialMemoryBytes).toBe((run.module?.memory.pages ?? 0) * 65_536);
  });
});

describe('can not be run', () => {
  everyFixture('refused', TIMEOUT_MS, ({ expectation }, run) => {
    expect(run).toMatchObject({ status: 'rejected', module: null, calls: [], initialMemoryBytes: null });
    expect(run.problem?.kind).toBe(expectation.problem);
    expect(run.problem?.message).toMatch(expectation.message);
    expect(run.problem?.remedy).toMatch(/^[A-Z'].*\.$/);
  });
});
