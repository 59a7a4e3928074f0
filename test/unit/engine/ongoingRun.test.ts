// A run whose instances and memory stay after the last call: what its user writes is recorded, and who ends it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type OngoingRun, openRecording, startRun } from '../../../src/engine/client.ts';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { alive, allEnded, liveMemory } from '../support/countedWorkers.ts';
import { readGuest, WORKERS } from '../support/fixtures.ts';
import { LEVELS, memoryAt } from '../support/runs.ts';
import { disposeOfRuns, owned } from '../support/startedRuns.ts';

vi.mock('node:worker_threads', async original => {
  const { countedThreads } = await import('../support/countedWorkers.ts');
  return countedThreads(await original());
});

afterEach(disposeOfRuns);

/** The demo of three instances: its value at 1024 ends at 11 + 15 × 23 = 356, which is 0x164. */
function startDemo({ guest = 'demo/wat', record = 'stores', timeLimitMs = 5000 }: Partial<Settings> = {}): OngoingRun {
  const run = startRun({
    files: [{ name: 'wat.wasm', bytes: readGuest(guest) }],
    instances: 3,
    timeLimitMs,
    record,
    state: 'separate',
    allocators: [],
    recordingLimitBytes: 2 ** 24,
    workerFolder: WORKERS,
    goesOn: true,
  });
  owned(run);
  return run;
}

interface Settings {
  readonly guest: string;
  readonly record: (typeof LEVELS)[number];
  readonly timeLimitMs: number;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a write of the user', () => {
  it.each(LEVELS)('is the next step, the host’s and in no call, at level %s', async record => {
    const run = startDemo({ record });
    const ended = await run.done;
    expect(ended).toMatchObject({ status: 'completed', verdict: { expected: 356, actual: 356 }, callCount: 16 });
    expect(run.goesOn).toBe(true);
    const { lastStep } = ended;

    expect(await run.write(address(1025), bytes(0xca, 0xfe))).toBe(lastStep + 1);
    expect([...liveMemory().subarray(1024, 1028)]).toEqual([0x64, 0xca, 0xfe, 0]);
    expect(run.snapshot).toMatchObject({ lastStep: lastStep + 1, stepsBeside: 1, callCount: 16, status: 'completed' });
    expect(await run.recording.ask('lastChange', { step: step(lastStep + 1), address: address(1026) })).toMatchObject({
      kind: 'write',
      write: {
        step: lastStep + 1,
        call: null,
        owner: { kind: 'host' },
        address: 1025,
        length: 2,
        before: bytes(0x01, 0),
        after: bytes(0xca, 0xfe),
      },
    });
    // What is past stays what it was.
    expect([...(await memoryAt(run, lastStep)).subarray(1024, 1028)]).toEqual([0x64, 0x01, 0, 0]);
    expect([...(await memoryAt(run, step(lastStep + 1))).subarray(1024, 1028)]).toEqual([0x64, 0xca, 0xfe, 0]);
  });

  it('has a row of the trace, behind the last call', async () => {
    const run = startDemo();
    await run.done;
    await run.write(address(3), bytes(7));
    const { rows } = await run.recording.ask('traceRows', { filter: EVERY_CALL, from: 17, count: 10 });
    expect(rows).toMatchObject([{ kind: 'access', access: { kind: 'write', step: 17, owner: { kind: 'host' } } }]);
  });

  it('follows the one before, however fast they come; each listener hears of it', async () => {
    const run = startDemo();
    await run.done;
    const seen: number[] = [];
    run.onDidChange(() => seen.push(run.snapshot.lastStep));
    const steps = await Promise.all([1, 2, 3].map(value => run.write(address(60_000), bytes(value))));
    expect(steps).toContain(19);
    expect(seen.at(-1)).toBe(19);
    for (const value of [1, 2, 3]) expect((await memoryAt(run, step(16 + value)))[60_000]).toBe(value);
  });

  it('of all of memory is taken; one beyond is refused, and nothing is written', async () => {
    const run = startDemo();
    await run.done;
    const size = liveMemory().length;
    const whole = new Uint8Array(size).fill(9);
    expect(await run.write(address(0), whole)).toBe(17);
    expect((await memoryAt(run, step(17)))[size - 1]).toBe(9);
    await expect(run.write(address(size - 1), bytes(1, 2))).rejects.toThrow(
      'Nothing was written: 0x10000 is not in memory, whose last byte is 0xffff.', // one page
    );
    expect(liveMemory()[size - 1]).toBe(9);
    expect(run.snapshot.lastStep).toBe(17);
  });

  it('is in the exported recording', async () => {
    const run = startDemo();
    await run.done;
    await run.write(address(1024), bytes(1, 2, 3, 4));
    const opened = owned(await openRecording(await run.recording.exportFile(), WORKERS));
    expect(opened.snapshot.lastStep).toBe(17);
    expect([...(await memoryAt(opened, step(17))).subarray(1024, 1028)]).toEqual([1, 2, 3, 4]);
  });
});

describe('instances and memory', () => {
  const recordingAlone = () => vi.waitFor(() => expect(alive.size).toBe(1), { timeout: 5000 });

  it('stay until they are let go; what was recorded stays', async () => {
    const run = startDemo({ timeLimitMs: 100 });
    await run.done;
    await run.write(address(0), bytes(5));
    // The limit is on what guests run, and none does.
    await new Promise(resolve => setTimeout(resolve, 250));
    expect(run.snapshot.status).toBe('completed');
    expect(alive.size).toBe(2);
    const told = new Promise<void>(resolve => void run.onDidChange(() => run.goesOn || resolve()));
    run.letGo();
    await told;
    await recordingAlone();
    expect(run.snapshot).toMatchObject({ status: 'completed', lastStep: 17 });
    await expect(run.write(address(0), bytes(6))).rejects.toThrow('The run does not go on');
    expect((await memoryAt(run, step(17)))[0]).toBe(5);
  });

  it.each(['cancel', 'dispose'] as const)('are gone after %s', async end => {
    const run = startDemo();
    await run.done;
    run[end]();
    await (end === 'cancel' ? recordingAlone() : allEnded());
    expect(run.goesOn).toBe(false);
  });

  it('don’t stay where a trap ended the run', async () => {
    const run = startDemo({ guest: 'misbehaving/trap-divide-by-zero' });
    expect((await run.done).status).toBe('trapped');
    expect(run.goesOn).toBe(false);
    await recordingAlone();
  });

  it('don’t stay where the time limit ended the run', async () => {
    const run = startDemo({ guest: 'misbehaving/loop-in-call', timeLimitMs: 300 });
    expect((await run.done).status).toBe('timed-out');
    expect(run.goesOn).toBe(false);
    await recordingAlone();
  });

  it('cost no time of a processor while they wait', async () => {
    const run = startDemo();
    await run.done;
    await new Promise(resolve => setTimeout(resolve, 200));
    const before = process.cpuUsage();
    await new Promise(resolve => setTimeout(resolve, 1000));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(200); // of 1000 ms, with what the test itself does
  });
});
