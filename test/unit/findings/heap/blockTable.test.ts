import { describe, expect, it } from 'vitest';
import { BlockTable, type HeapBlock } from '../../../../src/findings/heap/blockTable.ts';
import { HeapBits, PLANE } from '../../../../src/findings/heap/heapBits.ts';

/** A generator of numbers below a limit, the same each time (xorshift, Marsaglia 2003). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

describe('a table of blocks', () => {
  it('holds what a map does, through 50,000 changes', () => {
    const next = numbers(7);
    const table = new BlockTable();
    const map = new Map<number, HeapBlock>();
    for (let i = 0; i < 50_000; i++) {
      // Also the last address that a block of a byte can have.
      const address = next(50) === 0 ? 0xffff_fffe - next(2) : 8 * (1 + next(700));
      if (next(3) === 0) {
        table.delete(address);
        map.delete(address);
      } else {
        const block = { address, size: next(100), instance: next(3), made: i, freed: next(2) === 0 ? null : next(9) };
        table.set(block);
        map.set(address, block);
      }
      expect(table.get(address)).toEqual(map.get(address) ?? null);
    }
    expect(table.size).toBe(map.size);
    const byAddress = (a: HeapBlock, b: HeapBlock): number => a.address - b.address;
    expect([...table.values()].sort(byAddress)).toEqual([...map.values()].sort(byAddress));
  });

  it('has none at address 0, whatever was left', () => {
    for (const count of [40, 45, 90, 180, 350, 700, 1500]) {
      const table = new BlockTable();
      const addresses = Array.from({ length: count }, (_, i) => 8 * (i + 1));
      for (const address of addresses) table.set({ address, size: 8, instance: 0, made: 1, freed: null });
      for (const address of addresses) table.delete(address);
      table.delete(0);
      expect([table.get(0), table.size, [...table.values()]]).toEqual([null, 0, []]);
    }
  });
});

describe('bits of bytes', () => {
  it('are those of an array with an element for each byte', () => {
    const next = numbers(11);
    const bits = new HeapBits();
    const size = 3 * 4096;
    const naive = { live: new Uint8Array(size), own: new Uint8Array(size) };
    for (let i = 0; i < 4000; i++) {
      const start = next(size - 1);
      const length = next(Math.min(next(2) === 0 ? 12 : 5000, size - start));
      const plane = next(2) === 0 ? 'live' : 'own';
      const sets = next(3) > 0;
      if (sets) bits.set(PLANE[plane], start, length);
      else bits.clear(PLANE[plane], start, length);
      naive[plane].fill(sets ? 1 : 0, start, start + length);
      const from = next(size - 1);
      const span = next(size - from);
      const found = naive.own.subarray(from, from + span).indexOf(1);
      expect(bits.first(PLANE.own, from, span)).toBe(found < 0 ? null : from + found);
      const dead = naive.own.findIndex(
        (bit, at) => at >= from && at < from + span && bit === 1 && naive.live[at] === 0,
      );
      expect(bits.firstDead(PLANE.own, from, span)).toBe(dead < 0 ? null : dead);
      const last = naive.own.subarray(from, from + span).lastIndexOf(1);
      expect(bits.lastBefore(PLANE.own, from, from + span)).toBe(last < 0 ? null : from + last);
    }
  });

  it('are found at the end of 4 GiB', () => {
    const bits = new HeapBits();
    bits.set(PLANE.start, 0xffff_fff0, 16);
    expect([bits.first(PLANE.start, 0xffff_ff00, 256), bits.lastBefore(PLANE.start, 0xffff_0000, 2 ** 32)]).toEqual([
      0xffff_fff0, 0xffff_ffff,
    ]);
  });
});
