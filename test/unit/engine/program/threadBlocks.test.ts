// The table of what allocators hand out to the threads of a program.
import { expect, it } from 'vitest';
import { type HandedOutTwice, newThreadBlocks, ThreadBlocks } from '../../../../src/engine/program/threadBlocks.ts';

/** Two threads of one program, and what either tells. */
function twoThreads() {
  const memory = newThreadBlocks();
  const told: HandedOutTwice[] = [];
  const [main, worker] = [1, 2].map(() => new ThreadBlocks(memory, twice => told.push(twice)));
  return { main, worker, told };
}

const MAIN = { thread: 0, instance: 0, function: 0 };
const WORKER = { thread: 1, instance: 0, function: 0 };

it('tells what two threads got, with who got it first, once for each pair of them', () => {
  const { main, worker, told } = twoThreads();
  main.made(MAIN, 0x400, 16, main.moment);
  worker.made(WORKER, 0x400, 24, worker.moment);
  for (const at of [0x410, 0xffff_fff0]) {
    worker.made(WORKER, at, 8, worker.moment);
    main.made(MAIN, at, 8, main.moment);
  }
  expect(told).toEqual([
    { address: 0x400, first: { by: MAIN, bytes: 16 }, again: { by: WORKER, bytes: 24 }, isAtOnce: true },
    { address: 0x410, first: { by: WORKER, bytes: 8 }, again: { by: MAIN, bytes: 8 }, isAtOnce: true },
  ]);
  expect(main.countOf(0)).toBe(3);
});

it('one instance may get a block again, and the main thread’s instances are recorded', () => {
  const { main, worker, told } = twoThreads();
  for (const by of [MAIN, { ...MAIN, instance: 1 }]) main.made(by, 0x400, 16, main.moment);
  for (let times = 0; times < 2; times++) worker.made(WORKER, 0x500, 16, worker.moment);
  expect(told).toEqual([]);
  worker.made({ ...WORKER, instance: 1 }, 0x500, 16, worker.moment);
  expect(told).toHaveLength(1);
});

it.each([
  ['of one thread', { ...WORKER, instance: 1 }],
  ['of threads whose sizes have one place', { ...WORKER, thread: 5 }],
  ['of threads whose sizes have two', { ...WORKER, thread: 2 }],
])('each block has the size that was asked for, %s', (_, other) => {
  const { worker, told } = twoThreads();
  worker.made(WORKER, 0x500, 16, worker.moment);
  worker.made(other, 0x500, 24, worker.moment);
  worker.made(WORKER, 0x500, 32, worker.moment);
  expect(told.map(({ first, again }) => [first.bytes, again.bytes])).toEqual([
    [16, 24],
    [24, 32],
  ]);
});

it('what was freed in between is nobody’s, and address 0 is no block', () => {
  const { main, worker, told } = twoThreads();
  for (const at of [0, 0x400]) {
    main.made(MAIN, at, 16, main.moment);
    worker.freed(at && 0x400);
    worker.made(WORKER, at, 16, worker.moment);
  }
  expect(told).toEqual([]);
});

it.each([
  ['was under way then', (other: () => () => void) => [other(), () => {}]],
  ['began and ended since', (other: () => () => void) => [() => {}, () => other()()]],
])('is not sure where another function %s', (_, calls) => {
  const { main, worker, told } = twoThreads();
  const [end, since] = calls(() => main.otherCall());
  main.made(MAIN, 0x400, 16, main.moment);
  since();
  end();
  worker.made(WORKER, 0x400, 16, worker.moment);
  expect(told.map(({ isAtOnce }) => isAtOnce)).toEqual([false]);
});

it('is not sure where another function was called while the allocator’s ran', () => {
  const { main, worker, told } = twoThreads();
  const since = main.moment;
  worker.otherCall()();
  main.made(MAIN, 0x400, 16, since);
  worker.made(WORKER, 0x400, 16, worker.moment);
  expect(told.map(({ isAtOnce }) => isAtOnce)).toEqual([false]);
});

it('tells nothing where the program has made several memories that threads can share: the address may be in two', () => {
  const { main, worker, told } = twoThreads();
  main.memoryMade();
  main.made(MAIN, 0x400, 16, main.moment);
  worker.memoryMade();
  worker.made(WORKER, 0x400, 16, worker.moment);
  expect([told, main.countOf(0)]).toEqual([[], 0]);
});

it('leaves out what finds no room, and goes on', () => {
  const { main, worker, told } = twoThreads();
  for (let at = 16; at < 2 ** 23; at += 16) main.made(MAIN, at, 16, main.moment); // twice as many as there are rows
  worker.made(WORKER, 16, 16, worker.moment);
  worker.made(WORKER, 2 ** 23 - 16, 16, worker.moment);
  expect(told.map(({ address }) => address)).toEqual([16]);
});
