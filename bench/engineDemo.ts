// The demo by the engine alone, outside of VS Code: what of its time is the worker's start, and what the engine's work.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startRun } from '../src/engine/client.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

const RUNS = 20;

/** As the settings have them where nobody changed them. */
const RECORDING = { record: 'stores', state: 'separate', allocators: [], recordingLimitBytes: 512 * 2 ** 20 } as const;

async function engineDemo(bytes: Uint8Array, workerFolder: string): Promise<number> {
  const start = performance.now();
  const run = startRun({
    files: [{ name: 'guest.wasm', bytes }],
    instances: 3,
    timeLimitMs: 10_000,
    ...RECORDING,
    workerFolder,
  });
  const completed = await new Promise<number>(resolve => {
    run.onDidChange(() => {
      if (run.snapshot.status === 'completed') resolve(performance.now());
    });
    void run.done.then(() => resolve(Number.NaN)); // ended otherwise
  });
  await run.done;
  run.dispose();
  return completed - start;
}

/** A worker that only says that it is there. */
async function emptyWorker(): Promise<number> {
  const start = performance.now();
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage(null)", { eval: true });
  await once(worker, 'message');
  const duration = performance.now() - start;
  await worker.terminate();
  return duration;
}

/** @param workerFolder folder of the built worker scripts */
export async function measureEngineDemo(bytes: Uint8Array, workerFolder: string): Promise<Row[]> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await engineDemo(bytes, workerFolder));
    peer.push(await emptyWorker());
  }
  return [
    {
      what: 'demo, the engine alone in Node, until completed',
      unit: 'ms',
      ours: median(ours),
      peer: { value: median(peer), what: 'an empty worker thread, from its start to its first message' },
      reach: null,
    },
  ];
}
