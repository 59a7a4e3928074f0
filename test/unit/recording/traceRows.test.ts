// The rows of the trace: calls, and what happened beside them; all orders and positions are worked out by hand.
import { describe, expect, it } from 'vitest';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import type { TraceRow } from '../../../src/protocol/traceRow.ts';
import { step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { factsOf, writeRecording } from '../../../src/recording/file/writeRecording.ts';
import { NO_SITE } from '../../../src/recording/history/accessors.ts';
import { StepsBeside } from '../../../src/recording/history/stepsBeside.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome, runSnapshot } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';

const A = OWNER_CODE.firstInstance;

function newStore(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  return store;
}

const byte = Uint8Array.of(1);
const guestStore = (store: RecordingStore, address: number) => store.write(A, 1, address, 1, byte);

/** `call 1`, `step 3 +1`: a step beside the calls, in so many of them. */
const told = (row: TraceRow): string => {
  if (row.kind === 'made') return `made ${row.instances.join()}`;
  return row.kind === 'access' ? `step ${row.access.step} +${row.depth}` : `${row.kind} ${row.call.index}`;
};

/**
 * Step 1 of the host; call 1 begins, 2 by it, 3 of the host in it; call 2 in it, which ends at once; 4: memory grows in call 1; it ends at step 5.
 * Step 6 of the host; call 3, which makes no step; 7 of nobody known.
 */
function recorded(): RecordingStore {
  const store = newStore();
  store.hostWrite(0x10, byte); // 1
  store.beginCall(newCall());
  guestStore(store, 0x20); // 2
  store.hostWrite(0x30, byte); // 3
  store.beginCall(newCall());
  store.endCall(0, outcome(), null);
  store.grow(A, 1, 1); // 4
  guestStore(store, 0x40); // 5
  store.endCall(0, outcome(), null);
  store.hostWrite(0x50, byte); // 6
  store.beginCall(newCall());
  store.endCall(0, outcome(), null);
  store.write(OWNER_CODE.unrecorded, NO_SITE, 0x60, 1, byte); // 7
  return store;
}

const ROWS = ['step 1 +0', 'call 1', 'step 3 +1', 'call 2', 'step 4 +1', 'step 6 +0', 'call 3', 'step 7 +0'];

describe('rows of the trace', () => {
  const { traceRows, traceRowsBefore } = serviceOf(recorded()).handlers();
  const list = async (filter: Partial<typeof EVERY_CALL> = {}, from = 0, count = 100) => {
    const { total, rows } = await traceRows({ from, count, filter: { ...EVERY_CALL, ...filter } });
    return [total, ...rows.map(told)];
  };

  it('are in the order in which they came', async () => {
    expect(await list()).toEqual([8, ...ROWS]);
    expect(await list({}, 3, 2)).toEqual([8, 'call 2', 'step 4 +1']);
  });

  it.each([
    [{ rows: 'calls' }, ['call 1', 'call 2', 'call 3']],
    [{ rows: 'beside' }, ['step 1 +0', 'step 3 +1', 'step 4 +1', 'step 6 +0', 'step 7 +0']],
    [{ instance: 0 }, ['call 1', 'call 2', 'step 4 +1', 'call 3']], // the growth is of #0
    [{ text: 'GROW' }, ['step 4 +1']],
    [{ text: 'host' }, ['step 1 +0', 'step 3 +1', 'step 6 +0']],
    [{ trapped: true }, []],
  ] as const)('%j lets through %j', async (filter, rows) => {
    expect(await list(filter)).toEqual([rows.length, ...rows]);
  });

  it('have the position that is told, in the whole list and in a filtered one', async () => {
    const positionOf = (anchor: string, rows: 'all' | 'calls' | 'beside' = 'all') => {
      const [kind, number] = anchor.split(' ');
      const at = Number(number);
      const of = kind === 'call' ? ({ kind, call: at } as const) : ({ kind: 'step', step: at } as const);
      return traceRowsBefore({ anchor: of, filter: { ...EVERY_CALL, rows } });
    };
    for (const [position, row] of ROWS.entries()) expect(await positionOf(row)).toBe(position);
    // What is not listed has the place where it would be.
    expect(await positionOf('step 5')).toBe(5);
    expect([await positionOf('call 2', 'beside'), await positionOf('call 3', 'beside')]).toEqual([2, 4]);
    expect([await positionOf('step 4', 'calls'), await positionOf('step 7', 'calls')]).toEqual([2, 3]);
  });

  it('are counted', () => {
    expect(new RecordingReader(recorded()).span).toMatchObject({ callCount: 3, callsUnderWay: 0, stepsBeside: 5 });
  });
});

it('a call that runs now has a row where it began, until nothing runs any more', async () => {
  const store = newStore();
  store.beginCall(newCall());
  guestStore(store, 0x20);
  store.beginCall(newCall());
  store.endCall(0, outcome(), null);
  const { traceRows } = serviceOf(store).handlers();
  const list = async () => (await traceRows({ from: 0, count: 9, filter: EVERY_CALL })).rows;
  const rows = await list();
  expect(rows.map(told)).toEqual(['running 1', 'call 2']);
  const [running] = rows;
  expect(running?.kind === 'running' && running.forMs >= 0).toBe(true);
  expect(new RecordingReader(store).span).toMatchObject({ callCount: 1, callsUnderWay: 1 });
  store.endCall(0, outcome(), null);
  expect((await list()).map(told)).toEqual(['call 1', 'call 2']);
  store.beginCall(newCall());
  expect((await list()).map(told)).toEqual(['call 1', 'call 2', 'running 3']);
  store.calls.stopWaiting(); // the guests' thread has ended
  expect((await list()).map(told)).toEqual(['call 1', 'call 2']);
});

it('instances that were made before the first call have the first row', async () => {
  const instances = [null, null, 1].map(call => ({ module: 0, call, step: new RecordingReader(newStore()).firstStep }));
  const { traceRows, traceRowsBefore } = serviceOf(recorded(), instances).handlers();
  const { total, rows } = await traceRows({ from: 0, count: 2, filter: EVERY_CALL });
  expect([total, ...rows.map(told)]).toEqual([9, 'made 0,1', 'step 1 +0']);
  expect(await traceRowsBefore({ anchor: { kind: 'call', call: 1 }, filter: EVERY_CALL })).toBe(2);
});

it('of a recording that was taken over, the histories of its pages tell them', () => {
  const { pages, accessors, sizes, timeline, stepsBeside, firstStep } = recorded();
  const counting = StepsBeside.ofKept({ pages: pages.values(), accessors, sizes, timeline, firstStep });
  let counted = counting.next();
  while (!counted.done) counted = counting.next();
  const kept = counted.value;
  const all = (of: StepsBeside) =>
    Array.from({ length: of.count }, (_, i) => [of.stepOf(i), of.ownerOf(i), of.isGrowth(i)]);
  const { host, unrecorded } = OWNER_CODE;
  expect(all(kept)).toEqual([
    [1, host, false],
    [3, host, false],
    [4, A, true],
    [6, host, false],
    [7, unrecorded, false],
  ]);
  expect(all(stepsBeside)).toEqual(all(kept));
});

it('others are answered while those of a large file are counted', async () => {
  const written = newStore();
  written.beginCall(newCall());
  for (let i = 0; i < 500_000; i++) guestStore(written, (i * 8) % 65_536);
  written.hostWrite(0x10, byte);
  written.endCall(0, outcome(), null);
  const description = { run: runSnapshot(), sites: [], segments: [], modules: [] };
  const file = Buffer.concat([...writeRecording(written, { ...description, run: factsOf(description.run) })]);
  const { traceRows, describeStep } = serviceOf(readRecording(new Uint8Array(file)).store).handlers();
  let isHere = false;
  const rows = Promise.resolve(traceRows({ from: 0, count: 5, filter: EVERY_CALL })).finally(() => {
    isHere = true;
  });
  let answered = 0;
  while (!isHere) {
    await new Promise(resolve => setImmediate(resolve));
    await describeStep({ step: step(0) });
    answered++;
  }
  expect((await rows).rows.map(told)).toEqual(['call 1', 'step 500001 +1']);
  // It takes 100 ms and more, and pauses each 20 ms.
  expect(answered).toBeGreaterThan(2);
}, 60_000);

it('those of dropped steps go, once they are most of all', () => {
  const beside = new StepsBeside();
  for (let at = 1; at <= 10; at++) beside.wrote(at, OWNER_CODE.host);
  beside.dropThrough(4);
  expect([beside.count, beside.firstAfter(4)]).toEqual([10, 4]);
  beside.dropThrough(6);
  expect([beside.count, beside.stepOf(0), beside.firstAfter(6)]).toEqual([4, 7, 0]);
});

it('a million calls among a million writes of the host: rows at the end, and positions', async () => {
  const store = newStore();
  for (let i = 0; i < 1_000_000; i++) {
    store.write(OWNER_CODE.host, NO_SITE, i % 1000, 1, byte);
    store.beginCall(newCall());
    store.endCall(0, outcome(), null);
  }
  const { traceRows, traceRowsBefore } = serviceOf(store).handlers();
  const { total, rows } = await traceRows({ from: 1_999_998, count: 5, filter: EVERY_CALL });
  expect([total, ...rows.map(told)]).toEqual([2_000_000, 'step 1000000 +0', 'call 1000000']);
  const filter = { ...EVERY_CALL, rows: 'beside' } as const;
  expect(await traceRowsBefore({ anchor: { kind: 'call', call: 700_000 }, filter })).toBe(700_000);
});
