import { expect, it } from 'vitest';
import { pageIndex } from '../../../src/protocol/units.ts';
import { KnownMemory } from '../../../src/wire/knownMemory.ts';

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

it('a look near what is known sees the same where much of it is known, page by page and byte by byte', () => {
  const { memory, known, write } = memoryOf(3);
  const pagesOf = (...pages: readonly number[]): number[] => pages.map(page => PAGE + page * 4096);
  write(...pagesOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)); // most of the second page of 64 KiB
  known.look();
  expect(known.lookNear()).toMatchObject({ bytesChanged: 0, lookedAt: Uint32Array.of(0, 1, 2) });
  write(...pagesOf(3, 9, 12)); // the last one was zero until now
  write(PAGE + 12 * 4096 + 1);
  const near = known.lookNear();
  expect([...near.changes.pages]).toEqual([16 + 3, 16 + 9, 16 + 12]);
  expect([near.bytesChanged, near.changes.contents[0], near.changes.contents[2 * 4096]]).toEqual([4, 2, 1]);
  for (const value of [3, 2]) {
    new Uint8Array(memory.buffer)[PAGE + 9 * 4096] = value; // it was 2
    expect(known.lookNear().bytesChanged, `to ${value}`).toBe(1);
  }
  new Uint8Array(memory.buffer).fill(0, PAGE + 3 * 4096, PAGE + 4 * 4096);
  expect(known.page(pageIndex(16 + 3))?.[0]).toBe(2); // what it held at the last look
  expect(known.lookNear()).toMatchObject({ bytesChanged: 1, changes: { pages: Uint32Array.of(16 + 3) } });
  expect(known.lookNear().bytesChanged).toBe(0);
  expect(known.look().bytesChanged).toBe(0);
});

it('a look at a memory that has grown sees all of it', () => {
  const { memory, known, write } = memoryOf(2);
  known.look();
  memory.grow(8);
  write(9 * PAGE + 5);
  expect(known.lookNear()).toMatchObject({ bytesChanged: 1, memoryBytes: 10 * PAGE, lookedAt: null });
});
