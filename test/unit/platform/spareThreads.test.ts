// Threads that are started before they are needed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { SpareThreads, startThread, type Thread } from '../../../src/platform/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'spares-'));
const spares: SpareThreads[] = [];
const started: Thread[] = [];
afterAll(() => {
  for (const each of spares) each.dispose();
  for (const each of started) each.end();
  rmSync(folder, { recursive: true });
});

// It says when it was loaded, and what it is given.
writeFileSync(
  join(folder, 'worker.js'),
  `const { parentPort, threadId } = require('node:worker_threads');
   parentPort.once('message', data => parentPort.postMessage({ data, threadId }));`,
);
writeFileSync(join(folder, 'recording.js'), "throw new Error('broken');");

function newSpares(scripts: ConstructorParameters<typeof SpareThreads>[1], spareMs?: number): SpareThreads {
  const made = new SpareThreads(folder, scripts, spareMs);
  spares.push(made);
  return made;
}

interface Answer {
  readonly data: unknown;
  readonly threadId: number;
}

function start(from: SpareThreads | null, data: unknown): Promise<Answer> {
  const thread = startThread({ folder, script: 'worker', data, transfer: [], spares: from });
  started.push(thread);
  return new Promise(resolve => thread.onMessage(message => resolve(message as Answer)));
}

it('one that waits takes what is to be done next, and is used once', async () => {
  const from = newSpares(['worker']);
  from.prepare();
  from.prepare();
  expect(from.count).toBe(1);
  const before = await start(null, 'without');
  const [first, second] = await Promise.all([start(from, 'first'), start(from, 'second')]);
  expect([before.data, first.data, second.data]).toEqual(['without', 'first', 'second']);
  // It was started before the one that was not prepared, and has the lower number.
  expect(first.threadId).toBeLessThan(before.threadId);
  expect(second.threadId).toBeGreaterThan(before.threadId);
  expect(from.count).toBe(0);
});

it('those that nobody takes end after a while, and are there again when they are prepared again', async () => {
  const from = newSpares(['worker'], 20);
  from.prepare();
  await vi.waitFor(() => expect(from.count).toBe(0), { timeout: 30_000 });
  from.prepare();
  expect(from.count).toBe(1);
  expect((await start(from, 5)).data).toBe(5);
});

it('one that can’t be loaded is none, and fails where it is needed', async () => {
  const from = newSpares(['recording']);
  from.prepare();
  await vi.waitFor(() => expect(from.count).toBe(0), { timeout: 30_000 });
  const thread = startThread({ folder, script: 'recording', data: null, transfer: [], spares: from });
  expect(await new Promise(resolve => thread.onError(resolve))).toBe('broken');
});

it('nor is one that can’t be started at all', () => {
  const from = new SpareThreads('not/absolute', ['worker']);
  spares.push(from);
  from.prepare();
  expect(from.count).toBe(0);
  expect(() =>
    startThread({ folder: 'not/absolute', script: 'worker', data: null, transfer: [], spares: from }),
  ).toThrow(/absolute path/);
});

it('disposed of, none waits', () => {
  const from = newSpares(['worker']);
  from.prepare();
  from.dispose();
  expect(from.count).toBe(0);
});
