// Long recordings: their limit, their file, and the search in them, with the real workers.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpeningCancelled, openRecording, RecordingFileError, type Run } from '../../../src/engine/client.ts';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import type { RunSnapshot } from '../../../src/protocol/run.ts';
import { address, pageIndex, step } from '../../../src/protocol/units.ts';
import { WORKERS } from '../support/fixtures.ts';
import { callsOf, LEVELS, memoryAt } from '../support/runs.ts';
import { SCATTERS } from '../support/scatters.ts';
import { disposeOfRuns, i32, owned, start, writeAt } from '../support/startedRuns.ts';
import { assemble } from '../support/wabt.ts';

vi.mock('node:worker_threads', async original => {
  const { countedThreads } = await import('../support/countedWorkers.ts');
  return countedThreads(await original());
});

afterEach(disposeOfRuns);

/** The stores of SCATTERS over one instance, by its source: step `k` is `stores[k - 1]`. */
function scatteredStores(): { at: number; value: number }[] {
  const stores = [{ at: 1024, value: 11 }];
  for (let call = 0, x = 1; call < 5; call++) {
    for (let i = 0; i < 50_000; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) | 0;
      stores.push({ at: 65_536 + ((x >>> 8) & 0xfffc), value: x });
    }
    stores.push({ at: 1024, value: 11 + 23 * (call + 1) });
  }
  return stores;
}

function memoryAfter(stores: readonly { at: number; value: number }[], steps: number): Buffer {
  const memory = Buffer.alloc(2 * 65_536);
  for (const { at, value } of stores.slice(0, steps)) memory.writeInt32LE(value, at);
  return memory;
}

describe('a recording at its limit', () => {
  it('drops its oldest steps, and is whole from the first that it keeps', async () => {
    const run = start(SCATTERS, { instances: 1, recordingLimitBytes: 2 ** 20 });
    const { firstStep, lastStep, status } = await run.done;
    const calls = await callsOf(run);
    const { recording } = run;
    const stores = scatteredStores();
    expect(status).toBe('completed');
    expect(lastStep).toBe(stores.length);
    expect(calls.map(({ accesses }) => accesses)).toEqual([1, ...Array<number>(5).fill(50_001)]);
    expect(firstStep).toBeGreaterThan(0);
    expect(firstStep).toBeLessThan(lastStep - 10_000);
    for (const at of [firstStep, firstStep + 1, Math.floor((firstStep + lastStep) / 2), lastStep])
      expect((await memoryAt(run, step(at))).equals(memoryAfter(stores, at)), `step ${at}`).toBe(true);
    for (const at of [firstStep + 1, lastStep - 777, lastStep]) {
      const { at: place, value } = stores[at - 1];
      expect(await writeAt(recording, at)).toMatchObject({ address: place, after: i32(value) });
      expect(await recording.ask('lastChange', { step: step(at), address: address(place) })).toMatchObject({
        write: { step: at },
      });
    }
    await expect(recording.ask('describeStep', { step: step(firstStep - 1) })).rejects.toThrow(/is not kept/);
    await expect(memoryAt(run, step(0))).rejects.toThrow(/is not kept/);
    // The first call after which memory is known: the one that ended at the first step that is kept, or after it.
    expect(run.snapshot.firstCall).toBe(1 + calls.findIndex(call => call.step >= firstStep));
    // alloc_11's store was dropped: of its bytes only the owner is left.
    expect(await recording.ask('lastChange', { step: firstStep, address: address(1024) })).toEqual({ kind: 'dropped' });
  });

  it('does its work outside of the thread that asks', async () => {
    const before = process.threadCpuUsage();
    const started = performance.now();
    const run = start(SCATTERS, { instances: 8 }); // two million steps
    const { lastStep } = await run.done;
    const took = performance.now() - started;
    const { user, system } = process.threadCpuUsage(before);
    expect(lastStep).toBe(1 + 8 * 5 * 50_001);
    expect((user + system) / 1000).toBeLessThan(took / 3);
  });
});

/** All that can be asked of a recording of a few steps. */
async function answers(run: Run): Promise<unknown> {
  const { recording, snapshot } = run;
  const { firstStep, lastStep, initialMemoryBytes } = snapshot;
  const pages = Array.from({ length: (initialMemoryBytes ?? 0) / 4096 }, (_, page) => pageIndex(page));
  const calls = await callsOf(run);
  const asked: Promise<unknown>[] = [];
  for (let at = firstStep; at <= lastStep; at = step(at + 1)) {
    asked.push(
      recording.ask('callOfStep', { step: at }),
      recording.ask('describeStep', { step: at }),
      recording.ask('readPages', { step: at, pages, since: firstStep }),
      recording.ask('overview', { step: at, first: pageIndex(0), count: 16 }),
      recording.ask('writesTo', { step: at, address: address(0), length: 65_536, count: 5 }),
    );
    for (const place of [1024, 1027, 2000, 4096].map(address))
      asked.push(
        recording.ask('lastChange', { step: at, address: place }),
        recording.ask('neighbourWrite', { step: at, address: place, direction: 'next' }),
        recording.ask('neighbourWrite', { step: at, address: place, direction: 'previous' }),
        recording.ask('bytes', { step: at, address: place, length: 9 }),
      );
    const query = { kind: 'bytes', bytes: [0x0b, null] } as const;
    const request = { step: at, query, from: address(0), direction: 'next' } as const;
    asked.push(recording.search(request, () => {}, new AbortController().signal));
  }
  for (const { index } of calls) asked.push(recording.ask('accesses', { call: index, from: 0, count: 1000 }));
  asked.push(recording.ask('traceRows', { from: 0, count: 1000, filter: EVERY_CALL }));
  return [told(snapshot), calls, await Promise.all(asked)];
}

/** A recording that is opened counts steps beside calls when its rows are asked for: they are held against the run's. */
const told = ({ stepsBeside: _, ...snapshot }: RunSnapshot) => snapshot;

const open = async (file: Uint8Array): Promise<Run> => {
  return owned(await openRecording(file, WORKERS));
};

describe('an exported recording', () => {
  it.each(
    LEVELS.flatMap(record =>
      ['demo/wat', 'demo/assemblyscript-stub', 'misbehaving/trap-unreachable'].map(guest => [guest, record] as const),
    ),
  )('of %s at level %s answers as the run does', async (guest, record) => {
    const run = start(guest, { record });
    await run.done;
    const ofRun = await answers(run);
    const opened = await open(await run.recording.exportFile());
    expect(await answers(opened)).toEqual(ofRun);
    // It can be exported once more, and says the same.
    const again = await open(await opened.recording.exportFile());
    expect(await answers(again)).toEqual(ofRun);
  });

  it('whose oldest steps were dropped answers as the run does', async () => {
    const run = start(SCATTERS, { instances: 1, recordingLimitBytes: 2 ** 20 });
    const { firstStep, lastStep } = await run.done;
    const opened = await open(await run.recording.exportFile());
    expect(told(opened.snapshot)).toEqual(told(run.snapshot));
    for (const at of [firstStep, step(firstStep + 1), step(lastStep - 1000), lastStep]) {
      expect((await memoryAt(opened, at)).equals(await memoryAt(run, at))).toBe(true);
      expect(await opened.recording.ask('describeStep', { step: at })).toEqual(
        await run.recording.ask('describeStep', { step: at }),
      );
    }
    await expect(opened.recording.ask('describeStep', { step: step(firstStep - 1) })).rejects.toThrow(/is not kept/);
  });

  it('is not opened where that is cancelled, before or meanwhile, and nothing stays of it', async () => {
    const run = start(SCATTERS, { instances: 1 });
    await run.done;
    const file = await run.recording.exportFile();
    const before = AbortSignal.abort();
    await expect(openRecording(file, WORKERS, { signal: before })).rejects.toThrow(OpeningCancelled);
    const meanwhile = new AbortController();
    const opening = openRecording(file, WORKERS, { signal: meanwhile.signal });
    meanwhile.abort();
    await expect(opening).rejects.toThrow('The opening of the recording was cancelled.');
    const after = new AbortController();
    const opened = owned(await openRecording(file, WORKERS, { signal: after.signal }));
    after.abort(); // which it no longer hears
    expect((await memoryAt(opened, step(1))).readInt32LE(1024)).toBe(11);
  });

  it('that was damaged is refused with what is wrong and what to do', async () => {
    const run = start('demo/wat');
    await run.done;
    const file = await run.recording.exportFile();
    const damaged = (change: (bytes: Uint8Array) => void): Uint8Array => {
      const bytes = file.slice();
      change(bytes);
      return bytes;
    };
    for (const [reason, bytes] of [
      ['foreign', new TextEncoder().encode('\0asm and so on')],
      ['foreign', new Uint8Array(0)],
      ['newer', damaged(bytes => bytes.set([200], 8))], // the version follows 8 bytes of magic
      ['older', damaged(bytes => bytes.set([1], 8))],
      ['truncated', file.subarray(0, 10)],
      ['truncated', file.subarray(0, file.length - 1)],
      ['corrupt', damaged(bytes => bytes.fill(0x55, 40, 44))], // in the header's section
      ['corrupt', Buffer.concat([file, Buffer.from('x')])],
    ] as const) {
      const error: unknown = await openRecording(bytes, WORKERS).catch(error => error);
      expect(error).toBeInstanceOf(RecordingFileError);
      expect(error).toMatchObject({
        reason,
        message: expect.stringMatching(/^[A-Z][^\n]*\.$/),
        remedy: expect.stringMatching(/^[A-Z][^\n]*\.$/),
        offset: expect.any(Number),
      });
    }
  });
});

describe('a search in a recording', () => {
  const guest = assemble('(module (memory 4096) (data (i32.const 268435448) "wanted"))'); // 256 MiB

  const request = (text: string) =>
    ({
      step: step(0),
      query: { kind: 'text', text, encoding: 'utf-8' },
      from: address(0),
      direction: 'next',
    }) as const;

  it('tells how far it is, and where it found what was wanted', async () => {
    const run = start(guest);
    await run.done;
    const progress: number[] = [];
    const { signal } = new AbortController();
    const found = await run.recording.search(request('wanted'), done => progress.push(done), signal);
    expect(found).toEqual({ address: 268_435_448, length: 6 });
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await run.recording.search(request('unwanted'), () => {}, signal)).toBeNull();
  });

  it('ends when it is aborted; the next one is not harmed', async () => {
    const run = start(guest);
    await run.done;
    const controller = new AbortController();
    const searching = run.recording.search(request('unwanted'), () => controller.abort(), controller.signal);
    await expect(searching).rejects.toThrow('The search was ended.');
    const { signal } = new AbortController();
    expect(await run.recording.search(request('wanted'), () => {}, signal)).toMatchObject({ length: 6 });
  });

  it('for what can not be searched for is refused with a sentence', async () => {
    const run = start('demo/wat');
    await run.done;
    const { signal } = new AbortController();
    await expect(run.recording.search(request(''), () => {}, signal)).rejects.toThrow(
      'There is nothing to search for.',
    );
  });
});
