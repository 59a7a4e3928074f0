// Which bytes of memory differ between two steps.
import {
  type BegunRange,
  type DifferingFrom,
  type DifferingPart,
  type DifferingRange,
  type NearestDifference,
  type PageDifference,
  TOLD_DIFFERENCE,
} from '../protocol/access.ts';
import { type Address, address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step } from '../protocol/units.ts';
import type { WriteAccess } from './access.ts';
import type { RecordingReader } from './recordingReader.ts';
import { type HasTime, timeSlice } from './timeSlice.ts';

export interface TwoSteps {
  /** The one that is looked at. */
  readonly at: Step;
  readonly since: Step;
}

/** A page takes some 0.1 ms to compare. */
const PAGES_BETWEEN_LOOKS = 16;

/** Pages that are looked at for the end of the nearest range: 4 MiB. */
const PAGES_OF_NEAREST = 1024;

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

/**
 * @param from only what begins behind it is looked for (going back: before it); null for all of memory
 * @param hasTime asked behind each page that was written at some time
 */
export function nearestDifference(
  reader: Reader,
  steps: TwoSteps,
  from: Address | null,
  direction: 'next' | 'previous',
  hasTime: HasTime = timeSlice(PAGES_BETWEEN_LOOKS),
): NearestDifference {
  const pages = pagesAt(reader, steps.at);
  const forward = direction === 'next';
  const isWanted = (start: number): boolean => from === null || (forward ? start > from : start < from);
  const begin = from === null ? (forward ? 0 : pages - 1) : Math.min(pages - 1, Math.floor(from / SHOWN_PAGE_BYTES));
  for (let page = begin; page >= 0 && page < pages; page += forward ? 1 : -1) {
    const start = page * SHOWN_PAGE_BYTES;
    if (reader.isUntouched(start, start + SHOWN_PAGE_BYTES)) continue;
    const starts = beginnings(reader, steps, page).filter(isWanted);
    const found = forward ? starts[0] : starts.at(-1);
    if (found !== undefined) return { found: rangeFrom(reader, steps, found, pages), next: null };
    const isLast = forward ? page === pages - 1 : page === 0;
    if (!isLast && !hasTime()) return { found: null, next: address(forward ? start + SHOWN_PAGE_BYTES - 1 : start) };
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

function rangeFrom(reader: Reader, steps: TwoSteps, start: number, pages: number) {
  const first = Math.floor(start / SHOWN_PAGE_BYTES);
  const runs = runsOf(reader, steps, first);
  let end = first * SHOWN_PAGE_BYTES + (runs[runs.indexOf(start % SHOWN_PAGE_BYTES) + 1] ?? 0);
  const most = Math.min(pages, first + PAGES_OF_NEAREST);
  for (let page = first + 1; page < most && end === page * SHOWN_PAGE_BYTES; page++) {
    const [from, to] = runsOf(reader, steps, page);
    if (from === 0) end += to;
  }
  return { address: address(start), length: end - start };
}

type RangeReader = Reader & Pick<RecordingReader, 'bytes' | 'lastStepTo' | 'accesses'>;

/** What differs, without the writes in words. */
export interface FoundRange extends Omit<DifferingRange, 'last'> {
  readonly last: WriteAccess | null;
}

/** Puts the runs of one page after the other together. */
class Ranges {
  readonly found: BegunRange[] = [];
  private skip: number;
  /** What goes on from the page before; `untold`: it is none of those that are asked for. */
  private current: BegunRange | 'untold' | null;

  constructor(
    { skip, begun }: DifferingFrom,
    goesOn: boolean,
    private readonly count: number,
  ) {
    this.skip = skip;
    this.current = begun ?? (goesOn ? 'untold' : null);
  }

  get areAll(): boolean {
    return this.found.length >= this.count;
  }

  /** @param lastWrite the step of the last write to some bytes */
  take(page: number, runs: readonly number[], lastWrite: (start: Address, length: number) => number): void {
    if (runs[0] !== 0) this.end();
    for (let i = 0; i < runs.length && !this.areAll; i += 2) {
      const start = address(page * SHOWN_PAGE_BYTES + runs[i]);
      const length = runs[i + 1] - runs[i];
      const current = this.current ?? this.begin(start);
      if (current === 'untold') this.current = current;
      else {
        const last = Math.max(current.last, lastWrite(start, length));
        this.current = { address: current.address, length: current.length + length, last };
      }
      if (runs[i + 1] < SHOWN_PAGE_BYTES) this.end();
    }
  }

  /** What went on goes on no more. */
  end(): void {
    if (this.current && this.current !== 'untold') this.found.push(this.current);
    this.current = null;
  }

  next(page: number): DifferingFrom {
    const { current, skip } = this;
    return { first: pageIndex(page), skip, begun: current === 'untold' ? null : current };
  }

  private begin(start: Address): BegunRange | 'untold' {
    if (this.skip === 0) return { address: start, length: 0, last: 0 };
    this.skip--;
    return 'untold';
  }
}

/**
 * Goes over the pages once, and no further than there is time: a range may be as long as memory.
 * @param hasTime asked behind each page
 */
export function differingRanges(
  reader: RangeReader,
  steps: TwoSteps,
  { count, ...from }: DifferingFrom & { readonly count: number },
  hasTime: HasTime = timeSlice(PAGES_BETWEEN_LOOKS),
): DifferingPart<FoundRange> {
  const pages = pagesAt(reader, steps.at);
  const [earlier, later] = steps.at < steps.since ? [steps.at, steps.since] : [steps.since, steps.at];
  const before = from.first > 0 && from.first < pages ? runsOf(reader, steps, from.first - 1) : [];
  const ranges = new Ranges(from, before.at(-1) === SHOWN_PAGE_BYTES, count);
  let page: number = from.first;
  for (; page < pages && !ranges.areAll && (page === from.first || hasTime()); page++)
    ranges.take(page, runsOf(reader, steps, page), (start, length) => reader.lastStepTo(later, start, length));
  const isEnd = page >= pages;
  if (isEnd) ranges.end();
  const found = ranges.found.map(({ last, ...range }) => ({
    ...range,
    before: toldBytes(reader, earlier, range),
    after: toldBytes(reader, later, range),
    last: last > 0 ? reader.accesses.write(last) : null,
  }));
  return { ranges: found, next: isEnd || ranges.areAll ? null : ranges.next(page) };
}

function toldBytes(reader: RangeReader, at: Step, { address: from, length }: { address: Address; length: number }) {
  const there = Math.max(0, Math.min(length, TOLD_DIFFERENCE, reader.memoryBytes(at) - from));
  return there === 0 ? new Uint8Array(0) : reader.bytes(at, from, there);
}
