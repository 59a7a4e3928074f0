// Answers what memory held at a step, and who wrote it. Reads a recording while it grows, too.
import type { CallRecord, StepCall } from '../protocol/call.ts';
import { OWNER_CODE, ownerOf } from '../protocol/owner.ts';
import type { RecordedSpan } from '../protocol/run.ts';
import {
  type Address,
  address,
  type PageIndex,
  SHOWN_PAGE_BYTES,
  type Step,
  step,
  WASM_PAGE_BYTES,
} from '../protocol/units.ts';
import { changedRanges } from '../wire/comparePages.ts';
import type { Access, LastWriter, MadeBy, PageSummary, WriteAccess } from './access.ts';
import { CallQueries } from './callQueries.ts';
import { newestFirst, oldestFirst } from './history/newestFirst.ts';
import type { PageImage } from './history/pageImage.ts';
import { pagesOf } from './history/pagesOf.ts';
import type { CallSpan } from './history/toldCalls.ts';
import { LOOKED_AT, RecordedAccesses } from './recordedAccesses.ts';
import type { RecordingStore } from './recordingStore.ts';

/** Steps `after + 1` … `upTo`. */
export interface StepRange {
  readonly after: Step;
  readonly upTo: Step;
}

export interface ByteRange {
  readonly address: Address;
  readonly length: number;
}

/** The pages of more steps are not read from the timeline: that unpacks a chunk of it for 32,768 accesses. */
const MANY_STEPS = 2 ** 20;

/** Bytes, the moment up to which they are looked at, and whether loads are of interest. */
export interface TouchedRange {
  readonly upTo: Step;
  readonly from: Address;
  readonly length: number;
  readonly reads: boolean;
}

/** All queries throw a RangeError for a step that is not kept, and for an address outside memory at the step. */
export class RecordingReader {
  readonly accesses: RecordedAccesses;
  readonly trace: CallQueries;

  constructor(private readonly store: RecordingStore) {
    this.accesses = new RecordedAccesses(store, this);
    this.trace = new CallQueries(store, this);
  }

  get firstStep(): Step {
    return this.store.firstStep;
  }

  get lastStep(): Step {
    return this.store.lastStep;
  }

  /** What was dropped to keep the limit: steps, and accesses (steps among them). */
  get dropped(): { readonly steps: number; readonly accesses: number } {
    return { steps: this.store.firstStep, accesses: this.store.timeline.firstAccess };
  }

  get callCount(): number {
    return this.store.calls.count;
  }

  /** Size of the memory at a step, in bytes. */
  memoryBytes(at: Step): number {
    this.checkStep(at);
    return this.store.sizes.at(at);
  }

  /** A page at a step, for the caller to keep; null where nobody ever wrote it, so that all is zero. */
  image(at: Step, page: PageIndex): PageImage | null {
    this.checkRange(at, address(page * SHOWN_PAGE_BYTES), SHOWN_PAGE_BYTES);
    return this.store.pages.get(page)?.imageAt(at) ?? null;
  }

  /**
   * The same, and what of it changed since another step: bytes whose value differs, as flat pairs `start, end` of offsets (end
   * exclusive).
   */
  view(
    at: Step,
    page: PageIndex,
    since: Step,
  ): { readonly image: PageImage | null; readonly changed: readonly number[] } {
    this.checkStep(since);
    const image = this.image(at, page);
    const history = this.store.pages.get(page);
    if (!image || !history || since === at || history.lastStep <= Math.min(since, at)) return { image, changed: [] };
    return { image, changed: changedRanges(history.imageAt(since).contents, image.contents) };
  }

  /** Pages that the steps behind `after` up to `upTo` wrote, and maybe some more, ascending. */
  pagesWritten(after: Step, upTo: Step): number[] {
    this.checkStep(after);
    this.checkStep(upTo);
    const { pages, timeline } = this.store;
    // What many steps wrote is most of what was written at all.
    if (upTo - after > MANY_STEPS) {
      const written = [...pages].flatMap(([page, history]) => (history.lastStep > after ? page : []));
      return written.sort((a, b) => a - b);
    }
    const written = [...new Set(timeline.pagesOf(after + 1, upTo))];
    return written.filter(page => pages.has(page)).sort((a, b) => a - b);
  }

  /** A copy of `length` bytes at a step. */
  bytes(at: Step, from: Address, length: number): Uint8Array {
    this.checkRange(at, from, length);
    const bytes = new Uint8Array(length);
    for (const { page, start, end } of pagesOf(from, length)) {
      const contents = this.store.pages.get(page)?.imageAt(at).contents;
      if (contents) bytes.set(contents.subarray(start, end), page * SHOWN_PAGE_BYTES + start - from);
    }
    return bytes;
  }

  /** Whether nobody ever wrote to any of these bytes, so that all are zero at every step. */
  isUntouched(from: number, to: number): boolean {
    const last = Math.ceil(to / SHOWN_PAGE_BYTES);
    for (let page = Math.floor(from / SHOWN_PAGE_BYTES); page < last; page++)
      if (this.store.pages.has(page)) return false;
    return true;
  }

  /** Who wrote a byte last, seen from a step. */
  lastWriter(at: Step, of: Address): LastWriter {
    this.checkRange(at, of, 1);
    const history = this.store.pages.get(Math.floor(of / SHOWN_PAGE_BYTES));
    if (!history) return { kind: 'never' };
    const offset = of % SHOWN_PAGE_BYTES;
    const found = history.lastWrite(offset, offset + 1, at);
    if (found) return { kind: 'write', write: this.accesses.write(found.step) };
    const owner = ownerOf(history.baseOwner(offset));
    return owner.kind === 'never' || owner.kind === 'initial' ? { kind: owner.kind } : { kind: 'dropped', owner };
  }

  /** What made a byte part of memory, seen from a step. */
  madeBy(at: Step, of: Address): MadeBy {
    this.checkStep(at);
    const { sizes, inputs } = this.store;
    if (of >= sizes.at(at)) return { kind: 'outside' };
    if (of < sizes.at(this.firstStep)) return { kind: of < inputs.initialMemoryBytes ? 'initial' : 'dropped' };
    const grow = this.accesses.at(this.store.timeline.accessOfStep(this.stepReaching(of, this.firstStep, at)));
    if (grow.kind !== 'grow') throw new RangeError(`memory reaches ${of} by what is no growth`);
    return { kind: 'growth', grow };
  }

  /** The first step at which memory reaches beyond an address, of those behind `after` up to `upTo`, at which it does. */
  private stepReaching(beyond: number, after: number, upTo: number): number {
    let [below, reached] = [after, upTo];
    while (reached - below > 1) {
      const middle = Math.floor((below + reached) / 2);
      if (this.store.sizes.at(middle) > beyond) reached = middle;
      else below = middle;
    }
    return reached;
  }

  /** Steps that made some bytes of a range part of memory. */
  private *growthsOf(from: Address, length: number, { after, upTo }: StepRange): Generator<number> {
    const { sizes } = this.store;
    let last: number = after;
    while (sizes.at(last) < from + length) {
      const beyond = Math.max(sizes.at(last), from);
      if (sizes.at(upTo) <= beyond) return;
      last = this.stepReaching(beyond, last, upTo);
      yield last;
    }
  }

  /** The step of the last write to a range up to a step; 0 where none is kept. */
  lastStepTo(at: Step, from: Address, length: number): number {
    this.checkRange(at, from, length);
    let last = 0;
    for (const { page, start, end } of pagesOf(from, length))
      last = Math.max(last, this.store.pages.get(page)?.lastWrite(start, end, at)?.step ?? 0);
    return last;
  }

  /** Of each range the last write that touched it, seen from a step; null where none is kept. */
  lastWrites(at: Step, ranges: readonly ByteRange[]): (WriteAccess | null)[] {
    const steps = ranges.map(({ address: from, length }) => this.lastStepTo(at, from, length));
    // In the order of the steps, so that each chunk of the timeline is unpacked once.
    const writes = new Map<number, WriteAccess>();
    for (const found of [...new Set(steps)].sort((a, b) => a - b))
      if (found > 0) writes.set(found, this.accesses.write(found));
    return steps.map(found => writes.get(found) ?? null);
  }

  /** The write to an address before the one that a step shows; null where none is kept. */
  previousWrite(at: Step, of: Address): WriteAccess | null {
    const last = this.lastWriter(at, of);
    if (last.kind !== 'write' || last.write.step - 1 < this.firstStep) return null;
    const before = this.lastWriter(step(last.write.step - 1), of);
    return before.kind === 'write' ? before.write : null;
  }

  /** The first write to an address after a step; null where there is none. */
  nextWrite(at: Step, of: Address): WriteAccess | null {
    this.checkStep(at);
    this.checkRange(this.lastStep, of, 1);
    const offset = of % SHOWN_PAGE_BYTES;
    const found = this.store.pages.get(Math.floor(of / SHOWN_PAGE_BYTES))?.nextWrite(offset, offset + 1, at);
    return found ? this.accesses.write(found.step) : null;
  }

  /** All writes that touched a byte of a range, newest first; take as many as are needed. */
  *writesTo(from: Address, length: number, { after, upTo }: StepRange): Generator<WriteAccess> {
    this.checkStep(after);
    this.checkRange(upTo, from, length);
    for (const found of this.stepsTo(from, length, after, upTo)) yield this.accesses.write(found);
  }

  /** Writes behind a step that touched a byte of a range, oldest first; take as many as are needed. */
  *laterWritesTo(from: Address, length: number, after: Step): Generator<WriteAccess> {
    this.checkStep(after);
    this.checkRange(this.lastStep, from, length);
    const byPage: Iterator<{ readonly step: number }>[] = [];
    for (const { page, start, end } of pagesOf(from, length)) {
      const history = this.store.pages.get(page);
      if (history) byPage.push(history.writesForwards(start, end, after, this.lastStep));
    }
    for (const found of oldestFirst(byPage)) yield this.accesses.write(found);
  }

  /** OWNER_CODE of each that owned bytes of a range at a step, in the order of their first bytes. */
  ownersOf(at: Step, from: Address, length: number): number[] {
    const owners = new Set<number>();
    for (const { page, start, end } of pagesOf(from, length)) {
      const history = this.store.pages.get(page);
      if (!history) owners.add(OWNER_CODE.never);
      else for (const owner of history.imageAt(at).owners.subarray(start, end)) owners.add(owner);
    }
    return [...owners];
  }

  private stepsTo(from: Address, length: number, after: number, upTo: number): Generator<number> {
    const byPage: Iterator<{ readonly step: number }>[] = [];
    for (const { page, start, end } of pagesOf(from, length)) {
      const history = this.store.pages.get(page);
      if (history) byPage.push(history.writesBackwards(start, end, after, upTo));
    }
    return newestFirst(byPage);
  }

  /**
   * Accesses that touched a byte of a range up to a step, in their order: writes, growths that made some of them, and loads where they are
   * asked for and recorded.
   * @param first number of the access from which on to look: some {@link LOOKED_AT} are looked at
   * @param count how many to tell at most
   * @returns `next`: the access from which to go on; null at the end
   */
  accessesTo(
    { upTo, from, length, reads }: TouchedRange,
    first: number,
    count: number,
  ): { readonly accesses: Access[]; readonly next: number | null } {
    this.checkRange(upTo, from, length);
    const { timeline } = this.store;
    const kept = this.accesses.numbers(upTo);
    const begin = Math.max(first, kept.first);
    const end = Math.min(begin + LOOKED_AT, kept.end);
    if (begin >= end) return { accesses: [], next: null };
    const before = begin > kept.first ? timeline.stepOf(begin - 1) : this.firstStep;
    const last = step(timeline.stepOf(end - 1));
    const steps = [
      ...this.stepsTo(from, length, before, last),
      ...this.growthsOf(from, length, { after: step(before), upTo: last }),
    ];
    const numbers = steps.map(at => timeline.accessOfStep(at));
    if (reads) for (const load of timeline.loadsBackwards(from, from + length, begin, end)) numbers.push(load);
    numbers.sort((a, b) => a - b);
    const next = numbers[count] ?? end;
    const accesses = numbers.slice(0, count).map(access => this.accesses.at(access));
    return { accesses, next: next < kept.end ? next : null };
  }

  /** Steps and accesses of a call, from 0 on. */
  call(call: number): CallSpan {
    return this.store.calls.span(call, this.lastStep, this.store.timeline.accessCount);
  }

  /** The innermost call that made a step; null for step 0, for writes between two calls, and where the step was dropped. */
  callOfStep(at: Step): number | null {
    this.checkStep(at);
    return at <= this.firstStep ? null : this.accesses.ofStep(at).call;
  }

  /** What there is to be seen of the recording. */
  get span(): RecordedSpan {
    const { calls, firstStep, lastStep, sizes, inputs, timeline } = this.store;
    return {
      callCount: calls.endedCount,
      callsUnderWay: calls.runningCount,
      stepsBeside:
        this.store.knownBeside && this.store.knownBeside.count - this.store.knownBeside.firstAfter(firstStep),
      differences: calls.differences,
      loads: timeline.accessCount - lastStep,
      writers: calls.writers,
      firstCall: calls.firstKept(firstStep),
      lastCall: calls.lastEnded === 0 ? null : this.callRecord(calls.lastEnded),
      firstStep,
      lastStep,
      initialMemoryBytes: sizes.latest === 0 && calls.count === 0 ? null : inputs.initialMemoryBytes,
    };
  }

  firstAccessOf(call: number): number {
    const { calls, lastStep, timeline } = this.store;
    return calls.span(call, lastStep, timeline.accessCount).firstAccess;
  }

  /** A call that has begun, from 1 on. */
  callRecord(call: number): CallRecord {
    const { stepBefore, lastStep } = this.call(call);
    const { calls, sizes, tellsAccesses } = this.store;
    const [sizeBefore, memoryBytes] = [sizes.at(stepBefore), sizes.at(lastStep)];
    return {
      ...calls.told(call),
      stepBefore: step(stepBefore),
      step: step(lastStep),
      accesses: tellsAccesses ? this.accesses.countOf(call) : 0,
      memoryBytes,
      grownPages: (memoryBytes - sizeBefore) / WASM_PAGE_BYTES,
    };
  }

  /** Where among the calls a step lies. */
  stepCall(at: Step): StepCall {
    const call = this.callOfStep(at);
    return { call: call ? this.callRecord(call) : null, ...this.store.calls.endedAt(at) };
  }

  /**
   * Pages of memory with their owner and their writes at a step, for an overview.
   * @param from first page, `count` how many at most: a large memory is best asked for in parts
   */
  overview(at: Step, from: PageIndex, count: number): PageSummary[] {
    const end = Math.min(from + count, Math.ceil(this.memoryBytes(at) / SHOWN_PAGE_BYTES));
    const pages: PageSummary[] = [];
    for (let page: number = from; page < end; page++) {
      const history = this.store.pages.get(page);
      const owner = ownerOf(history ? history.dominantOwner(at) : OWNER_CODE.never);
      pages.push({ page, owner, writes: history?.countWrites(at) ?? 0 });
    }
    return pages;
  }

  checkStep(at: Step): void {
    if (!(at >= this.firstStep && at <= this.lastStep))
      throw new RangeError(`step ${at} is not kept: the recording has ${this.firstStep} … ${this.lastStep}`);
  }

  private checkRange(at: Step, from: Address, length: number): void {
    const size = this.memoryBytes(at);
    if (!(from >= 0 && length >= 0 && from + length <= size))
      throw new RangeError(`${length} bytes at ${from} do not lie in memory of ${size} bytes at step ${at}`);
  }
}
