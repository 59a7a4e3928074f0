import { describe, expect, it } from 'vitest';
import { PartCopies } from '../../../src/wire/partCopies.ts';

const PART = 1024;
/** Parts of the memory's first 192 KiB. */
const PARTS = 192;

const over64: WebAssembly.MemoryDescriptor & { readonly address: 'i64' } = {
  address: 'i64',
  // Numbers of pages of a memory with 64-bit addresses are of 64 bits, which the types don't know.
  initial: 3n as unknown as number,
};

describe.each([
  ['a memory', { initial: 3 }],
  ['a shared memory', { initial: 3, maximum: 8, shared: true }],
  ['a memory with 64-bit addresses', over64],
] as const)('over %s', (_, descriptor) => {
  const make = () => {
    const memory = new WebAssembly.Memory(descriptor);
    return { memory, live: new Uint8Array(memory.buffer), copies: new PartCopies(memory, PART, PARTS) };
  };

  it('a part is like its copy, or like zeros, in every byte', () => {
    const { live, copies } = make();
    copies.take(1);
    for (let at = 0; at < 3 * PART; at++) {
      live[at] = 1;
      expect([0, 1, 2].map(part => copies.isSame(part))).toEqual([0, 1, 2].map(part => part !== Math.floor(at / PART)));
      live[at] = 0;
    }
  });

  it('copies of many parts stay what they are', () => {
    const { live, copies } = make();
    for (let part = PARTS - 1; part >= 0; part--) {
      live.fill(part, part * PART, (part + 1) * PART);
      copies.take(part);
    }
    live.fill(255);
    for (let part = 0; part < PARTS; part++) {
      expect(copies.isSame(part)).toBe(false);
      expect(copies.read(part)).toEqual(new Uint8Array(PART).fill(part));
    }
    live.fill(7, 7 * PART, 8 * PART);
    expect([6, 7, 8].map(part => copies.isSame(part))).toEqual([false, true, false]);
  });

  it('bytes that are put are in the copies alone', () => {
    const { live, copies } = make();
    const bytes = Uint8Array.from({ length: 2 * PART }, (_, i) => 1 + (i % 251));
    copies.put(PART + 1000, bytes);
    expect([0, 1, 2, 3, 4].map(part => copies.isSame(part))).toEqual([true, false, false, false, true]);
    live.set(bytes, PART + 1000);
    expect([0, 1, 2, 3, 4].map(part => copies.isSame(part))).toEqual([true, true, true, true, true]);
  });
});

it('a memory that has grown', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
  const copies = new PartCopies(memory, PART, 128);
  memory.grow(1);
  new Uint8Array(memory.buffer)[65_536] = 9;
  expect(copies.isSame(64)).toBe(false);
  copies.take(64);
  expect([copies.isSame(64), copies.read(64)[0]]).toEqual([true, 9]);
});
