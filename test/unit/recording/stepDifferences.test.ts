// Which bytes differ between two steps, with all ranges worked out by hand.
import { describe, expect, it } from 'vitest';
import type { DifferingFrom } from '../../../src/protocol/access.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { type Address, address, pageIndex, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import {
  differingPages,
  differingRanges,
  type FoundRange,
  nearestDifference,
  type TwoSteps,
} from '../../../src/recording/stepDifferences.ts';
import { newCall, outcome } from '../support/calls.ts';

type Asked = Omit<DifferingFrom, 'begun'> & { readonly count: number };

const PAGES = 40_000;
const store = new RecordingStore();
store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, PAGES * 4096);
store.beginCall(newCall());
const write = (at: number, ...bytes: number[]) =>
  store.write(OWNER_CODE.firstInstance, 1, at, bytes.length, Uint8Array.from(bytes));
write(0, 9); // step 1: the first byte
write(0x100, 1, 2, 3, 4); // 2
write(0x102, 7); // 3
write(0xffe, 5, 5, 5, 5); // 4: across two pages
write(0x100, 1, 2, 3, 4); // 5: as it was at step 2
write(PAGES * 4096 - 1, 1); // 6: the last byte
store.endCall(0, outcome(), null);
const reader = new RecordingReader(store);

const between = (since: number, at: number) => ({ at: step(at), since: step(since) });

/** All that differs, found one after the other, as `address+length`. */
function all(since: number, at: number, direction: 'next' | 'previous'): string[] {
  const ranges: string[] = [];
  let from: Address | null = null;
  for (;;) {
    const { found, next } = nearestDifference(reader, between(since, at), from, direction);
    if (found) ranges.push(`${found.address}+${found.length}`);
    from = found?.address ?? next;
    if (from === null) return ranges;
  }
}

describe('bytes that differ', () => {
  it.each([
    [0, 6, ['0+1', '256+4', '4094+4', `${PAGES * 4096 - 1}+1`]],
    [2, 3, ['258+1']],
    [2, 5, ['4094+4']], // what was written over and back is the same
    [5, 2, ['4094+4']], // seen from the earlier one, too
    [3, 3, []],
  ])('since step %i, at step %i: one after the other, either way', (since, at, ranges) => {
    expect(all(since, at, 'next')).toEqual(ranges);
    expect(all(since, at, 'previous')).toEqual(ranges.toReversed());
  });

  it('from the middle of some on: the next ones behind them, or where they begin', () => {
    const find = (from: number, direction: 'next' | 'previous') =>
      nearestDifference(reader, between(0, 6), address(from), direction).found?.address;
    expect([find(0x101, 'next'), find(0x101, 'previous')]).toEqual([4094, 0x100]);
    expect([find(4097, 'next'), find(4097, 'previous')]).toEqual([PAGES * 4096 - 1, 4094]);
  });

  it('are counted by pages, and only those that differ are told', () => {
    expect(differingPages(reader, between(0, 6), pageIndex(0), 10_000)).toEqual([
      { page: 0, bytes: 1 + 4 + 2, ranges: 3 },
      { page: 1, bytes: 2, ranges: 0 }, // they go on from the page before
    ]);
    expect(differingPages(reader, between(2, 5), pageIndex(1), 1)).toEqual([{ page: 1, bytes: 2, ranges: 0 }]);
    expect(differingPages(reader, between(0, 6), pageIndex(PAGES - 1), 5)).toEqual([
      { page: PAGES - 1, bytes: 1, ranges: 1 },
    ]);
  });
});

/** All ranges that are asked for, from as many answers as there are where each looks at so many pages. */
function inParts(of: RecordingReader, steps: TwoSteps, { first, skip, count }: Asked, pages = 1): FoundRange[] {
  const ranges: FoundRange[] = [];
  let from: DifferingFrom | null = { first, skip, begun: null };
  while (from) {
    let looked = 0;
    const part = differingRanges(of, steps, { ...from, count: count - ranges.length }, () => ++looked < pages);
    ranges.push(...part.ranges);
    from = part.next;
  }
  return ranges;
}

describe('ranges that differ', () => {
  const told = (since: number, at: number, first: number, skip: number, count: number) =>
    inParts(reader, between(since, at), { first: pageIndex(first), skip, count }).map(
      ({ address: start, length, before, after, last }) => [
        `${start}+${length}`,
        [...before].join(' '),
        [...after].join(' '),
        last?.step,
      ],
    );

  it('have what was there at the earlier step and at the later one, and who wrote it last by then', () => {
    const all = [
      ['0+1', '0', '9', 1],
      ['256+4', '0 0 0 0', '1 2 3 4', 5],
      ['4094+4', '0 0 0 0', '5 5 5 5', 4],
      [`${PAGES * 4096 - 1}+1`, '0', '1', 6],
    ];
    expect(told(0, 6, 0, 0, 10)).toEqual(all);
    expect(told(6, 0, 0, 0, 10)).toEqual(all); // seen from the earlier step
    expect(told(2, 3, 0, 0, 10)).toEqual([['258+1', '3', '7', 3]]);
  });

  it('are those behind the first ones that are left out, from the page on in which they begin', () => {
    expect(told(0, 6, 0, 1, 2).map(([range]) => range)).toEqual(['256+4', '4094+4']);
    expect(told(0, 6, 1, 0, 2).map(([range]) => range)).toEqual([`${PAGES * 4096 - 1}+1`]);
    expect(told(0, 6, 0, 4, 2)).toEqual([]);
  });

  it('tell sixteen bytes of a long one, and none that memory did not have yet', () => {
    const growing = new RecordingStore();
    growing.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
    growing.beginCall(newCall());
    growing.write(OWNER_CODE.firstInstance, 1, 8, 40, new Uint8Array(40).fill(3)); // step 1
    growing.grow(OWNER_CODE.firstInstance, 1, 1); // step 2
    growing.write(OWNER_CODE.firstInstance, 1, 65_536, 1, Uint8Array.of(4)); // step 3
    growing.endCall(0, outcome(), null);
    const ranges = inParts(new RecordingReader(growing), between(0, 3), { first: pageIndex(0), skip: 0, count: 9 });
    expect(ranges.map(({ length, before, after }) => [length, before.length, after.length])).toEqual([
      [40, 16, 16],
      [1, 0, 1],
    ]);
  });
});

describe('a range over many pages', () => {
  const long = new RecordingStore();
  long.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  long.beginCall(newCall());
  long.write(OWNER_CODE.firstInstance, 1, 0xfff, 0x5002, Uint8Array.of(7), 0, true); // step 1: 0xfff to 0x6000
  long.write(OWNER_CODE.firstInstance, 1, 0x3008, 1, Uint8Array.of(8)); // 2: in the middle of it
  long.write(OWNER_CODE.firstInstance, 1, 0x6002, 1, Uint8Array.of(9)); // 3: two bytes behind it
  long.endCall(0, outcome(), null);
  const longReader = new RecordingReader(long);
  const told = (first: number, skip: number, pages: number) =>
    inParts(longReader, between(0, 3), { first: pageIndex(first), skip, count: 9 }, pages).map(
      ({ address: start, length, last }) => [start, length, last?.step],
    );

  it.each([1, 2, 3, 100])('is one range, in answers over %i pages each', pages => {
    expect(told(0, 0, pages)).toEqual([
      [0xfff, 0x5002, 2],
      [0x6002, 1, 3],
    ]);
    expect(told(0, 1, pages)).toEqual([[0x6002, 1, 3]]); // the long one is left out
    expect(told(3, 0, pages)).toEqual([[0x6002, 1, 3]]); // it began before
    expect(told(3, 1, pages)).toEqual([]);
  });

  it('is told so far as an answer has come', () => {
    const from = { first: pageIndex(0), skip: 0, begun: null, count: 9 };
    const { ranges, next } = differingRanges(longReader, between(0, 3), from, () => false);
    expect([ranges, next]).toEqual([[], { first: 1, skip: 0, begun: { address: 0xfff, length: 1, last: 1 } }]);
  });
});

describe('of very many pages', () => {
  const wide = new RecordingStore();
  wide.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, PAGES * 4096);
  wide.beginCall(newCall());
  // Step 1 to 5000: a byte in each page; 5001 another one in the last.
  for (let page = 0; page < 5000; page++) wide.write(OWNER_CODE.firstInstance, 1, page * 4096, 1, Uint8Array.of(1));
  wide.write(OWNER_CODE.firstInstance, 1, 4999 * 4096, 1, Uint8Array.of(2));
  wide.endCall(0, outcome(), null);
  const steps = { at: step(5001), since: step(5000) };

  it('some are looked at, and the rest is to be asked for', () => {
    const many = new RecordingReader(wide);
    let looked = 0;
    const first = nearestDifference(many, steps, null, 'next', () => ++looked < 4096);
    expect(first).toEqual({ found: null, next: 4096 * 4096 - 1 }); // 4096 pages of 4096 bytes
    expect(nearestDifference(many, steps, first.next, 'next').found).toEqual({ address: 4999 * 4096, length: 1 });
  });
});

describe('pages behind the end of memory', () => {
  it('have no differences: at an earlier step there was less of it', () => {
    const small = new RecordingStore();
    small.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
    small.beginCall(newCall());
    small.grow(OWNER_CODE.firstInstance, 1, 1);
    small.write(OWNER_CODE.firstInstance, 1, 20 * 4096, 1, Uint8Array.of(7));
    small.endCall(0, outcome(), null);
    // 16 pages at step 0, 32 at step 2: seen from step 0 there is no page 20.
    expect(differingPages(new RecordingReader(small), between(2, 0), pageIndex(20), 8)).toEqual([]);
    expect(differingPages(new RecordingReader(small), between(0, 2), pageIndex(20), 8)).toEqual([
      { page: 20, bytes: 1, ranges: 1 },
    ]);
  });
});
