// Bytes whose value after a call is not the one before, against full copies of memory.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zlibCodec } from '../../../../src/platform/codec.ts';
import { Accessors } from '../../../../src/recording/history/accessors.ts';
import { BlockCache } from '../../../../src/recording/history/blockCache.ts';
import { ChangedBytes } from '../../../../src/recording/history/changedBytes.ts';
import { newPageContext, PageHistory } from '../../../../src/recording/history/pageHistory.ts';
import { PageImage } from '../../../../src/recording/history/pageImage.ts';
import { check } from '../../support/property.ts';

const PAGE = 4096;
const PAGES = 5;
const OWNER = 4;
const SITE = 1;

/**
 * Pages of memory, and who counts what calls change there.
 * @param plainLimit bytes of copies that are not packed; the usual limit where it is not given
 */
function memoryOf(plainLimit?: number) {
  const accessors = new Accessors();
  const codec = { ...zlibCodec };
  let packed = 0;
  codec.pack = bytes => {
    packed++;
    return zlibCodec.pack(bytes);
  };
  const cache = new BlockCache(zlibCodec, 0);
  const context = newPageContext(zlibCodec, accessors, cache);
  const memory = new Uint8Array(PAGES * PAGE);
  // The first page was never written; the others hold what does not deflate to nothing.
  const pages = Array.from({ length: PAGES }, (_, page) => {
    if (page === 0) return new PageHistory(context, page, null);
    const contents = Uint8Array.from({ length: PAGE }, (_, i) => (i * i * (page + 3)) >> 4);
    memory.set(contents, page * PAGE);
    return new PageHistory(context, page, PageImage.initial(contents));
  });
  const changed = new ChangedBytes(codec, plainLimit);
  let step = 0;
  return {
    begin: (thread = 0) => changed.begin(thread),
    end: (thread = 0) => changed.end(thread),
    write(at: number, ...bytes: readonly number[]): void {
      const [page, offset] = [Math.floor(at / PAGE), at % PAGE];
      changed.writing(pages[page], offset, offset + bytes.length);
      const accessor = accessors.number(OWNER, SITE, bytes.length, false);
      pages[page].write(++step, accessor, OWNER, offset, bytes.length, Uint8Array.from(bytes), 0, false);
      memory.set(bytes, at);
    },
    memory,
    get packed() {
      return packed;
    },
  };
}

type Happening =
  | { readonly kind: 'begin' | 'end'; readonly thread: number }
  | { readonly kind: 'write'; readonly at: number; readonly value: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('begin' as const, 'end' as const), thread: fc.nat(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      // Few places and values: much is written again, and put back.
      at: fc.tuple(fc.nat(PAGES - 1), fc.constantFrom(0, 1, 4095)).map(([page, offset]) => page * PAGE + offset),
      value: fc.constantFrom(0, 0, 7),
    }),
  },
);

describe('the bytes that a call changed', () => {
  it('are those that differ from a copy of memory at its beginning, whoever wrote them', () => {
    const limits = fc.constantFrom(undefined, 0, PAGE, 2 * PAGE);
    check([limits, fc.array(happening, { maxLength: 40 })], 150, (limit, all) => {
      const { memory, begin, end, write } = memoryOf(limit);
      const open: Record<number, Uint8Array[]> = { 0: [], 1: [] };
      for (const one of all) {
        if (one.kind === 'write') write(one.at, one.value);
        else if (one.kind === 'begin') {
          begin(one.thread);
          open[one.thread].push(memory.slice());
        } else {
          const before = open[one.thread].pop();
          if (before) expect(end(one.thread)).toBe(memory.filter((byte, at) => byte !== before[at]).length);
        }
      }
    });
  });

  it('in a call that it has made count for both, and are none where they were put back', () => {
    const { begin, end, write } = memoryOf();
    begin();
    write(10, 1, 2, 3);
    begin();
    write(11, 9);
    write(5000, 255, 255);
    begin(); // which changes nothing
    expect(end()).toBe(0);
    expect(end()).toBe(3);
    write(11, 0); // what it was before the outer call
    expect(end()).toBe(2 + 2);
  });

  it('are counted for calls of two threads that overlap', () => {
    const { begin, end, write } = memoryOf();
    begin(0);
    write(0, 1);
    begin(1);
    write(1, 1);
    expect(end(0)).toBe(2);
    write(2, 1);
    expect(end(1)).toBe(2);
  });

  it('need no packed copies of calls that have ended, however long the call goes on that they were made in', () => {
    const memory = memoryOf(2 * PAGE); // one for the call around, one for the call in it
    memory.begin();
    memory.write(PAGE, 1);
    for (let i = 0; i < 10; i++) {
      memory.begin();
      memory.write(PAGE, 2 + i);
      expect(memory.end()).toBe(1);
    }
    expect(memory.end()).toBe(1);
    expect(memory.packed).toBe(0);
  });

  it('are the same where copies are packed; pages that were zero need none', () => {
    const memory = memoryOf(PAGE);
    memory.begin();
    for (let page = 0; page < PAGES; page++) memory.write(page * PAGE + 8, 251, 252, 253);
    expect(memory.packed).toBe(3); // of the four that were not zero, one is kept as it is
    expect(memory.end()).toBe(3 * PAGES);
    // The copies of the call before are gone.
    memory.begin();
    memory.write(PAGE, 250);
    expect(memory.packed).toBe(3);
    expect(memory.end()).toBe(1);
  });
});
