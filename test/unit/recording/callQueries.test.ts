// What is asked of many calls: which of them, equal ones as one row, and what those of each function did together.
import { describe, expect, it } from 'vitest';
import { type CallFilter, EVERY_CALL } from '../../../src/protocol/call.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { orderGroups } from '../../../src/recording/history/callGroups.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';

const TRAP = { message: 'unreachable', stack: [] };

function recording() {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  return store;
}

/** A store of a byte of its own; it changes the byte. */
function write(store: RecordingStore, at: number): void {
  store.write(OWNER_CODE.firstInstance, 1, at, 1, Uint8Array.of(7));
}

describe('a filter', () => {
  // Call, its step, and its time: 1: 0 … 1, 2: 1 … 2, 3: 2 … 2 (it stores nothing), 4: 2 … 3.
  const store = recording();
  const given = [
    { function: 'push', args: [1352], startNs: 100 },
    { function: 'pushes', args: ['4294967295'], startNs: 300 },
    { function: 'peek', args: [-1], startNs: null },
    { function: 'push', args: [2.5], startNs: 500 },
  ];
  given.forEach((call, i) => {
    store.beginCall(newCall(call));
    if (i !== 2) write(store, 8 + i);
    store.endCall(
      0,
      outcome({ durationNs: call.startNs === null ? null : 50, results: i === 0 ? [0xbeef] : [] }),
      null,
    );
  });
  const reader = new RecordingReader(store);

  it.each<[Partial<CallFilter>, readonly number[]]>([
    [{ function: 'push' }, [1, 4]],
    [{ function: 'pus' }, []],
    [{ only: [2, 4, 99] }, [2, 4]],
    [{ only: [] }, []],
    [{ search: 'PUSH' }, [1, 2, 4]],
    [{ search: '0x548' }, [1]],
    [{ search: '1352' }, [1]],
    [{ search: '48879' }, [1]],
    [{ search: '-1' }, [3]],
    [{ search: '4294967295' }, [2, 3]], // an i32 of −1 is the same bits
    [{ search: '0x100000000ffffffff' }, []], // 65 bits: of no value, whatever the lower ones are
    [{ search: '' }, [1, 2, 3, 4]],
    [{ span: { axis: 'steps', from: 2, to: 2 } }, [2, 3]], // the fourth one makes step 3
    [{ span: { axis: 'steps', from: 3, to: 9 } }, [4]],
    [{ span: { axis: 'time', from: 150, to: 299 } }, [1]], // it ends at 150
    [{ span: { axis: 'time', from: 0, to: 1000 } }, [1, 2, 4]],
    [{ search: 'push', span: { axis: 'time', from: 300, to: 1000 }, function: 'push' }, [4]],
  ])('%j lets calls %j through', (change, expected) => {
    const { calls } = reader.trace.calls({ ...EVERY_CALL, ...change }, 0, 10);
    expect(calls.map(({ index }) => index)).toEqual(expected);
  });
});

describe('equal calls that follow each other', () => {
  // 1 … 9: add on #0, each changes a byte; 10: get; 11 … 21: add, 20 of them trapped; 22 … 29: add on #1.
  const store = recording();
  for (let call = 1; call <= 29; call++) {
    store.beginCall(newCall({ function: call === 10 ? 'get' : 'add', instance: call > 21 ? 1 : 0 }));
    if (call <= 9) write(store, call);
    const trapped = call === 20 ? { end: 'trapped' as const, trap: TRAP } : {};
    store.endCall(0, outcome({ durationNs: 10 * call, ...trapped }), null);
  }
  const { traceRows, traceRowsBefore } = serviceOf(store).handlers();
  const rows = async (
    unfolded: readonly number[],
    apart: readonly number[] = [],
    filter: CallFilter = EVERY_CALL,
  ): Promise<(string | number)[]> => {
    const answer = await traceRows({ from: 0, count: 100, filter, folding: { unfolded, apart } });
    return answer.rows.map(row => {
      if (row.kind === 'folded') return `${row.call.index}…${row.run.last}`;
      return row.kind === 'call' ? row.call.index : row.kind;
    });
  };

  it('are one row where they are eight and more, with what they did together', async () => {
    expect(await rows([])).toEqual(['1…9', 10, '11…19', 20, 21, '22…29']);
    const folding = { unfolded: [], apart: [] };
    const { total, rows: first } = await traceRows({ from: 0, count: 1, filter: EVERY_CALL, folding });
    expect([total, first]).toMatchObject([6, [{ run: { calls: 9, last: 9, bytesChanged: 9, durationNs: 450 } }]]);
  });

  it('have rows of their own where the user unfolded them, and where something was found in one', async () => {
    expect(await rows([22])).toEqual(['1…9', 10, '11…19', 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(await rows([], [13])).toEqual(['1…9', 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, '22…29']);
  });

  it('are those that a filter leaves', async () => {
    expect(await rows([], [], { ...EVERY_CALL, text: 'add' })).toEqual(['1…19', 20, 21, '22…29']);
  });

  it('have the position of their row, each of them', async () => {
    const folding = { unfolded: [], apart: [] };
    const before = async (call: number): Promise<number> =>
      traceRowsBefore({ anchor: { kind: 'call', call }, filter: EVERY_CALL, folding });
    expect(await Promise.all([1, 2, 9, 10, 11, 19, 20, 29].map(before))).toEqual([0, 0, 0, 1, 2, 2, 3, 5]);
  });

  it('are apart where something happened beside them', async () => {
    const interrupted = recording();
    for (let call = 1; call <= 18; call++) {
      if (call === 9) interrupted.hostWrite(0x10, Uint8Array.of(1));
      interrupted.beginCall(newCall());
      interrupted.endCall(0, outcome(), null);
    }
    const answer = await serviceOf(interrupted)
      .handlers()
      .traceRows({ from: 0, count: 100, filter: EVERY_CALL, folding: { unfolded: [], apart: [] } });
    expect(answer.rows.map(row => [row.kind, row.kind === 'folded' ? row.run.calls : 0])).toEqual([
      ['folded', 8],
      ['access', 0],
      ['folded', 10],
    ]);
  });
});

describe('the calls of a function', () => {
  // outer { f { f { g } } } f, and g that trapped: each writes a byte at its beginning.
  const store = recording();
  let at = 0;
  const call = (name: string, durationNs: number | null, inside: () => void = () => {}): void => {
    store.beginCall(newCall({ function: name }));
    write(store, at++);
    inside();
    const hasTrapped = durationNs === null;
    store.endCall(0, outcome({ durationNs, ...(hasTrapped && { end: 'trapped' as const, trap: TRAP }) }), null);
  };
  call('outer', 100, () => call('f', 60, () => call('f', 30, () => call('g', 10))));
  call('f', 7);
  call('g', null);
  const { trace } = new RecordingReader(store);

  it('are summed up with those that they made, and none of it twice', () => {
    expect(trace.callGroups(EVERY_CALL)).toEqual([
      { function: 'outer', calls: 1, trapped: 0, steps: 4, bytesChanged: 4, durationNs: 100 },
      { function: 'f', calls: 3, trapped: 0, steps: 4, bytesChanged: 4, durationNs: 67 },
      { function: 'g', calls: 2, trapped: 1, steps: 2, bytesChanged: 2, durationNs: 10 },
    ]);
  });

  it('are those that a filter leaves, also where the call around them is not among them', () => {
    expect(trace.callGroups({ ...EVERY_CALL, only: [3, 5] })).toEqual([
      { function: 'f', calls: 2, trapped: 0, steps: 3, bytesChanged: 3, durationNs: 37 },
    ]);
  });

  it('are ordered by what is asked, and as many as are asked', () => {
    const names = (...[by, descending, count]: readonly [Parameters<typeof orderGroups>[1], boolean, number]) =>
      orderGroups(trace.callGroups(EVERY_CALL), by, descending, count).groups.map(group => group.function);
    expect(names('function', false, 9)).toEqual(['f', 'g', 'outer']);
    expect(names('calls', true, 9)).toEqual(['f', 'g', 'outer']);
    expect(names('steps', true, 9)).toEqual(['f', 'outer', 'g']);
    expect(names('time', true, 2)).toEqual(['outer', 'f']);
    expect(names('time', false, 9)).toEqual(['g', 'f', 'outer']);
    expect(orderGroups(trace.callGroups(EVERY_CALL), 'time', true, 1).total).toBe(3);
  });
});

it('of a million calls each question takes less than a frame once it was asked, and little the first time', async () => {
  const store = recording();
  for (let call = 0; call < 1_000_000; call++) {
    store.beginCall(newCall({ function: call % 5000 === 0 ? 'flush' : `add_${Math.floor(call / 1000) % 7}` }));
    store.endCall(0, outcome(), null);
  }
  const { calls, callGroups, traceRows } = serviceOf(store).handlers();
  const folding = { unfolded: [], apart: [] };
  const filter = EVERY_CALL;
  // Runs end where the name changes, each thousand calls; a flush begins each fifth of them.
  expect((await traceRows({ from: 0, count: 200, filter, folding })).total).toBe(1000 + 200);
  expect((await calls({ from: 0, count: 200, filter: { ...filter, search: 'flush' } })).total).toBe(200);
  expect((await callGroups({ filter, by: 'calls', descending: true, count: 9 })).total).toBe(8);
  const took = performance.now();
  for (let again = 0; again < 20; again++) await traceRows({ from: 300, count: 200, filter, folding });
  // A pass over all calls takes some 20 ms: twenty answers without any stay far below, on a busy machine, too.
  expect(performance.now() - took).toBeLessThan(200);
}, 60_000);
