// The table of calls: which encloses which, which steps and accesses are whose, and what is told of many of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CallFilter, EVERY_CALL } from '../../../../src/protocol/call.ts';
import { OWNER_CODE } from '../../../../src/protocol/owner.ts';
import { step } from '../../../../src/protocol/units.ts';
import { actorOf } from '../../../../src/recording/history/accessors.ts';
import { Calls } from '../../../../src/recording/history/calls.ts';
import { restoring } from '../../../../src/recording/history/restoredCalls.ts';
import type { KeptCall } from '../../../../src/recording/history/toldCalls.ts';
import { RecordingReader } from '../../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../../support/calls.ts';
import { check } from '../../support/property.ts';

const THREADS = [0, 1];

/** What happens on a thread, in order. */
type Happening = readonly [thread: number, what: 'begin' | 'end' | 'access'];

const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.tuple(fc.constantFrom(...THREADS), fc.constantFrom('begin' as const, 'end' as const, 'access' as const)),
  { maxLength: 40 },
);

interface NaiveCall {
  readonly thread: number;
  readonly parent: number | null;
  readonly depth: number;
  readonly firstAccess: number;
  endAccess: number | null;
}

/** Lets it happen in the table and in a model, which has for each access its thread and the calls that enclose it. */
function make(all: readonly Happening[]) {
  const calls = new Calls();
  calls.beginMaking();
  calls.endMaking();
  const naive: NaiveCall[] = [{ thread: 0, parent: null, depth: 0, firstAccess: 0, endAccess: 0 }];
  const accesses: { readonly thread: number; readonly within: readonly number[] }[] = [];
  const open: Record<number, number[]> = { 0: [], 1: [] };
  for (const [thread, what] of all) {
    const at = accesses.length;
    if (what === 'access') accesses.push({ thread, within: [...open[thread]] });
    if (what === 'begin') {
      const parent = open[thread].at(-1) ?? null;
      naive.push({ thread, parent, depth: open[thread].length, firstAccess: at, endAccess: null });
      open[thread].push(naive.length - 1);
      // Each access is a step here; so step `at` is the last one before the next access.
      expect(calls.begin(newCall({ thread, function: `f${naive.length - 1}` }), at, at)).toBe(naive.length - 1);
    }
    if (what === 'end') {
      const call = open[thread].pop();
      if (call === undefined) continue;
      naive[call].endAccess = at;
      expect(calls.end(thread, outcome({ durationNs: call }), at, at, 10 * call)).toBe(call);
    }
  }
  return { calls, naive, accesses, open };
}

type Made = ReturnType<typeof make>;

function expectSame(calls: Calls, { naive, accesses, open }: Omit<Made, 'calls'>): void {
  const end = accesses.length;
  expect(calls.count).toBe(naive.length);
  expect(calls.endedCount).toBe(naive.filter(({ endAccess }) => endAccess !== null).length - 1);
  naive.forEach(({ thread, parent, depth, firstAccess, endAccess }, call) => {
    expect(calls.told(call)).toMatchObject({
      index: call,
      thread,
      parent,
      depth,
      end: endAccess === null ? 'stopped' : 'returned',
    });
    expect(calls.span(call, end, end)).toEqual({
      call,
      stepBefore: firstAccess,
      lastStep: endAccess ?? end,
      firstAccess,
      endAccess: endAccess ?? end,
      ended: endAccess !== null,
    });
  });
  for (const thread of THREADS) {
    expect(calls.innermost(thread)).toBe(open[thread].at(-1) ?? null);
    expect(calls.outermost(thread)).toBe(open[thread][0] ?? null);
  }
  accesses.forEach(({ thread, within }, access) => {
    expect(calls.ofAccess(access, thread)).toBe(within.at(-1) ?? null);
  });
}

const keptOf = ({ calls, naive, accesses }: Made): KeptCall[] =>
  naive.map((_, call) => calls.kept(call, accesses.length, accesses.length));

/** @param end step and access at which the recording ends */
function takeOver(into: Calls, calls: readonly KeptCall[], end: number): void {
  const { add, end: finish } = restoring(into, end, end);
  for (const call of calls) add(call);
  finish();
}

describe('calls of two threads, which enclose and follow each other', () => {
  it('know their place', () => {
    check([happenings], 300, all => {
      const { calls, ...model } = make(all);
      expectSame(calls, model);
    });
  });

  it('know it when they were kept and come back', () => {
    check([happenings], 200, all => {
      const made = make(all);
      const restored = new Calls();
      takeOver(restored, keptOf(made), made.accesses.length);
      expectSame(restored, made);
      expect(keptOf({ ...made, calls: restored })).toEqual(keptOf(made));
    });
  });

  it('have the accesses of their thread, and those of the calls in them', () => {
    check([happenings], 60, some => {
      // Nobody accesses memory but in a call: both threads have made one.
      const all = [...THREADS.flatMap(thread => [[thread, 'begin'] as const, [thread, 'end'] as const]), ...some];
      const store = new RecordingStore();
      store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
      const open: Record<number, number> = { 0: 0, 1: 0 };
      let access = 0;
      for (const [thread, what] of all) {
        const actor = actorOf(OWNER_CODE.firstInstance + thread, thread);
        if (what === 'begin') {
          store.beginCall(newCall({ thread }));
          open[thread]++;
        }
        // Every third is a load, and one in seven makes memory grow.
        else if (what === 'access' && access % 7 === 6) store.grow(actor, 3, 1);
        else if (what === 'access' && access % 3 === 2) store.read(actor, 2, 64, 4);
        else if (what === 'access') store.write(actor, 1, 8 * access, 2, Uint8Array.of(access, thread));
        else if (open[thread]-- > 0) store.endCall(thread, outcome(), null);
        else open[thread] = 0;
        if (what === 'access') access++;
      }
      const { naive, accesses } = make(all);
      const reader = new RecordingReader(store);
      naive.forEach(({ thread }, call) => {
        const own = accesses.flatMap(({ within }, number) => (within.includes(call) ? [number] : []));
        expect(reader.accesses.ofCall(call, 0, 1000).map(each => each.access)).toEqual(own);
        expect(reader.accesses.ofCall(call, 1, 2).map(each => each.access)).toEqual(own.slice(1, 3));
        expect(reader.callRecord(call)).toMatchObject({ thread, accesses: own.length });
      });
      for (const [number, { within }] of accesses.entries())
        expect(reader.accesses.at(number).call).toBe(within.at(-1) ?? null);
    });
  });
});

it('calls without accesses leave the accesses to those around them', () => {
  const calls = new Calls();
  calls.beginMaking();
  calls.endMaking();
  const [first, second] = [newCall({ function: 'first' }), newCall({ function: 'second' })];
  calls.begin(first, 0, 0); // 1: no access
  calls.end(0, outcome(), 0, 0, 0);
  calls.begin(second, 0, 0); // 2: accesses 0 and 1, and between them call 3 without any
  calls.begin(first, 1, 1);
  calls.end(0, outcome(), 1, 1, 0);
  calls.end(0, outcome(), 2, 2, 0);
  calls.begin(first, 2, 2); // 4: no access
  calls.end(0, outcome(), 2, 2, 0);
  expect([0, 1, 2].map(access => calls.ofAccess(access, 0))).toEqual([2, 2, null]);
  expect(calls.ofAccess(0, 1)).toBeNull();
  expect(() => calls.end(0, outcome(), 2, 2, 0)).toThrow(new RangeError('thread 0 makes no call'));
  expect(() => calls.told(5)).toThrow(RangeError);
});

describe('a filter', () => {
  const trap = { message: 'unreachable', stack: [] };
  /** Function, instance, and how each call ended; the last one is under way. */
  const CALLS = [
    ['alloc_11', 0, outcome()],
    ['add_23', 1, outcome({ watched: { before: 11, after: 34, printed: 34 } })],
    ['ADD_more', 1, outcome({ watched: { before: 34, after: 35, printed: 34 } })],
    ['add_23', 0, outcome({ end: 'trapped', trap })],
    ['add_23', 1, outcome({ end: 'stopped', watched: { before: 1, after: null, printed: 1 } })],
    ['add_23', 1, null],
  ] as const;
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  for (const [name, instance, end] of CALLS) {
    store.beginCall(newCall({ function: name, instance }));
    if (end) store.endCall(0, end, null);
  }
  const reader = new RecordingReader(store);

  it.each<[Partial<CallFilter>, readonly number[]]>([
    [{}, [1, 2, 3, 4, 5]],
    [{ instance: 0 }, [1, 4]],
    [{ instance: 7 }, []],
    [{ text: 'add' }, [2, 3, 4, 5]],
    [{ text: 'D_23' }, [2, 4, 5]],
    [{ text: '' }, [1, 2, 3, 4, 5]],
    [{ trapped: true }, [4]],
    [{ trapped: false }, [1, 2, 3, 4, 5]],
    [{ differs: true }, [3, 5]],
    [{ differs: true, text: 'add_23' }, [5]],
    [{ differs: true, trapped: true }, [3, 4, 5]],
    [{ instance: 1, text: 'add', trapped: true }, []],
  ])('%j lets calls through that have ended', (given, expected) => {
    const filter = { ...EVERY_CALL, ...given };
    const { total, calls } = reader.trace.calls(filter, 0, 100);
    expect([total, calls.map(({ index }) => index)]).toEqual([expected.length, expected]);
    const part = reader.trace.calls(filter, 1, 2);
    expect([part.total, part.calls.map(({ index }) => index)]).toEqual([expected.length, expected.slice(1, 3)]);
  });

  it('sees calls that have ended since', () => {
    const growing = new RecordingStore();
    growing.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
    const asked = new RecordingReader(growing);
    for (const total of [1, 2, 3]) {
      growing.beginCall(newCall());
      growing.endCall(0, outcome(), null);
      expect(asked.trace.calls({ ...EVERY_CALL, text: 'add' }, 0, 10).total).toBe(total);
    }
  });

  it('differences are counted, and the call that ended last is known', () => {
    expect(reader.span).toMatchObject({ callCount: 5, differences: 2, lastCall: { index: 5 }, lastStep: step(0) });
  });
});

it('instances are told in whose calls memory was written, and loads apart from writes', () => {
  const written = new RecordingStore();
  written.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  const call = (instance: number, ...accesses: readonly ('load' | 'store')[]): void => {
    written.beginCall(newCall({ instance }));
    for (const access of accesses)
      if (access === 'load') written.read(OWNER_CODE.firstInstance + instance, 1, 8, 4);
      else written.write(OWNER_CODE.firstInstance + instance, 2, 8, 1, Uint8Array.of(1));
    written.endCall(0, outcome(), null);
  };
  call(3, 'load', 'store', 'load');
  call(1, 'load');
  call(0);
  call(2, 'store');
  const reader = new RecordingReader(written);
  expect(reader.span).toMatchObject({ loads: 3, writers: [2, 3], lastStep: 2, callCount: 4 });
});

describe('calls that come back', () => {
  /** Call 0, and two calls with a call in the first of them: accesses 0 … 9, each a step. */
  const whole = (): KeptCall[] => {
    const calls = new Calls();
    calls.beginMaking();
    calls.endMaking();
    calls.begin(newCall(), 0, 0);
    calls.begin(newCall(), 2, 2);
    calls.end(0, outcome(), 4, 4, 0);
    calls.end(0, outcome(), 6, 6, 0);
    calls.begin(newCall(), 7, 7);
    calls.end(0, outcome(), 10, 10, 0);
    return [0, 1, 2, 3].map(call => calls.kept(call, 10, 10));
  };

  const restore = (calls: readonly KeptCall[]): void => takeOver(new Calls(), calls, 10);

  it('are taken as they were', () => {
    expect(() => restore(whole())).not.toThrow();
  });

  it.each<[string, number, Partial<KeptCall>]>([
    ['is not the next one', 2, { index: 3 }],
    ['is in a call that has ended', 3, { parent: 1 }],
    ['is in no call, though one is under way', 2, { parent: null }],
    ['is in a call that comes later', 2, { parent: 3 }],
    ['is of a thread on which nothing is under way', 2, { thread: 1 }],
    ['ends behind the call that it is in', 2, { endAccess: 7 }],
    ['ends, by its steps, behind the call that it is in', 2, { lastStep: 7 }],
    ['ends behind the beginning of the next one', 1, { endAccess: 8 }],
    ['ends, by its steps, behind the beginning of the next one', 1, { lastStep: 8 }],
    ['is under way, though another one follows', 1, { ended: false }],
    ['begins before the one before it', 2, { firstAccess: 4, endAccess: 3 }],
    ['ends before it begins', 3, { endAccess: 6 }],
    ['ends, by its steps, before it begins', 3, { lastStep: 6 }],
    ['begins, by its steps, before the one before it', 3, { stepBefore: 1 }],
    ['begins before the one that is listed before it', 3, { firstAccess: 1 }],
    ['ends behind the end of the recording', 3, { endAccess: 11 }],
    ['ends, by its steps, behind the end of the recording', 3, { lastStep: 11 }],
  ])('are refused where one %s', (_, call, change) => {
    const calls = whole();
    calls[call] = { ...calls[call], ...change };
    expect(() => restore(calls)).toThrow(RangeError);
  });
});

describe('a million calls', () => {
  const COUNT = 1_000_000;
  const store = new RecordingStore();
  let kept = 0;

  beforeAll(() => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('V8 gives no gc');
    const used = (): number => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
    for (let call = 1; call <= COUNT; call++) {
      const name = call % 1000 === 0 ? 'rare' : `often_${call % 7}`;
      store.beginCall(newCall({ function: name, args: [call, 'text'], startNs: 100.5 * call, instance: call % 3 }));
      store.endCall(0, outcome({ results: [call], watched: { before: call, after: call + 1, printed: null } }), null);
    }
    kept = used() - before;
  }, 60_000);

  it('take less than 400 MB', () => {
    expect(kept).toBeLessThan(400e6);
    expect(kept).toBeGreaterThan(COUNT * 50); // it was measured
  });

  it('are told a window at a time, and found by a part of the name', () => {
    const reader = new RecordingReader(store);
    const { total, calls } = reader.trace.calls(EVERY_CALL, 500_000, 100);
    expect([total, calls.length]).toEqual([COUNT, 100]);
    expect(calls.map(({ index, args, startNs, watched }) => [index, args[0], startNs, watched?.after])).toEqual(
      calls.map((_, i) => [500_001 + i, 500_001 + i, 100.5 * (500_001 + i), 500_002 + i]),
    );
    const rare = reader.trace.calls({ ...EVERY_CALL, text: 'RARE', instance: 1 }, 300, 100);
    // 1000, 2000, … 1,000,000: of these a third is 1 modulo 3, since 1000 is.
    expect([rare.total, rare.calls.length]).toEqual([334, 34]);
    expect(rare.calls[0].index).toBe(1000 + 300 * 3000);
  });
});
