// Finds what changed in linear memory since a known moment, by comparing pages of 4 KiB.
import { sameBytes } from '../platform/bytes.ts';
import type { PageChanges } from '../protocol/engine.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES } from '../protocol/units.ts';

/** Last known contents by page; a page that is missing is known to be zero. */
export type KnownPages = ReadonlyMap<PageIndex, Uint8Array>;

/** Untouched stretches of a memory are compared in chunks of this size (bytes, a multiple of the page size). */
const CHUNK_BYTES = 1 << 20;
const PAGES_PER_CHUNK = CHUNK_BYTES / SHOWN_PAGE_BYTES;
const ZEROS = new Uint8Array(CHUNK_BYTES);
export const ZERO_PAGE = ZEROS.subarray(0, SHOWN_PAGE_BYTES);

/** Whether a page holds zeros alone. */
export function isZeroPage(bytes: Uint8Array): boolean {
  return sameBytes(bytes, ZEROS.subarray(0, bytes.length));
}

/**
 * Of a larger memory, what lies behind so many bytes is read only where something is known to be: to read a page that nobody has
 * touched makes many systems allocate it (Linux and Windows do), 4 GB of a memory of 4 GiB.
 */
export const READ_WHOLE_BYTES = 64 * 2 ** 20;

/**
 * Compares a memory with what is known of it.
 * @param memory the memory's bytes now
 * @param known contents at the earlier moment
 * @param wholeBytes what lies below is compared whole, a multiple of 4096; what lies behind only where something is known
 */
export function comparePages(memory: Uint8Array, known: KnownPages, wholeBytes = READ_WHOLE_BYTES): PageChanges {
  const whole = Math.min(memory.length, wholeBytes);
  const knownInChunk = countByChunk(known);
  const changed: number[] = [];
  for (let start = 0, end = 0; start < whole; start = end) {
    const chunk = Math.floor(start / CHUNK_BYTES);
    end = Math.min((chunk + 1) * CHUNK_BYTES, whole);
    if (!knownInChunk.has(chunk) && isZeroPage(memory.subarray(start, end))) continue;
    for (const page of changedPages(memory, known, start, end)) changed.push(page);
  }
  for (const [page, before] of known) {
    const at = page * SHOWN_PAGE_BYTES;
    if (at >= whole && at < memory.length && isChanged(memory, page, before)) changed.push(page);
  }
  return copyPages(memory, changed);
}

/** Indices of the changed pages from one byte to another (exclusive), both multiples of 4096. */
export function changedPages(memory: Uint8Array, known: KnownPages, from: number, to: number): number[] {
  const changed: number[] = [];
  for (let page = from / SHOWN_PAGE_BYTES; page < to / SHOWN_PAGE_BYTES; page++)
    if (isChanged(memory, page, known.get(pageIndex(page)) ?? ZERO_PAGE)) changed.push(page);
  return changed;
}

function isChanged(memory: Uint8Array, page: number, before: Uint8Array): boolean {
  const at = page * SHOWN_PAGE_BYTES;
  return !sameBytes(memory.subarray(at, at + SHOWN_PAGE_BYTES), before);
}

function countByChunk(known: KnownPages): Set<number> {
  const chunks = new Set<number>();
  for (const page of known.keys()) chunks.add(Math.floor(page / PAGES_PER_CHUNK));
  return chunks;
}

/** These pages as they are in memory. */
export function copyPages(memory: Uint8Array, pages: readonly number[]): PageChanges {
  const contents = new Uint8Array(pages.length * SHOWN_PAGE_BYTES);
  pages.forEach((page, index) => {
    const start = page * SHOWN_PAGE_BYTES;
    contents.set(memory.subarray(start, start + SHOWN_PAGE_BYTES), index * SHOWN_PAGE_BYTES);
  });
  return { pages: Uint32Array.from(pages), contents };
}

/** The changed pages one by one; the bytes are views. */
export function* eachPage(changes: PageChanges): Generator<[PageIndex, Uint8Array]> {
  for (let i = 0; i < changes.pages.length; i++)
    yield [pageIndex(changes.pages[i]), changes.contents.subarray(i * SHOWN_PAGE_BYTES, (i + 1) * SHOWN_PAGE_BYTES)];
}

/** Ranges in which two pages differ, as flat pairs `start, end` (end exclusive); null stands for a page of zeros. */
export function changedRanges(before: Uint8Array | null, after: Uint8Array | null): number[] {
  const ranges: number[] = [];
  if (before === after) return ranges;
  const [a, b] = [before ?? ZERO_PAGE, after ?? ZERO_PAGE];
  const [wordsOfA, wordsOfB] = [wordsOf(a), wordsOf(b)];
  let start = -1;
  for (let word = 0; word < a.length / 4; word++) {
    const first = word * 4;
    if (wordsOfA[word] === wordsOfB[word]) {
      if (start >= 0) ranges.push(start, first);
      start = -1;
      continue;
    }
    for (let i = first; i < first + 4; i++) {
      const differs = a[i] !== b[i];
      if (differs && start < 0) start = i;
      else if (!differs && start >= 0) {
        ranges.push(start, i);
        start = -1;
      }
    }
  }
  if (start >= 0) ranges.push(start, a.length);
  return ranges;
}

/** A page four bytes at a time: it begins at a multiple of four. */
const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length / 4);

/**
 * Number of bytes in which two pages differ. A call may change hundreds of MiB.
 * @param start what lies outside `start` … `end` is known to be the same
 */
export function countDifferentBytes(
  before: Uint8Array,
  after: Uint8Array,
  start = 0,
  end: number = SHOWN_PAGE_BYTES,
): number {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let count = 0;
  for (let i = start >> 2; i < end / 4; i++) {
    const difference = a[i] ^ b[i];
    if (difference === 0) continue;
    if (difference & 0xff) count++;
    if (difference & 0xff00) count++;
    if (difference & 0xff0000) count++;
    if (difference & 0xff000000) count++;
  }
  return count;
}
