// What the recording thread answers about runs in the real workers, however they ended.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../../src/engine/client.ts';
import { address, pageIndex, step } from '../../../src/protocol/units.ts';
import { GUEST_WRITE } from '../support/calls.ts';
import { liveMemory, memories } from '../support/countedWorkers.ts';
import { readGuest } from '../support/fixtures.ts';
import { callsOf, LEVELS, memoryAt } from '../support/runs.ts';
import { disposeOfRuns, i32, start, writeAt } from '../support/startedRuns.ts';
import { assemble, disassemble } from '../support/wabt.ts';

vi.mock('node:worker_threads', async original => {
  const { countedThreads } = await import('../support/countedWorkers.ts');
  return countedThreads(await original());
});

afterEach(disposeOfRuns);

describe("the demo's stores", () => {
  /** Offsets of the two stores in the file, by wasm-objdump: the first is that of alloc_11. */
  const stores = [...disassemble(readGuest('demo/wat'))].flatMap(([at, text]) =>
    /^i32\.store/.test(text) ? [at] : [],
  );

  /** After the source: `alloc_11` stores 11, and each `add_23` 23 more; three instances take turns. */
  function storeByHand(at: number) {
    const added = at - 1;
    const isAlloc = added === 0;
    return {
      kind: 'write',
      access: at - 1,
      step: at,
      call: at,
      owner: { kind: 'instance', instance: isAlloc ? 0 : (added - 1) % 3 },
      address: 1024,
      length: 4,
      before: i32(isAlloc ? 0 : 11 + 23 * (added - 1)),
      after: i32(11 + 23 * added),
      ...GUEST_WRITE,
      site: {
        module: 0,
        function: isAlloc ? 'alloc_11' : 'add_23',
        functionIndex: isAlloc ? 1 : 2,
        offset: isAlloc ? stores[0] : stores[1],
        // Bodies begin with their locals. alloc_11: 3 bytes of these and 5 instructions of 2 bytes before the store;
        // add_23: 1 byte, then local.get, local.get (2 each), i32.load (3), i32.const (2), i32.add (1).
        functionOffset: isAlloc ? 3 + 5 * 2 : 1 + 2 + 2 + 3 + 2 + 1,
        instruction: 'i32.store',
      },
    };
  }

  it('are 16 steps, each with its instance, instruction and values', async () => {
    const run = start('demo/wat');
    const { lastStep } = await run.done;
    const { recording } = run;
    const calls = await callsOf(run);
    expect(lastStep).toBe(16);
    for (let at = 1; at <= 16; at++) {
      const expected = storeByHand(at);
      expect(await recording.ask('describeStep', { step: step(at) })).toEqual({
        step: at,
        memoryBytes: 65_536,
        access: expected,
      });
      expect(await recording.ask('accesses', { call: at, from: 0, count: 10 })).toEqual([expected]);
      expect(await recording.ask('callOfStep', { step: step(at) })).toEqual({
        call: calls[at - 1],
        endedBefore: at - 1,
        ended: at,
      });
      expect(await recording.ask('lastChange', { step: step(at), address: address(1027) })).toEqual({
        kind: 'write',
        write: expected,
      });
      expect(await recording.ask('bytes', { step: step(at), address: address(1024), length: 4 })).toEqual(
        expected.after,
      );
    }
    expect(calls.map(({ stepBefore, step: last, accesses }) => [stepBefore, last, accesses])).toEqual(
      Array.from({ length: 16 }, (_, k) => [k, k + 1, 1]),
    );
    expect(await recording.ask('writesTo', { step: step(16), address: address(1000), length: 100, count: 3 })).toEqual(
      [16, 15, 14].map(storeByHand),
    );
    expect(await recording.ask('writesTo', { step: step(2), address: address(1027), length: 1, count: 9 })).toEqual(
      [2, 1].map(storeByHand),
    );
    expect(await recording.ask('writesTo', { step: step(16), address: address(1028), length: 1, count: 9 })).toEqual(
      [],
    );
    expect(
      await recording.ask('neighbourWrite', { step: step(7), address: address(1024), direction: 'previous' }),
    ).toEqual(storeByHand(6));
    expect(await recording.ask('neighbourWrite', { step: step(7), address: address(1024), direction: 'next' })).toEqual(
      storeByHand(8),
    );
    expect(
      await recording.ask('neighbourWrite', { step: step(1), address: address(1024), direction: 'previous' }),
    ).toBeNull();
    expect(
      await recording.ask('neighbourWrite', { step: step(16), address: address(1024), direction: 'next' }),
    ).toBeNull();
    expect(await recording.ask('callOfStep', { step: step(0) })).toEqual({ call: null, endedBefore: 0, ended: 0 });
    expect(await recording.ask('describeStep', { step: step(0) })).toEqual({
      step: 0,
      memoryBytes: 65_536,
      access: null,
    });
  });

  it('own their bytes, and no others', async () => {
    const run = start('demo/wat');
    await run.done;
    const { recording } = run;
    const [{ owners }] = await recording.ask('readPages', { step: step(3), pages: [pageIndex(0)] });
    const expected = new Uint8Array(4096);
    expected.fill(4 + 1, 1024, 1028); // add_23 on #1
    expect(owners).toEqual(expected);
    // Of the memory's 16 pages one was written.
    expect(await recording.ask('overview', { step: step(3), first: pageIndex(0), count: 16 })).toEqual([
      { page: 0, owner: 4 + 1, writes: 3 },
    ]);
    expect(await recording.ask('overview', { step: step(16), first: pageIndex(1), count: 100 })).toEqual([]);
  });

  it('and its loads, at level all', async () => {
    const run = start('demo/wat', { record: 'all' });
    await run.done;
    const calls = await callsOf(run);
    expect(calls.map(({ accesses }) => accesses)).toEqual([1, ...Array<number>(15).fill(2)]);
    const [load, store] = await run.recording.ask('accesses', { call: 4, from: 0, count: 10 });
    expect(load).toMatchObject({
      kind: 'read',
      step: 3, // it reads what step 3 left
      call: 4,
      owner: { kind: 'instance', instance: 2 },
      address: 1024,
      length: 4,
      value: i32(57),
      site: { function: 'add_23', instruction: 'i32.load', functionOffset: 1 + 2 + 2 },
    });
    expect(store).toMatchObject({ kind: 'write', step: 4, before: i32(57), after: i32(80) });
    expect(await run.recording.ask('accesses', { call: 4, from: 1, count: 1 })).toEqual([store]);
    expect(await run.recording.ask('accesses', { call: 4, from: 2, count: 5 })).toEqual([]);
  });

  it('outside of the recording are a RangeError that says so', async () => {
    const run = start('demo/wat');
    await run.done;
    const { recording } = run;
    for (const ask of [
      recording.ask('describeStep', { step: step(17) }),
      recording.ask('readPages', { step: step(17), pages: [pageIndex(0)] }),
      recording.ask('readPages', { step: step(-1), pages: [pageIndex(0)] }),
      recording.ask('writesTo', { step: step(17), address: address(0), length: 1, count: 1 }),
      recording.ask('overview', { step: step(17), first: pageIndex(0), count: 1 }),
    ])
      await expect(ask).rejects.toThrow(/^step (17|-1) is not kept: the recording has 0 … 16$/);
    for (const ask of [
      recording.ask('readPages', { step: step(1), pages: [pageIndex(16)] }),
      recording.ask('bytes', { step: step(1), address: address(65_530), length: 7 }),
      recording.ask('lastChange', { step: step(1), address: address(65_536) }),
    ])
      await expect(ask).rejects.toThrow(/ do not lie in memory of 65536 bytes at step 1$/);
  });
});

/**
 * `add_23` in the second round stores 1, 2, 3 … at 2048 and, each time, at a place of the second page, for ever.
 * @param pause additions between two rounds of the loop: at full speed it stores faster than can be recorded
 */
const storesForEver = (pause: number) =>
  assemble(`(module
  (memory (export "memory") 1)
  (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
  (func (export "add_23") (param i32) (local $i i32) (local $pause i32)
    (if (i32.eq (i32.load (local.get 0)) (i32.const 80)) (then
      (loop $for_ever
        (i32.store (i32.const 2048) (local.tee $i (i32.add (local.get $i) (i32.const 1))))
        (i32.store offset=4096 (i32.and (local.get $i) (i32.const 0xffc)) (local.get $i))
        (local.set $pause (i32.const ${pause}))
        (loop $wait (br_if $wait (i32.gt_s (local.tee $pause (i32.sub (local.get $pause) (i32.const 1))) (i32.const 0))))
        (br $for_ever))))
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);

const inCall5 = (run: Run): Promise<void> =>
  vi.waitFor(() => expect(run.snapshot.callCount).toBe(4), { timeout: 10_000 });

/** What a run of storesForEver recorded must agree with what its memory holds. */
async function expectWholeUntilStopped(run: Run): Promise<void> {
  const { lastStep, record } = await run.done;
  const calls = await callsOf(run);
  const memory = liveMemory();
  const stores = memory.readInt32LE(2048);
  expect(stores).toBeGreaterThan(0);
  expect((await memoryAt(run, lastStep)).equals(memory)).toBe(true);
  const last = calls[4];
  expect(last).toMatchObject({ end: 'stopped', stepBefore: 5 - 1, step: lastStep });
  const owners = new Set(
    (await run.recording.ask('readPages', { step: lastStep, pages: [pageIndex(0), pageIndex(1)] })).flatMap(p => [
      ...(p.owners ?? []),
    ]),
  );
  expect([...owners].toSorted()).toEqual([0, 4, 6]); // never, #0, and #2 whose call was the last that returned
  if (record === 'calls') return;
  const both = memory.readInt32LE(4096 + (stores & 0xffc)) === stores;
  expect(last.step - last.stepBefore).toBe(2 * stores - (both ? 0 : 1));
  expect(last.accesses).toBe(last.step - last.stepBefore + (record === 'all' ? 1 : 0));
  // The k-th store at 2048 wrote k.
  for (const k of [1, 2, Math.ceil(stores / 2), stores]) {
    const at = last.stepBefore + 2 * k - 1;
    expect(await writeAt(run.recording, at)).toMatchObject({ address: 2048, before: i32(k - 1), after: i32(k) });
    expect(await run.recording.ask('bytes', { step: step(at), address: address(2048), length: 4 })).toEqual(i32(k));
  }
  const { recording } = run;
  expect(await recording.ask('lastChange', { step: lastStep, address: address(2048) })).toMatchObject({
    write: { after: i32(stores) },
  });
}

describe('a guest that stores in a loop for ever', () => {
  it.each(LEVELS)('leaves all that it stored when it is cancelled, at level %s', async record => {
    const run = start(storesForEver(500), { record });
    await inCall5(run);
    await new Promise(resolve => setTimeout(resolve, 200));
    run.cancel();
    expect((await run.done).status).toBe('cancelled');
    await expectWholeUntilStopped(run);
  });

  it.each(LEVELS)('leaves all that it stored when its time is over, at level %s', async record => {
    const run = start(storesForEver(500), { record, timeLimitMs: 200 });
    expect((await run.done).status).toBe('timed-out');
    await expectWholeUntilStopped(run);
  });

  // At full speed a third of its time is spent in handing over the log: its worker may be ended in the middle of that.
  it.each([1, 2, 3])('leaves all that it stored at full speed, time %d', async () => {
    const run = start(storesForEver(0));
    await vi.waitFor(() => expect(memories.length && liveMemory().readInt32LE(2048)).toBeGreaterThan(0), {
      interval: 1,
      timeout: 20_000,
    });
    run.cancel();
    await expectWholeUntilStopped(run);
  });

  it('and is cancelled twice leaves what was recorded until then, and memory as it was', async () => {
    const run = start(storesForEver(0));
    await inCall5(run);
    await new Promise(resolve => setTimeout(resolve, 1500)); // so that seconds of work are on their way
    const notes: (string | null)[] = [];
    run.onDidChange(() => notes.push(run.snapshot.recordNote));
    expect(run.cancel()).toBe('ends-guest');
    await vi.waitFor(() => expect(notes.at(-1)).toMatch(/^The guest has ended; [\d.]+ MB of its log/), 5000);
    expect(run.snapshot.status).toBe('running');
    expect(run.cancel()).toBe('leaves-rest');
    const { status, recordNote, lastStep } = await run.done;
    const calls = await callsOf(run);

    expect(status).toBe('cancelled');
    const unread = Number(/up to (\d+) bytes of log were not read/.exec(recordNote ?? '')?.[1]);
    const memory = liveMemory();
    const stores = memory.readInt32LE(2048);
    expect(unread).toBeGreaterThan(0);
    expect(lastStep).toBeGreaterThan(5);
    expect(lastStep - 4).toBeLessThan(2 * stores);
    expect((await memoryAt(run, lastStep)).equals(memory)).toBe(true);
    expect(calls[4]).toMatchObject({ end: 'stopped', stepBefore: 4, step: lastStep });
    expect(await run.recording.ask('lastChange', { step: lastStep, address: address(2048) })).toMatchObject({
      write: { owner: { kind: 'unrecorded' } },
    });
  });
});

describe('a trap', () => {
  it.each(LEVELS)('leaves what was stored before it, and not what was not, at level %s', async record => {
    const guest = assemble(`(module (memory 1)
      (func (export "alloc_11") (result i32)
        (i32.store (i32.const 64) (i32.const 11))
        (i64.store (i32.const 128) (i64.const -2))
        (i32.store (i32.const 65533) (i32.const 77)) ;; one byte too far
        (i32.const 64))
      (func (export "add_23") (param i32)))`);
    const run = start(guest, { record });
    const { status, lastStep } = await run.done;
    const calls = await callsOf(run);
    expect(status).toBe('trapped');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ end: 'trapped', stepBefore: 0, step: 2, accesses: record === 'calls' ? 0 : 2 });
    expect((await memoryAt(run, lastStep)).equals(liveMemory())).toBe(true);
    expect(await writeAt(run.recording, 2)).toMatchObject({ owner: { kind: 'instance', instance: 0 }, address: 128 });
    const expected = Buffer.alloc(65_536);
    expected.set(i32(11), 64);
    expected.set([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 128);
    expect((await memoryAt(run, lastStep)).equals(expected)).toBe(true);
  });
});
