// What differs between two steps of a recording that was made up for tests: byte by byte, from what memory held at both.
import {
  type ChangedRanges,
  type DifferingPart,
  type LastChange,
  type NearestDifference,
  type PageDifference,
  TOLD_DIFFERENCE,
} from '../../src/protocol/access.ts';
import type { Params } from '../../src/protocol/queries.ts';
import { address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, step } from '../../src/protocol/units.ts';

/** Memory at all steps. */
export interface SteppedMemory {
  /** In bytes. */
  sizeAt(at: number): number;
  /** Some write was to the page. */
  isWritten(page: PageIndex): boolean;
  bytesAt(start: number, length: number, at: number): Uint8Array;
  lastChange(params: Params<'lastChange'>): LastChange;
}

/** Addresses of the bytes of a page that differ. */
function differing(memory: SteppedMemory, page: PageIndex, at: number, since: number): number[] {
  if (!memory.isWritten(page)) return [];
  const start = page * SHOWN_PAGE_BYTES;
  const [before, now] = [since, at].map(each => memory.bytesAt(start, SHOWN_PAGE_BYTES, each));
  return [...(now ?? [])].flatMap((byte, offset) => (byte === before?.[offset] ? [] : [start + offset]));
}

export function differingPages(
  memory: SteppedMemory,
  { step: at, since, first, count }: Params<'differingPages'>,
): PageDifference[] {
  return Array.from({ length: count }, (_, i) => pageIndex(first + i))
    .map(page => {
      const bytes = differing(memory, page, at, since);
      const before = page === 0 ? undefined : differing(memory, pageIndex(page - 1), at, since).at(-1);
      const ranges = bytes.filter((byte, i) => (i === 0 ? before : bytes[i - 1]) !== byte - 1).length;
      return { page, bytes: bytes.length, ranges };
    })
    .filter(({ bytes }) => bytes > 0);
}

export function changedRanges(
  memory: SteppedMemory,
  { step: at, since }: Pick<Params<'changedRanges'>, 'step' | 'since'>,
): ChangedRanges {
  const ranges: number[] = [];
  const pages = Math.ceil(memory.sizeAt(at) / SHOWN_PAGE_BYTES);
  for (let page = 0; page < pages; page++) {
    for (const byte of differing(memory, pageIndex(page), at, since)) {
      if (ranges.at(-1) === byte) ranges[ranges.length - 1] = byte + 1;
      else ranges.push(byte, byte + 1);
    }
  }
  return { ranges, isCut: false };
}

/** Flat pairs as ranges. */
function rangesOf(memory: SteppedMemory, steps: Pick<Params<'changedRanges'>, 'step' | 'since'>) {
  const { ranges } = changedRanges(memory, steps);
  return ranges.flatMap((start, i) => (i % 2 === 0 ? [{ start, length: (ranges[i + 1] ?? start) - start }] : []));
}

export function nearestDifference(
  memory: SteppedMemory,
  { from, direction, ...steps }: Params<'nearestDifference'>,
): NearestDifference {
  const ranges = rangesOf(memory, steps);
  const found =
    direction === 'next'
      ? ranges.find(({ start }) => start > (from ?? -1))
      : ranges.findLast(({ start }) => start < (from ?? 2 ** 32));
  return { found: found ? { address: address(found.start), length: found.length } : null, next: null };
}

export function differingRanges(
  memory: SteppedMemory,
  { first, skip, count, ...steps }: Params<'differingRanges'>,
): DifferingPart {
  const [earlier, later] = [Math.min(steps.step, steps.since), Math.max(steps.step, steps.since)];
  const ranges = rangesOf(memory, steps)
    .filter(({ start }) => start >= first * SHOWN_PAGE_BYTES)
    .slice(skip, skip + count)
    .map(({ start, length }) => {
      const change = memory.lastChange({ step: step(later), address: address(start) });
      const told = (at: number): Uint8Array => memory.bytesAt(start, Math.min(length, TOLD_DIFFERENCE), at);
      return {
        address: address(start),
        length,
        before: told(earlier),
        after: told(later),
        last: change.kind === 'write' ? change.write : null,
      };
    });
  return { ranges, next: null };
}
