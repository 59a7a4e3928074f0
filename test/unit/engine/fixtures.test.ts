// Every guest of test/guests runs in the real workers and ends as its list says, which was written without this engine:
// the same at each level of recording, and where all instances share one state.
import { describe, expect, it } from 'vitest';
import { type CallRecord, isDifference } from '../../../src/protocol/call.ts';
import type { InstanceState, RecordLevel } from '../../../src/protocol/run.ts';
import { type FixtureOf, fixturesThat, title } from '../support/fixtures.ts';
import { type EndedRun, LEVELS, runHere, runToEnd } from '../support/runs.ts';

/** Longer than any guest takes that ends, on a busy machine. */
const TIMEOUT_MS = 60_000;

const WAYS: readonly { readonly record: RecordLevel; readonly state: InstanceState }[] = [
  ...LEVELS.map(record => ({ record, state: 'separate' }) as const),
  { record: 'stores', state: 'shared' },
];

const SHARED =
  'The instances share one state: they have one set of mutable globals, and data segments and start function ran once.';

type Test<K extends Parameters<typeof fixturesThat>[0]> = (fixture: FixtureOf<K>, ended: EndedRun) => void;

/** What of a run does not depend on how it is recorded, on the clock, or on the state that its instances were asked to have. */
function outcome({ run: { trapped, ...run }, calls }: EndedRun) {
  const { record: _, lastStep: __, lastCall: ___, loads: ____, stepsBeside: _____, ...same } = run;
  return {
    ...same,
    modules: run.modules.map(({ instanceState: _, ...module }) => module),
    trapped: trapped.total,
    calls: calls.map(({ stepBefore: _, step: __, accesses: ___, startNs: ____, durationNs: _____, trap, ...call }) => ({
      ...call,
      trap: trap && { message: trap.message, stack: trap.stack },
    })),
  };
}

/** Calls lie one behind the other in the recording, from its start to its end, and none encloses another. */
function expectContiguous({ run, calls }: EndedRun): void {
  expect(run.firstStep).toBe(0);
  expect([run.callCount, run.firstCall, run.lastCall]).toEqual([calls.length, 1, calls.at(-1) ?? null]);
  expect(calls.map(({ index }) => index)).toEqual(calls.map((_, i) => i + 1));
  for (const call of calls) expect(call).toMatchObject({ kind: 'call', thread: 0, parent: null, depth: 0 });
  const ends = [0, ...calls.map(call => call.step)];
  expect(calls.map(call => call.stepBefore)).toEqual(ends.slice(0, -1));
  expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
  expect(run.lastStep).toBe(ends.at(-1));
  const times = calls.flatMap(call => [Number(call.startNs), Number(call.startNs) + Number(call.durationNs)]);
  expect(times.toSorted((a, b) => a - b)).toEqual(times);
}

/** All that were asked for; where the first one can't be made, this one. All are there before step 0. */
function instancesOf({ instances, expectation }: FixtureOf<Parameters<typeof fixturesThat>[0]>) {
  const isMaking = 'returnedCalls' in expectation && expectation.returnedCalls === null;
  return Array.from({ length: isMaking ? 1 : instances }, () => ({ module: 0, call: null, step: 0 }));
}

function everyFixture<K extends Parameters<typeof fixturesThat>[0]>(
  kind: K,
  timeLimitMs: number,
  test: Test<K>,
  ways = WAYS,
): void {
  it.each(fixturesThat(kind).map(fixture => [title(fixture), fixture] as const))(
    '%s',
    async (_, fixture) => {
      const { name, instances } = fixture;
      const runs = await Promise.all(ways.map(way => runToEnd(name, { instances, timeLimitMs, ...way })));
      for (const [index, { run, calls }] of runs.entries()) {
        const { record, state } = ways[index];
        const isRead = run.modules.length > 0;
        expect(run).toMatchObject({ record: isRead ? record : 'calls', recordNote: null });
        const [first, ...others] = run.notes;
        const isShared = first?.startsWith(SHARED) === true; // what is not shared follows
        expect(isShared).toBe(isRead && state === 'shared');
        const ended = { run: isShared ? { ...run, notes: others } : run, calls };
        expect(ended.run.instances).toEqual(instancesOf(fixture));
        expectContiguous(ended);
        test(fixture, ended);
        expect(outcome(ended)).toEqual(outcome(runs[0]));
      }
    },
    TIMEOUT_MS,
  );
}

const returned = ({ calls }: EndedRun): CallRecord[] => calls.filter(({ end }) => end === 'returned');
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Accesses of a guest that does nothing with memory but the demo's: one store in `alloc_11`, a load and a store in `add_23`. */
const ACCESSES: Readonly<Record<RecordLevel, readonly [alloc: number, add: number]>> = {
  calls: [0, 0],
  stores: [1, 1],
  all: [1, 2],
};

describe('reaches the expected value', () => {
  everyFixture('reaches', TIMEOUT_MS, ({ name, expectation, instances }, { run, calls }) => {
    expect(run).toMatchObject({
      status: 'completed',
      problem: null,
      verdict: { expected: expectation.value, actual: expectation.value },
      watch: { address: expectation.address, type: 'i32' },
      stubsCalled: expectation.stubsCalled,
      modules: [{ name: `${name}.wasm`, memory: expectation.memory }],
      initialMemoryBytes: expectation.memory.pages * 65_536,
      differences: 0,
      writers: Array.from({ length: instances }, (_, instance) => instance),
    });
    const values = Array.from({ length: 1 + 5 * instances }, (_, call) => 11 + 23 * call);
    expect(calls.map(call => call.watched?.after)).toEqual(values);
    expect(calls.slice(1).map(call => call.watched?.before)).toEqual(values.slice(0, -1));
    expect(calls.map(call => call.instance)).toEqual([0, ...values.slice(1).map((_, i) => i % instances)]);
    expect(sum(calls.map(call => call.grownPages))).toBe(expectation.grownPages);
    expect(calls.at(-1)?.memoryBytes).toBe((expectation.memory.pages + expectation.grownPages) * 65_536);
    const lines = calls.map((call, i) => `${call.function}[#${call.instance}]: ${values[i]}`);
    expect(calls.map(call => call.printed.map(text => text.trim()))).toEqual(
      lines.map(line => (expectation.prints ? [line] : [])),
    );
    for (const [i, call] of calls.entries()) {
      expect(call).toMatchObject({ end: 'returned', trap: null });
      expect(call.watched?.printed).toBe(expectation.prints ? values[i] : null);
      expect(call.durationNs).toBeGreaterThan(0);
      if (call.function === 'add_23') expect(call.bytesChanged).toBeGreaterThan(0);
      expect(call.step - call.stepBefore).toBeGreaterThanOrEqual(call.bytesChanged > 0 ? 1 : 0);
    }
    if (name === 'demo/wat') {
      const [alloc, add] = ACCESSES[run.record];
      expect(calls.map(call => call.accesses)).toEqual([alloc, ...Array<number>(5 * instances).fill(add)]);
      expect(run.loads).toBe(run.record === 'all' ? 5 * instances : 0);
    }
  });
});

describe('ends at another value than it prints', () => {
  everyFixture('differs', TIMEOUT_MS, ({ expectation, instances }, { run, calls }) => {
    const { actual, printed, address } = expectation;
    expect(run).toMatchObject({
      status: 'completed',
      verdict: { expected: 356, actual },
      watch: { address },
      problem: { kind: 'wrong-value' },
    });
    const adds = calls.slice(1);
    expect(adds).toHaveLength(5 * instances);
    for (const call of adds) {
      expect(call.printed.join().trim()).toBe(`add_23[#${call.instance}]: ${printed}`);
      expect(call.watched).toMatchObject({ printed, after: actual });
    }
    expect(run.differences).toBe(calls.filter(({ watched }) => isDifference(watched)).length);
    expect(run.differences).toBeGreaterThanOrEqual(adds.length);
  });
});

describe('traps', () => {
  everyFixture('traps', TIMEOUT_MS, ({ expectation }, ended) => {
    const { run, calls } = ended;
    expect(run).toMatchObject({
      status: 'trapped',
      verdict: { actual: expectation.actual },
      problem: { kind: 'trap' },
    });
    expect(run.problem?.message).toMatch(expectation.message);
    expect(returned(ended)).toHaveLength(expectation.returnedCalls ?? 0);
    if (expectation.returnedCalls === null) {
      expect(calls).toEqual([]);
      expect(run.problem?.message).toMatch(/^Instance #0, while it was made, trapped/);
      return;
    }
    const last = calls.at(-1);
    expect(last).toMatchObject({ end: 'trapped', results: [], index: expectation.returnedCalls + 1 });
    expect(last?.trap?.message).toMatch(expectation.message);
    const names = last?.trap?.stack.map(frame => frame.function);
    expect(names?.slice(0, expectation.stack.length)).toEqual(expectation.stack);
    if (expectation.stack.length > 0)
      expect(run.problem?.message).toContain(` in ${expectation.stack[0]} at offset 0x`);
  });
});

describe('never returns, and is ended by the time limit', () => {
  everyFixture('never-returns', 400, ({ expectation }, ended) => {
    const { run, calls } = ended;
    expect(run).toMatchObject({
      status: 'timed-out',
      verdict: { actual: expectation.actual },
      problem: { kind: 'timed-out' },
    });
    expect(run.problem?.message).toContain('the time limit of 0.4 s');
    expect(returned(ended)).toHaveLength(expectation.returnedCalls ?? 0);
    if (expectation.returnedCalls === null) {
      expect(calls).toEqual([]);
      return;
    }
    const last = calls.at(-1);
    expect(last).toMatchObject({ end: 'stopped', index: expectation.returnedCalls + 1, results: [], trap: null });
    // It ran until the limit: what the others took comes off it.
    expect(last?.durationNs).toBeGreaterThan(100e6);
    expect(last?.durationNs).toBeLessThan(30_000e6);
  });
});

describe('returns an address outside memory', () => {
  everyFixture('address-outside', TIMEOUT_MS, ({ expectation }, { run, calls }) => {
    expect(run).toMatchObject({ status: 'completed', watch: null, verdict: { expected: 356, actual: null } });
    expect(run.problem?.kind).toBe('address-outside-memory');
    expect(run.problem?.message).toContain(`0x${expectation.address.toString(16)}, `);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ end: 'returned', watched: null });
  });
});

describe('is no guest of the demo, but its memory is there', () => {
  everyFixture('no-guest', TIMEOUT_MS, ({ expectation }, { run, calls }) => {
    expect(run).toMatchObject({ status: 'completed', verdict: null, watch: null });
    expect(calls).toEqual([]);
    expect(run.problem?.kind).toBe('no-scenario');
    expect(run.problem?.message).toMatch(expectation.missing);
    for (const name of expectation.exports) expect(run.problem?.message.split('It exports: ')[1]).toContain(name);
    expect(run.initialMemoryBytes).toBe(run.modules[0].memory.pages * 65_536);
  });
});

describe('can not be run', () => {
  everyFixture(
    'refused',
    TIMEOUT_MS,
    ({ name, expectation }, { run, calls }) => {
      expect(run).toMatchObject({ status: 'rejected', modules: [], initialMemoryBytes: null });
      expect(calls).toEqual([]);
      expect(run.problem?.kind).toBe(expectation.problem);
      expect(run.problem?.message).toMatch(expectation.message);
      expect(run.problem?.remedy).toMatch(/^[A-Z'].*\.$/);
      for (const record of LEVELS)
        expect(runHere(name, { record }).events).toEqual([
          { type: 'finished', status: 'rejected', actual: null, problem: run.problem, goesOn: false },
        ]);
    },
    [{ record: 'stores', state: 'separate' }],
  );
});
