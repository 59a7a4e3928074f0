import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HeapBlocks } from '../../src/protocol/heapBlocks.ts';
import { step } from '../../src/protocol/units.ts';
import { manyBlocks } from '../testing/heapBlocks.ts';
import { HeapData } from './heap.ts';

let asked: { step: number; from: number; count: number }[];
let answers: PromiseWithResolvers<HeapBlocks>[];
let failures: string[];
let heap: HeapData;

const ENDED = { status: 'completed', record: 'stores', lastStep: step(16), callCount: 16 } as const;
const RUNNING = { ...ENDED, status: 'running' } as const;
const NONE: HeapBlocks = { total: 0, bytes: 0, isPartial: false, unjudged: [], blocks: [] };
const BLOCKS = manyBlocks(450);

/** The first of 450 blocks of 16 bytes, from one on. */
const part = (from: number, to: number): HeapBlocks => ({
  total: 450,
  bytes: 7200,
  isPartial: false,
  unjudged: [],
  blocks: BLOCKS.slice(from, to),
});

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [];
  failures = [];
  heap = new HeapData({
    send: ({ step: at, from, count }) => {
      asked.push({ step: at, from, count });
      const answer = Promise.withResolvers<HeapBlocks>();
      answers.push(answer);
      return answer.promise;
    },
    failed: message => failures.push(message),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = () => vi.advanceTimersByTimeAsync(100);

async function answer(blocks: HeapBlocks | Error): Promise<void> {
  const next = answers.shift();
  if (blocks instanceof Error) next?.reject(blocks);
  else next?.resolve(blocks);
  await wait();
}

test('closed, it asks for the totals at the end, and where nothing is left for those of the shown step', async () => {
  heap.show(1, ENDED, step(3), false);
  await wait();
  expect([asked, heap.left]).toEqual([[{ step: 16, from: 0, count: 0 }], null]);
  await answer(NONE);
  expect([heap.left?.total, heap.hasBlocks, asked[1]]).toEqual([0, false, { step: 3, from: 0, count: 0 }]);
  await answer({ ...part(0, 0), total: 2 });
  heap.show(1, ENDED, step(4), false);
  await wait();
  // There is a heap: where, is not asked while it is closed.
  expect([heap.hasBlocks, asked.length]).toEqual([true, 2]);
});

test('open, it asks for the first 200 blocks of the step that is shown when the user stands still, then for more', async () => {
  heap.show(1, RUNNING, step(3), true);
  heap.show(1, RUNNING, step(4), true);
  await wait();
  expect([asked, heap.isBusy]).toEqual([[{ step: 4, from: 0, count: 200 }], true]);
  await answer(part(0, 200));
  expect([heap.heap?.blocks.length, heap.isBusy]).toEqual([200, false]);
  heap.more();
  await answer(part(200, 400));
  heap.more();
  await answer(part(400, 450));
  expect([asked.slice(1), heap.heap?.blocks]).toEqual([
    [
      { step: 4, from: 200, count: 200 },
      { step: 4, from: 400, count: 50 },
    ],
    BLOCKS,
  ]);
  // Another step has as many of them, and those of the one before stay until they come.
  heap.show(1, RUNNING, step(5), true);
  await wait();
  expect([asked[3], heap.isBusy, heap.heap?.blocks.length]).toEqual([{ step: 5, from: 0, count: 600 }, true, 450]);
});

test('an answer about a step that was left is not taken for the shown one', async () => {
  heap.show(1, RUNNING, step(3), true);
  await wait();
  heap.show(1, RUNNING, step(4), true);
  await answer(part(0, 200));
  expect([heap.isBusy, asked[1]?.step]).toEqual([true, 4]);
  // More of the step before is not appended to another one's.
  await answer({ ...part(0, 2), total: 2 });
  expect([heap.isBusy, heap.heap?.blocks.length]).toEqual([false, 2]);
});

test('at the last step of a run that goes on, it asks anew with further calls, and once the run has ended', async () => {
  heap.show(1, RUNNING, step(16), true);
  await wait();
  await answer(NONE);
  heap.show(1, { ...RUNNING, callCount: 17 }, step(16), true);
  await wait();
  await answer(part(0, 200));
  expect([asked.length, heap.isAtEnd, heap.left]).toEqual([2, false, null]);
  heap.show(1, { ...ENDED, callCount: 17 }, step(16), true);
  await wait();
  await answer(part(0, 200));
  // What is left is told by the blocks of the same step.
  expect([asked.length, heap.isAtEnd, heap.left?.bytes]).toEqual([3, true, 7200]);
});

test('the block of a byte is known while the list is open', async () => {
  expect(heap.blockAt(0x1020)).toBeNull();
  heap.show(1, ENDED, step(16), true);
  await wait();
  await answer(part(0, 200));
  // Blocks of 16 bytes from 0x1000 on, each 32 behind the one before.
  expect([0xfff, 0x1000, 0x100f, 0x1010, 0x1020].map(at => heap.blockAt(at)?.span.address)).toEqual([
    undefined,
    0x1000,
    0x1000,
    undefined,
    0x1020,
  ]);
  heap.show(1, ENDED, step(16), false);
  expect(heap.blockAt(0x1000)).toBeNull();
});

test('one question that failed is told once, and the next step is asked about', async () => {
  heap.show(1, ENDED, step(3), true);
  await wait();
  await answer(new Error('gone'));
  await wait();
  expect([failures, asked.length]).toEqual([['gone'], 1]);
  heap.show(1, ENDED, step(4), true);
  await wait();
  expect(asked[1]?.step).toBe(4);
});

test('an answer about another run is dropped; nothing is asked where no calls of allocators are recorded', async () => {
  heap.show(1, ENDED, step(3), true);
  await wait();
  heap.clear();
  await answer(part(0, 200));
  expect([heap.heap, heap.hasBlocks]).toEqual([null, false]);
  heap.show(2, { ...ENDED, record: 'calls' }, step(3), true);
  heap.show(2, { ...ENDED, status: 'looked-at' }, step(3), true);
  await wait();
  expect(asked.length).toBe(1);
});
