import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TaskQueue } from '../../../src/recording/taskQueue.ts';

/** Pauses so often, each time after some milliseconds of work. */
function* work(done: string[], name: string, pauses: number): Generator<void, string> {
  for (let i = 0; i < pauses; i++) {
    const end = performance.now() + 15;
    while (performance.now() < end);
    yield;
  }
  done.push(name);
  return name;
}

it('does tasks in their order, and other work in their pauses', async () => {
  const queue = new TaskQueue();
  const done: string[] = [];
  const first = queue.run(work(done, 'first', 8));
  const second = queue.run(work(done, 'second', 1));
  void setTimeout(1).then(() => done.push('request'));
  expect(await second).toBe('second');
  expect(await first).toBe('first');
  expect(done).toEqual(['request', 'first', 'second']);
});

it('is idle once all is done', async () => {
  const queue = new TaskQueue();
  const done: string[] = [];
  void queue.run(work(done, 'only', 2));
  await queue.idle();
  expect(done).toEqual(['only']);
});

it('tells who waits of a task that failed', async () => {
  const queue = new TaskQueue();
  // biome-ignore lint/correctness/useYield: it fails before it could pause
  function* failing(): Generator<void> {
    throw new Error('broken');
  }
  const done: string[] = [];
  const failed = queue.run(failing());
  const behind = queue.run(work(done, 'behind', 1));
  await expect(failed).rejects.toThrow('broken');
  // What comes behind it is not done: it would build on what is not there.
  await expect(behind).rejects.toThrow('broken');
  await expect(queue.idle()).rejects.toThrow('broken');
  expect(done).toEqual([]);
});
