import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageIndex } from '../../../src/protocol/units.ts';
import {
  changedPages,
  changedRanges,
  comparePages,
  countDifferentBytes,
  eachPage,
  isZeroPage,
} from '../../../src/wire/comparePages.ts';
import { check } from '../support/property.ts';

const PAGE = 4096;
const MEBIBYTE = 1 << 20;
/** A chunk and a bit: comparing byte by byte takes its time. */
const MEMORY = MEBIBYTE + 8 * PAGE;

type Writes = readonly (readonly [address: number, value: number])[];

/** Writes that meet: few addresses, around the ends of pages and of the chunks of 1 MiB, and few values. */
const addresses = [0, 1, PAGE - 1, PAGE, 5 * PAGE + 7, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + PAGE, MEMORY - 1];
const writes: fc.Arbitrary<Writes> = fc.array(
  fc.tuple(fc.oneof(fc.constantFrom(...addresses), fc.nat(MEMORY - 1)), fc.constantFrom(0, 0, 1, 255)),
  { maxLength: 12 },
);

function memoryWith(writes: Writes, base: Uint8Array = new Uint8Array(MEMORY)): Uint8Array {
  const memory = base.slice();
  for (const [address, value] of writes) memory[address] = value;
  return memory;
}

/** Pages that hold anything but zeros, found byte by byte. */
function pagesOf(memory: Uint8Array) {
  const known = new Map<ReturnType<typeof pageIndex>, Uint8Array>();
  for (const at of differences(new Uint8Array(memory.length), memory)) {
    const page = Math.floor(at / PAGE);
    known.set(pageIndex(page), memory.slice(page * PAGE, (page + 1) * PAGE));
  }
  return known;
}

/** Addresses at which two memories differ, found byte by byte. */
function differences(before: Uint8Array, after: Uint8Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) found.push(i);
  return found;
}

describe('comparePages', () => {
  it('finds exactly the pages with a byte that differs, and copies them', () => {
    check([writes, writes], 20, (first, second) => {
      const before = memoryWith(first);
      const after = memoryWith(second, before);
      const changes = comparePages(after, pagesOf(before));
      const differing = differences(before, after);
      expect([...changes.pages]).toEqual([...new Set(differing.map(at => Math.floor(at / PAGE)))]);
      let bytesDiffering = 0;
      for (const [page, bytes] of eachPage(changes)) {
        expect(Buffer.compare(bytes, after.subarray(page * PAGE, page * PAGE + PAGE))).toBe(0);
        bytesDiffering += countDifferentBytes(before.subarray(page * PAGE, page * PAGE + PAGE), bytes);
      }
      expect(bytesDiffering).toBe(differing.length);
    });
  });

  it('finds in a part of memory what it finds there in all of it', () => {
    const bounds = fc.tuple(fc.nat(264), fc.nat(264)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    check([writes, writes, bounds], 20, (first, second, [from, to]) => {
      const before = memoryWith(first);
      const after = memoryWith(second, before);
      const pages = changedPages(after, pagesOf(before), from * PAGE, to * PAGE);
      const differing = differences(before, after).map(at => Math.floor(at / PAGE));
      expect(pages).toEqual([...new Set(differing)].filter(page => page >= from && page < to));
    });
  });

  it('behind what is compared whole finds what changed where something was known, and reads nothing else', () => {
    const whole = fc.nat(264).map(pages => pages * PAGE);
    check([writes, writes, whole], 20, (first, second, wholeBytes) => {
      const before = memoryWith(first);
      const known = pagesOf(before);
      const after = memoryWith(second, before);
      const { pages } = comparePages(after, known, wholeBytes);
      const differing = differences(before, after).map(at => Math.floor(at / PAGE));
      const seen = [...new Set(differing)].filter(page => page * PAGE < wholeBytes || known.has(pageIndex(page)));
      expect([...pages].toSorted((a, b) => a - b)).toEqual(seen);
    });
  });

  it('gives copies: later writes do not reach them', () => {
    const memory = memoryWith([[3, 7]]);
    const { contents } = comparePages(memory, new Map());
    memory[3] = 8;
    expect(contents[3]).toBe(7);
  });

  it('finds a page that became zero in a stretch of zeros, wherever it begins to compare', () => {
    const before = memoryWith([[MEBIBYTE + 5, 1]]);
    expect([...comparePages(new Uint8Array(MEMORY), pagesOf(before)).pages]).toEqual([256]);
    expect(changedPages(new Uint8Array(MEMORY), pagesOf(before), PAGE, MEMORY)).toEqual([256]);
  });
});

describe('changedRanges', () => {
  it('agrees with a comparison byte by byte', () => {
    const page = writes.map(list =>
      memoryWith(
        list.map(([at, value]) => [at % PAGE, value] as const),
        new Uint8Array(PAGE),
      ),
    );
    check([fc.option(page), fc.option(page)], 200, (before, after) => {
      const ranges = changedRanges(before, after);
      const inRanges: number[] = [];
      for (let i = 0; i < ranges.length; i += 2) for (let at = ranges[i]; at < ranges[i + 1]; at++) inRanges.push(at);
      const zeros = new Uint8Array(PAGE);
      expect(inRanges).toEqual(differences(before ?? zeros, after ?? zeros));
      // Neighbouring ranges are one: each ends before the next begins.
      for (let i = 2; i < ranges.length; i += 2) expect(ranges[i]).toBeGreaterThan(ranges[i - 1]);
    });
  });

  it('closes a range at the end of the page', () => {
    const after = new Uint8Array(PAGE);
    after.fill(1, PAGE - 2);
    after[0] = 1;
    expect(changedRanges(null, after)).toEqual([0, 1, PAGE - 2, PAGE]);
    expect(changedRanges(after.fill(1), null)).toEqual([0, PAGE]);
  });
});

it('knows a page of zeros', () => {
  const page = new Uint8Array(PAGE);
  expect(isZeroPage(page)).toBe(true);
  page[PAGE - 1] = 1;
  expect(isZeroPage(page)).toBe(false);
});
