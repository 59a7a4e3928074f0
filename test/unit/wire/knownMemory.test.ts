import { describe, expect, it } from 'vitest';
import type { ComparedMemory } from '../../../src/protocol/recording.ts';
import { eachPage } from '../../../src/wire/comparePages.ts';
import { KnownMemory } from '../../../src/wire/knownMemory.ts';

const PAGE = 65_536;
const MEBIBYTE = 2 ** 20;

function memoryOf(pages: number) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: Math.max(32, pages) });
  const known = new KnownMemory(memory);
  /** What a look tells: its pages of 4 KiB, each as memory has it now, and the pages of 64 KiB that it looked at. */
  const told = ({ changes, memoryBytes, lookedAt }: ComparedMemory) => {
    expect(memoryBytes).toBe(memory.buffer.byteLength);
    for (const [page, bytes] of eachPage(changes))
      expect(Buffer.compare(bytes, new Uint8Array(memory.buffer, page * 4096, 4096)), `page ${page}`).toBe(0);
    return { pages: [...changes.pages], lookedAt: lookedAt && [...lookedAt] };
  };
  return {
    memory,
    known,
    write: (...addresses: readonly number[]): void => {
      const bytes = new Uint8Array(memory.buffer);
      for (const address of addresses) bytes[address]++;
    },
    look: () => told(known.look()),
    lookNear: () => told(known.lookNear()),
    lookAt: (...pages: readonly number[]) => told(known.lookAt(pages)),
  };
}

it('a look tells the pages of 4 KiB that changed since the last one', () => {
  const { look, known, write } = memoryOf(16);
  write(0, 9 * PAGE + 4096, 9 * PAGE + 4097);
  expect(look()).toEqual({ pages: [0, 9 * 16 + 1], lookedAt: null });
  expect(look().pages).toEqual([]);
  expect(known.isSeenWhole).toBe(true);
});

it('a look near what is known sees its pages of 64 KiB, their neighbours, and whatever goes on behind them', () => {
  const { look, lookNear, write } = memoryOf(16);
  write(4 * PAGE);
  look();
  expect(lookNear().lookedAt).toEqual([3, 4, 5]);
  write(3 * PAGE, 5 * PAGE, 6 * PAGE, 7 * PAGE, 10 * PAGE);
  expect(lookNear()).toEqual({ pages: [3 * 16, 5 * 16, 6 * 16, 7 * 16], lookedAt: [3, 4, 5, 6, 7, 8] });
  // What lies further away is seen by the next look at everything.
  expect(lookNear().pages).toEqual([]);
  expect(look().pages).toEqual([10 * 16]);
  expect(lookNear().lookedAt).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it('a look near what is known sees where an address may point, too', () => {
  const { known, look, lookNear, write } = memoryOf(16);
  look();
  known.mayWrite([9 * PAGE + 7, 1.5, 'text', -1, 5n * BigInt(PAGE), String(12 * PAGE), 2n ** 40n]);
  write(9 * PAGE + 7, 14 * PAGE, 5 * PAGE, 12 * PAGE);
  expect(lookNear().pages).toEqual([5 * 16, 9 * 16, 12 * 16]);
});

it('a look near what is known sees the same where much of it is known, page by page and byte by byte', () => {
  const { memory, look, lookNear, write } = memoryOf(3);
  const pagesOf = (...pages: readonly number[]): number[] => pages.map(page => PAGE + page * 4096);
  write(...pagesOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)); // most of the second page of 64 KiB
  look();
  expect(lookNear()).toEqual({ pages: [], lookedAt: [0, 1, 2] });
  write(...pagesOf(3, 9, 12)); // the last one was zero until now
  write(PAGE + 12 * 4096 + 1);
  expect(lookNear().pages).toEqual([16 + 3, 16 + 9, 16 + 12]);
  for (const value of [3, 2]) {
    new Uint8Array(memory.buffer)[PAGE + 9 * 4096] = value; // it was 2
    expect(lookNear().pages, `to ${value}`).toEqual([16 + 9]);
  }
  new Uint8Array(memory.buffer).fill(0, PAGE + 3 * 4096, PAGE + 4 * 4096);
  expect(lookNear().pages).toEqual([16 + 3]);
  expect([lookNear().pages, look().pages]).toEqual([[], []]);
});

it('what a look tells is not what the next one compares with', () => {
  const { known, look, lookNear, write } = memoryOf(2);
  for (let count = 1; count <= 2; count++) {
    write(5);
    known.look().changes.contents.fill(99); // who gets it may do with it what they like
    expect([lookNear().pages, look().pages]).toEqual([[], []]);
  }
});

it('a look at a memory that has grown sees all of it', () => {
  const { memory, look, lookNear, write } = memoryOf(2);
  look();
  memory.grow(8);
  write(9 * PAGE + 5);
  expect(lookNear()).toEqual({ pages: [9 * 16], lookedAt: null });
});

it('a look at single pages sees these, where they are in memory', () => {
  const { look, lookAt, write } = memoryOf(2);
  write(0, 4096, 3 * 4096);
  expect(lookAt(1, 3, 4, 31, 32, 1000)).toEqual({ pages: [1, 3], lookedAt: null });
  expect(lookAt(1, 3).pages).toEqual([]);
  expect(look().pages).toEqual([0]);
});

describe('of a memory larger than 64 MiB', () => {
  const FAR = 200 * MEBIBYTE;

  it('a look sees the first 64 MiB, what is known, and where somebody may have written', () => {
    const { known, look, lookNear, write } = memoryOf(256 * 16);
    expect(known.isSeenWhole).toBe(false);
    write(64 * MEBIBYTE - 1, FAR, FAR + 3 * PAGE);
    expect(look()).toEqual({
      pages: [(64 * MEBIBYTE) / 4096 - 1],
      lookedAt: [...Array.from({ length: 1024 }, (_, page) => page), 1024],
    });
    known.mayWrite([FAR + 100]);
    expect(look().pages).toEqual([FAR / 4096]);
    expect(lookNear().lookedAt).toEqual([1022, 1023, 1024, 3199, 3200, 3201]);
    write(FAR + 2 * PAGE); // behind what was just looked at: a page that changed leads to the one behind it
    write(FAR + PAGE);
    expect(lookNear().pages).toEqual([FAR / 4096 + 16, FAR / 4096 + 32, FAR / 4096 + 48]);
  });

  it('a look reads no other page', () => {
    const { known, look, lookNear, lookAt, write } = memoryOf(65_536); // 4 GiB
    const before = process.memoryUsage().rss;
    known.mayWrite([FAR]);
    write(FAR, 0xffff_f000);
    expect([look().pages, lookNear().pages, lookAt(0xf_ffff).pages]).toEqual([[FAR / 4096], [], [0xf_ffff]]);
    // It reads 64 MiB; twice of that is far below what there is.
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MEBIBYTE);
  });
});
