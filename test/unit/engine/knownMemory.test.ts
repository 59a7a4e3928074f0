import { expect, it } from 'vitest';
import { KnownMemory } from '../../../src/engine/knownMemory.ts';

const PAGE = 65_536;

function memoryOf(pages: number) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 32 });
  const known = new KnownMemory(memory);
  return {
    memory,
    known,
    write: (...addresses: readonly number[]): void => {
      const bytes = new Uint8Array(memory.buffer);
      for (const address of addresses) bytes[address]++;
    },
  };
}

it('a look tells the pages of 4 KiB that changed since the last one, and how many bytes', () => {
  const { known, write } = memoryOf(16);
  write(0, 9 * PAGE + 4096, 9 * PAGE + 4097);
  const { changes, bytesChanged, memoryBytes, lookedAt } = known.look();
  expect([...changes.pages]).toEqual([0, 9 * 16 + 1]);
  expect(changes.contents.subarray(4096, 4099)).toEqual(Uint8Array.of(1, 1, 0));
  expect([bytesChanged, memoryBytes, lookedAt]).toEqual([3, 16 * PAGE, null]);
  expect([...known.look().changes.pages]).toEqual([]);
});

it('a look near what is known sees its pages of 64 KiB, their neighbours, and whatever goes on behind them', () => {
  const { known, write } = memoryOf(16);
  write(4 * PAGE);
  known.look();
  expect([...(known.lookNear().lookedAt ?? [])]).toEqual([3, 4, 5]);
  write(3 * PAGE, 5 * PAGE, 6 * PAGE, 7 * PAGE, 10 * PAGE);
  const near = known.lookNear();
  expect([...near.changes.pages]).toEqual([3 * 16, 5 * 16, 6 * 16, 7 * 16]);
  expect([...(near.lookedAt ?? [])]).toEqual([3, 4, 5, 6, 7, 8]);
  expect(near.bytesChanged).toBe(4);
  // What lies further away is seen by the next look at everything.
  expect([...known.lookNear().changes.pages]).toEqual([]);
  expect([...known.look().changes.pages]).toEqual([10 * 16]);
  expect([...(known.lookNear().lookedAt ?? [])]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it('a look near what is known sees where an address may point, too', () => {
  const { known, write } = memoryOf(16);
  known.look();
  known.mayWrite([9 * PAGE + 7, 1.5, 'text', -1]);
  write(9 * PAGE + 7, 14 * PAGE);
  expect([...known.lookNear().changes.pages]).toEqual([9 * 16]);
});

it('a look at a memory that has grown sees all of it', () => {
  const { memory, known, write } = memoryOf(2);
  known.look();
  memory.grow(8);
  write(9 * PAGE + 5);
  expect(known.lookNear()).toMatchObject({ bytesChanged: 1, memoryBytes: 10 * PAGE, lookedAt: null });
});
