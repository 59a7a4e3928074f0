// Which bytes of memory differ between two steps.
import {
  type DifferingRange,
  type NearestDifference,
  type PageDifference,
  TOLD_DIFFERENCE,
} from '../protocol/access.ts';
import { type Address, address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step } from '../protocol/units.ts';
import type { WriteAccess } from './access.ts';
import type { RecordingReader } from './recordingReader.ts';

export interface TwoSteps {
  /** The one that is looked at. */
  readonly at: Step;
  readonly since: Step;
}

/** Pages that were written at some time and that one question compares: some 16 MiB. */
const LOOKED_AT = 4096;

type Reader = Pick<RecordingReader, 'view' | 'isUntouched' | 'memoryBytes'>;

const pagesAt = (reader: Reader, at: Step): number => Math.ceil(reader.memoryBytes(at) / SHOWN_PAGE_BYTES);

/** Runs of bytes that differ in a page, as flat pairs `start, end` of offsets. */
const runsOf = (reader: Reader, { at, since }: TwoSteps, page: number): readonly number[] =>
  reader.view(at, pageIndex(page), since).changed;

/** Whether the last run of a page goes on in the next one. */
const goesOn = (runs: readonly number[], next: readonly number[]): boolean =>
  next[0] === 0 && runs.at(-1) === SHOWN_PAGE_BYTES;

export function differingPages(reader: Reader, steps: TwoSteps, first: PageIndex, count: number): PageDifference[] {
  const end = Math.min(first + count, pagesAt(reader, steps.at));
  const pages: PageDifference[] = [];
  let before = first === 0 || first >= end ? [] : runsOf(reader, steps, first - 1);
  for (let page: number = first; page < end; page++) {
    const runs = runsOf(reader, steps, page);
    const bytes = runs.reduce((sum, edge, i) => sum + (i % 2 === 0 ? -edge : edge), 0);
    const ranges = runs.length / 2 - (goesOn(before, runs) ? 1 : 0);
    if (bytes > 0) pages.push({ page: pageIndex(page), bytes, ranges });
    before = runs;
  }
  return pages;
}

/** @param from only what begins behind it is looked for (going back: before it); null for all of memory */
export function nearestDifference(
  reader: Reader,
  steps: TwoSteps,
  from: Address | null,
  direction: 'next' | 'previous',
): NearestDifference {
  const pages = pagesAt(reader, steps.at);
  const forward = direction === 'next';
  const isWanted = (start: number): boolean => from === null || (forward ? start > from : start < from);
  const begin = from === null ? (forward ? 0 : pages - 1) : Math.min(pages - 1, Math.floor(from / SHOWN_PAGE_BYTES));
  let looked = 0;
  for (let page = begin; page >= 0 && page < pages; page += forward ? 1 : -1) {
    const start = page * SHOWN_PAGE_BYTES;
    if (reader.isUntouched(start, start + SHOWN_PAGE_BYTES)) continue;
    const starts = beginnings(reader, steps, page).filter(isWanted);
    const found = forward ? starts[0] : starts.at(-1);
    if (found !== undefined) return { found: rangeFrom(reader, steps, found, pages), next: null };
    const isLast = forward ? page === pages - 1 : page === 0;
    if (++looked === LOOKED_AT && !isLast)
      return { found: null, next: address(forward ? start + SHOWN_PAGE_BYTES - 1 : start) };
  }
  return { found: null, next: null };
}

/** Addresses in a page at which bytes that differ begin: what goes on from the page before began there. */
function beginnings(reader: Reader, steps: TwoSteps, page: number): number[] {
  const runs = runsOf(reader, steps, page);
  const starts = runs.filter((_, i) => i % 2 === 0);
  const isRest = runs[0] === 0 && page > 0 && goesOn(runsOf(reader, steps, page - 1), runs);
  return (isRest ? starts.slice(1) : starts).map(offset => page * SHOWN_PAGE_BYTES + offset);
}

/** @param most pages that are looked at for its end */
function rangeFrom(reader: Reader, steps: TwoSteps, start: number, pages: number, most = LOOKED_AT) {
  const first = Math.floor(start / SHOWN_PAGE_BYTES);
  const runs = runsOf(reader, steps, first);
  let end = first * SHOWN_PAGE_BYTES + (runs[runs.indexOf(start % SHOWN_PAGE_BYTES) + 1] ?? 0);
  for (let page = first + 1; page < pages && end === page * SHOWN_PAGE_BYTES && page < first + most; page++) {
    const [from, to] = runsOf(reader, steps, page);
    if (from === 0) end += to;
  }
  return { address: address(start), length: end - start };
}

type RangeReader = Reader & Pick<RecordingReader, 'bytes' | 'lastWrites'>;

/** What differs, without the writes in words. */
export interface FoundRange extends Omit<DifferingRange, 'last'> {
  readonly last: WriteAccess | null;
}

/** @param skip so many of the ranges that begin in the first page or behind it are left out */
export function differingRanges(
  reader: RangeReader,
  steps: TwoSteps,
  { first, skip, count }: { readonly first: PageIndex; readonly skip: number; readonly count: number },
): FoundRange[] {
  const pages = pagesAt(reader, steps.at);
  const starts: number[] = [];
  for (let page: number = first; page < pages && starts.length < skip + count; page++) {
    const start = page * SHOWN_PAGE_BYTES;
    if (!reader.isUntouched(start, start + SHOWN_PAGE_BYTES)) starts.push(...beginnings(reader, steps, page));
  }
  const ranges = starts.slice(skip, skip + count).map(start => rangeFrom(reader, steps, start, pages, pages));
  const [earlier, later] = steps.at < steps.since ? [steps.at, steps.since] : [steps.since, steps.at];
  const writes = reader.lastWrites(later, ranges);
  return ranges.map((range, index) => ({
    ...range,
    before: toldBytes(reader, earlier, range),
    after: toldBytes(reader, later, range),
    last: writes[index] ?? null,
  }));
}

function toldBytes(reader: RangeReader, at: Step, { address: from, length }: { address: Address; length: number }) {
  const there = Math.max(0, Math.min(length, TOLD_DIFFERENCE, reader.memoryBytes(at) - from));
  return there === 0 ? new Uint8Array(0) : reader.bytes(at, from, there);
}
