import { beforeEach, describe, expect, test } from 'vitest';
import { type CallFilter, type CallRecord, EVERY_CALL } from '../../src/protocol/call.ts';
import { step } from '../../src/protocol/units.ts';
import { HeldCalls } from '../testing/heldCalls.ts';
import { SnapshotCalls } from '../testing/snapshotCalls.ts';
import { demoCalls } from '../testing/syntheticRun.ts';
import { WrittenMemory } from '../testing/writtenMemory.ts';
import { LoadedCalls } from './calls.ts';

const FIRST_200 = 'calls 0 200';

let host: HeldCalls;
let calls: LoadedCalls;
let changes: number;

beforeEach(() => {
  host = new HeldCalls(1000);
  calls = new LoadedCalls(host);
  calls.grow(1000);
  changes = 0;
  calls.onChange(() => changes++);
});

const grow = (count: number): void => {
  host.count = count;
  calls.grow(count);
};

const indexAt = (position: number): number | undefined => calls.at(position)?.index;

test('a window is asked for once, by any of its calls', async () => {
  for (const position of [250, 200, 399, 250]) expect(indexAt(position)).toBeUndefined();
  expect(host.asked).toEqual(['calls 200 200']);
  await host.arrive();
  expect([200, 250, 399].map(indexAt)).toEqual([201, 251, 400]);
  expect([changes, host.asked.length]).toEqual([1, 1]);
});

test('where there is no call, nothing is asked', () => {
  expect([-1, 1000, 5000].map(indexAt)).toEqual([undefined, undefined, undefined]);
  expect(host.asked).toEqual([]);
});

test('of all the windows that were looked at the last ones are kept', async () => {
  grow(200 * 70);
  for (let part = 0; part < 70; part++) indexAt(200 * part);
  await host.arrive();
  host.asked.length = 0;
  expect([indexAt(200 * 69), indexAt(0)]).toEqual([13_801, undefined]);
  expect(host.asked).toEqual([FIRST_200]);
});

describe('when the run goes on', () => {
  test('what is here stays until what is asked for again has come', async () => {
    grow(3);
    indexAt(0);
    calls.atStep(step(2));
    calls.sample(2);
    await host.arrive();
    host.asked.length = 0;
    grow(5);
    expect([0, 2, 3].map(indexAt)).toEqual([1, 3, undefined]);
    expect(calls.atStep(step(2))?.call?.index).toBe(2);
    // Of 3 calls in 2 columns the second begins with call 2, of 5 with call 3.
    expect(calls.sample(2).map(call => call.index)).toEqual([1, 2]);
    expect(host.asked).toEqual([FIRST_200, 'callOfStep 2', 'callSample 2']);
    await host.arrive();
    expect([0, 2, 3, 4].map(indexAt)).toEqual([1, 3, 4, 5]);
    expect(calls.sample(2).map(call => call.index)).toEqual([1, 3]);
    expect(host.asked).toHaveLength(3);
  });

  test('faster than the host answers, one request waits at a time, and its answer is shown', async () => {
    for (let count = 1; count <= 50; count++) {
      grow(count);
      indexAt(0);
    }
    expect(host.asked).toEqual([FIRST_200]);
    await host.arrive();
    grow(51);
    expect(indexAt(0)).toBe(1);
    expect(host.asked).toEqual([FIRST_200, FIRST_200]);
  });

  test('not where it tells of as many calls as before', async () => {
    indexAt(0);
    await host.arrive();
    grow(1000);
    indexAt(0);
    expect(host.asked).toEqual([FIRST_200]);
  });
});

describe('a request that fails', () => {
  test('is told once, and sent again only when the run goes on', async () => {
    indexAt(0);
    await host.fail('Run 1 is no longer kept.');
    for (let i = 0; i < 3; i++) {
      expect(indexAt(0)).toBeUndefined();
      await host.arrive();
    }
    expect([host.failures, host.asked]).toEqual([['Run 1 is no longer kept.'], [FIRST_200]]);
    grow(1001);
    indexAt(0);
    await host.arrive();
    expect(indexAt(0)).toBe(1);
  });

  test('leaves what was here', async () => {
    indexAt(0);
    await host.arrive();
    grow(1001);
    indexAt(0);
    await host.fail('The run was ended.');
    expect([indexAt(0), host.failures, host.asked.length]).toEqual([1, ['The run was ended.'], 2]);
  });
});

describe('with a filter', () => {
  const onTwo: CallFilter = { ...EVERY_CALL, instance: 2 };

  test('the calls before it are listed until its own are here', async () => {
    expect(calls.filtered(onTwo).count).toBe(1000);
    await host.arrive();
    const rows = calls.filtered(onTwo);
    // Calls 3, 6, … 999.
    expect([rows.count, rows.at(0)?.index, rows.at(199)?.index, rows.at(333)]).toEqual([333, 3, 600, undefined]);
    expect(rows.at(332)).toBeUndefined();
    await host.arrive();
    expect(rows.at(332)?.index).toBe(999);
    expect(calls.filtered({ ...onTwo, text: 'grow' }).count).toBe(333);
    expect(host.asked).toEqual(['calls 0 200 #2', 'calls 200 200 #2', 'calls 0 200 #2 grow']);
  });

  test('how many calls are before another is asked for once', async () => {
    calls.filtered(onTwo);
    await host.arrive();
    expect(calls.filtered(onTwo).before(500)).toBeUndefined();
    await host.arrive();
    // 3, 6, … 498.
    expect(calls.filtered(onTwo).before(500)).toBe(166);
    expect(host.asked).toEqual(['calls 0 200 #2', 'callsBefore 500 #2']);
  });

  /** alloc_11 on #0, then add_23 on #0, #1, #2, #0, …: 16 calls, the third of which trapped and the fourth has a difference. */
  const DEMO = demoCalls(3).map((call): CallRecord => {
    if (call.index === 3) return { ...call, end: 'trapped' };
    return call.index === 4 ? { ...call, watched: { before: 11, after: 11, printed: 34 } } : call;
  });

  test.each<[Partial<CallFilter>, number[]]>([
    [{ instance: 2 }, [4, 7, 10, 13, 16]],
    [{ text: 'ALLOC' }, [1]],
    [{ text: '23', instance: 0 }, [2, 5, 8, 11, 14]],
    [{ trapped: true }, [3]],
    [{ differs: true }, [4]],
    [{ trapped: true, differs: true }, [3, 4]],
    [{ trapped: true, instance: 0 }, []],
    [{}, Array.from({ length: 16 }, (_, i) => i + 1)],
  ])('%j lists calls %j', async (filter, expected) => {
    const recording = new WrittenMemory([], [], DEMO);
    const loaded = new LoadedCalls({
      calls: async (from, count, filter) => recording.calls({ from, count, filter }),
      callsBefore: async (call, filter) => recording.callsBefore({ call, filter }),
      callTotals: async filter => recording.callTotals({ filter }),
      callTimeline: async params => recording.callTimeline(params),
      callGroups: async params => recording.callGroups(params),
      callSample: async columns => recording.callSample({ columns }),
      traceRows: async (from, count, filter) => recording.traceRows({ from, count, filter }),
      traceRowsBefore: async (anchor, filter) => recording.traceRowsBefore({ anchor, filter }),
      callOfStep: async at => recording.callOfStep({ step: at }),
      failed: message => {
        throw new Error(message);
      },
    });
    loaded.grow(16);
    loaded.filtered({ ...EVERY_CALL, ...filter });
    await new Promise<void>(resolve => loaded.onChange(resolve));
    const rows = loaded.filtered({ ...EVERY_CALL, ...filter });
    expect(Array.from({ length: rows.count }, (_, position) => rows.at(position)?.index)).toEqual(expected);
  });
});

test('of thousands of calls each column of pixels has one of each instance, and one in trouble', () => {
  const [like] = demoCalls(1);
  if (!like) throw new Error('the demo has no calls');
  const all = Array.from({ length: 10_000 }, (_, i): CallRecord => {
    const end = i === 4777 || i === 4779 ? 'trapped' : 'returned';
    return { ...like, index: i + 1, step: step(i + 1), instance: i % 2, end };
  });
  const sample = new SnapshotCalls(all).sample(100);
  const of = (instance: number) => sample.filter(call => call.instance === instance).map(call => call.index);
  expect(of(0)).toEqual(Array.from({ length: 100 }, (_, column) => 100 * column + 1));
  // Calls 4778 and 4780 trapped, both in the 48th column.
  expect(of(1)).toEqual([...Array.from({ length: 100 }, (_, column) => 100 * column + 2), 4778]);
});
