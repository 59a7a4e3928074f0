// The life of a run with its worker: cancel, time limit, dispose, and what can be read afterwards.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Run, startRun } from '../../../src/engine/client.ts';
import type { RunSnapshot } from '../../../src/protocol/run.ts';
import { address, pageIndex, step } from '../../../src/protocol/units.ts';
import { alive, allEnded, liveMemory, memories } from '../support/countedWorkers.ts';
import { readGuest, WORKERS } from '../support/fixtures.ts';
import { callsOf, LEVELS, memoryAt } from '../support/runs.ts';
import { disposeOfRuns, start } from '../support/startedRuns.ts';
import { assemble } from '../support/wabt.ts';

vi.mock('node:worker_threads', async original => {
  const { countedThreads } = await import('../support/countedWorkers.ts');
  return countedThreads(await original());
});

afterEach(disposeOfRuns);

/** Resolves once a snapshot is as wanted. */
const until = (run: Run, wanted: (run: Run) => boolean): Promise<void> =>
  new Promise(resolve => {
    const check = (): void => {
      if (wanted(run)) resolve();
    };
    run.onDidChange(check);
    check();
  });

/** `add_23` on #0 in the second round loops for ever, having written 4 bytes at 2048. */
const WRITES_THEN_LOOPS = assemble(`(module
  (memory (export "memory") 1)
  (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
  (func (export "add_23") (param i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))
    (if (i32.eq (i32.load (local.get 0)) (i32.const 103)) (then
      (i32.store (i32.const 2048) (i32.const 0x04030201))
      (loop $for_ever (br $for_ever))))))`);

/** Resolves when the guest has written a byte, the last one before its loop, and has gone round in that for a while. */
async function guestLoops(at: number, byte: number): Promise<void> {
  await vi.waitFor(() => expect(memories.length && liveMemory()[at]).toBe(byte), { interval: 5, timeout: 20_000 });
  await new Promise(resolve => setTimeout(resolve, 20));
}

const inLoop = (run: Run): boolean => run.snapshot.callCount === 4;

describe('cancel', () => {
  it.each(LEVELS)('ends a guest that loops; what was recorded until then stays, at level %s', async record => {
    const run = start(WRITES_THEN_LOOPS, { record });
    await until(run, inLoop);
    await guestLoops(2051, 4);
    run.cancel();
    const ended = await run.done;

    expect(ended).toMatchObject({
      status: 'cancelled',
      problem: { kind: 'cancelled' },
      watch: { address: 1024, type: 'i32' },
      verdict: { expected: 356, actual: 103 },
      callCount: 5,
    });
    expect(ended.problem?.message).toContain('call 5, add_23 on #0,');
    const calls = await callsOf(run);
    expect(calls.map(({ watched }) => [watched?.before, watched?.after])).toEqual([
      [0, 11],
      [11, 34],
      [34, 57],
      [57, 80],
      [80, 103],
    ]);
    expect(calls[4]).toMatchObject({ end: 'stopped', instance: 0, args: [1024], bytesChanged: 1 + 4 });
    expect(calls[4].durationNs).toBeGreaterThan(10e6);
    expect(ended.lastCall).toEqual(calls[4]);
    // One store a call, and two in the last one: 1024, then 2048.
    expect(calls.map(({ stepBefore, step: last }) => [stepBefore, last])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 6],
    ]);
    // `all` has the loads, too: one before each store, one for the comparison.
    const accesses = { calls: [0, 0, 0, 0, 0], stores: [1, 1, 1, 1, 2], all: [1, 3, 3, 3, 4] }[record];
    expect(calls.map(call => call.accesses)).toEqual(accesses);

    const before = await memoryAt(run, step(4));
    const after = await memoryAt(run, step(6));
    expect(after.equals(liveMemory())).toBe(true);
    expect([...before.subarray(2048, 2052)]).toEqual([0, 0, 0, 0]);
    expect([...after.subarray(2048, 2052)]).toEqual([1, 2, 3, 4]);
    const { recording } = run;
    expect(
      (await recording.ask('readPages', { step: step(6), pages: [pageIndex(0)], since: step(4) }))[0].changed,
    ).toEqual([1024, 1025, 2048, 2052]);
    expect((await recording.ask('readPages', { step: step(6), pages: [pageIndex(0)] }))[0].changed).toEqual([
      2048, 2052,
    ]);
    const instance = { kind: 'instance', instance: 0 };
    expect(await recording.ask('lastChange', { step: step(6), address: address(2049) })).toMatchObject({
      kind: 'write',
      write: { step: 6, call: 5, owner: instance, address: 2048, length: 4, after: Uint8Array.of(1, 2, 3, 4) },
    });
    expect(await recording.ask('lastChange', { step: step(4), address: address(1024) })).toMatchObject({
      kind: 'write',
      write: { call: 4 },
    });
  });

  it('at once ends before anything ran', async () => {
    const run = start('demo/wat');
    run.cancel();
    const ended = await run.done;
    expect(ended).toMatchObject({ status: 'cancelled', callCount: 0, modules: [], initialMemoryBytes: null });
    await expect(run.recording.ask('readPages', { step: step(0), pages: [pageIndex(0)] })).rejects.toThrow(/memory/);
  });

  it.each(LEVELS)('while a start function loops keeps what it wrote, at level %s', async record => {
    const guest = assemble(`(module (memory 1)
      (func $start (i32.store8 (i32.const 9) (i32.const 42)) (loop $for_ever (br $for_ever)))
      (start $start))`);
    const run = start(guest, { record });
    await until(run, ({ snapshot }) => snapshot.status === 'running');
    await guestLoops(9, 42);
    run.cancel();
    const ended = await run.done;
    expect(ended).toMatchObject({ status: 'cancelled', initialMemoryBytes: 65_536, lastStep: 0, callCount: 0 });
    expect(ended.instances).toEqual([{ module: 0, call: null, step: 0 }]); // the one that was being made
    expect((await memoryAt(run, step(0)))[9]).toBe(42);
    expect((await memoryAt(run, step(0))).equals(liveMemory())).toBe(true);
  });

  it('does nothing once the run has ended', async () => {
    const run = start('demo/wat');
    const ended = await run.done;
    run.cancel();
    expect(run.snapshot).toBe(ended);
    expect(ended.status).toBe('completed');
  });
});

describe('the time limit', () => {
  it.each(LEVELS)('tells who was running, and keeps what was recorded, at level %s', async record => {
    const run = start(WRITES_THEN_LOOPS, { timeLimitMs: 300, record });
    const ended = await run.done;
    expect(ended).toMatchObject({ status: 'timed-out', verdict: { actual: 103 }, problem: { kind: 'timed-out' } });
    expect(ended.problem?.message).toBe(
      'Call 5, add_23 on #0, was still running when the time limit of 0.3 s was reached.',
    );
    expect(ended.lastStep).toBe(6);
    expect((await memoryAt(run, step(6)))[2051]).toBe(4);
  });

  it('is shared by all calls', async () => {
    // Each call takes 2 × 10⁷ additions, some 10 ms: all 320 are far over the limit, and no one of them is.
    const guest = assemble(`(module (memory 1)
      (func $work (local $i i32)
        (loop $again
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000000)))))
      (func (export "alloc_11") (result i32) (i32.const 64))
      (func (export "add_23") (param i32) (call $work)))`);
    const ended = await start(guest, { instances: 64, timeLimitMs: 500 }).done;
    expect(ended.status).toBe('timed-out');
    expect(ended.callCount).toBeGreaterThan(2);
    expect(ended.callCount).toBeLessThan(321);
  });
});

describe('listeners', () => {
  it('see a new snapshot each time, until they are disposed of', async () => {
    const run = start('demo/wat');
    const seen: RunSnapshot[] = [];
    run.onDidChange(() => seen.push(run.snapshot));
    const seenByOther: string[] = [];
    const subscription = run.onDidChange(() => {
      seenByOther.push(run.snapshot.status);
      if (run.snapshot.status === 'running') subscription.dispose();
    });
    const ended = await run.done;
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toBe(ended);
    const counts = seen.map(each => each.callCount);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect([counts[0], counts.at(-1)]).toEqual([0, 16]);
    expect([...new Set(seenByOther)]).toEqual(['starting', 'running']);
    expect(seenByOther.indexOf('running')).toBe(seenByOther.length - 1);
  });

  it('do not change a snapshot that was taken', async () => {
    const run = start('demo/wat');
    await until(run, ({ snapshot }) => snapshot.callCount >= 1);
    const { snapshot } = run;
    const before = structuredClone(snapshot);
    await run.done;
    expect(snapshot).toEqual(before);
  });
});

describe('dispose', () => {
  it('ends both workers of a guest that loops', async () => {
    const run = start('misbehaving/loop-in-call');
    await until(run, inLoop);
    expect(alive.size).toBe(2);
    run.dispose();
    await run.done;
    await allEnded();
  });

  it('lets go of what was recorded', async () => {
    const run = start('demo/wat');
    await run.done;
    expect(await run.recording.ask('readPages', { step: step(16), pages: [pageIndex(0)] })).toHaveLength(1);
    expect(alive.size).toBe(1); // the recording's, until the run is disposed of
    run.dispose();
    await allEnded();
    await expect(run.recording.ask('readPages', { step: step(16), pages: [pageIndex(0)] })).rejects.toThrow(/closed/);
    run.dispose(); // a second time does no harm
  });

  it('calls no listener afterwards', async () => {
    const run = start('demo/wat');
    const listener = vi.fn();
    run.onDidChange(listener);
    run.dispose();
    await run.done;
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('a worker that fails', () => {
  const settings = {
    instances: 1,
    timeLimitMs: 1000,
    record: 'stores',
    state: 'separate',
    allocators: [],
    recordingLimitBytes: 2 ** 20,
  } as const;

  it('ends the run with a problem, not with an exception', async () => {
    const run = startRun({
      ...settings,
      files: [{ name: 'wat.wasm', bytes: readGuest('demo/wat') }],
      workerFolder: `${WORKERS}.missing`,
    });
    const ended = await run.done;
    expect(ended).toMatchObject({ status: 'rejected', problem: { kind: 'engine-failure' } });
    expect(ended.problem?.message).toMatch(/^The engine ended unexpectedly: .*\.$/);
    run.dispose();
    await allEnded();
  });
});

it('runs side by side keep their memories apart', async () => {
  const several = ['demo/wat', 'demo/rust', 'demo/c', 'demo/wat'].map(name => start(name));
  const ended = await Promise.all(several.map(run => run.done));
  expect(ended.map(({ verdict }) => verdict?.actual)).toEqual([356, 356, 356, 356]);
});
