// When bytes stood anywhere in memory: the first and the last step of the recorded history, by going over its writes page by page.
import type { StandingAnswer, StandingQuestion, StoodAt } from '../protocol/search.ts';
import { address, SHOWN_PAGE_BYTES, step } from '../protocol/units.ts';
import type { RowCursor } from './history/pageBlock.ts';
import type { PageHistory } from './history/pageHistory.ts';
import type { RecordingStore } from './recordingStore.ts';
import { matchesIn, type Pattern, patternOf } from './search.ts';
import { type HasTime, timeSlice } from './timeSlice.ts';

/**
 * Answers a part of the question: first the pages as they were at the first and at the last step, which mostly tells all, then their writes.
 * Matches belong to the page that they begin in; none is longer than a page.
 * An answer has at least one page of the ends, or the writes of one step.
 * @param hasTime asked behind each page, and behind each step of one
 * @throws RangeError with a sentence for the user where the query stands for no bytes
 */
export const standing = (
  store: RecordingStore,
  question: StandingQuestion,
  hasTime: HasTime = timeSlice(),
): StandingAnswer => new Standing(store, patternOf(question.query), question).answer(hasTime);

/** A page and so much of the next one as matches may reach into. */
interface Window {
  readonly bytes: Uint8Array;
  /** Bytes of it that memory has. */
  end: number;
}

/** Something that changes a window. */
interface WindowChange {
  readonly at: number;
  /** Offsets of the bytes that may be others since. */
  readonly start: number;
  readonly end: number;
  readonly apply: (window: Window) => void;
}

/** A step, and where in the window matches may be others since: it may write to both of its pages. */
interface ChangingStep {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

class Standing {
  private readonly firstStep: number;
  private readonly length: number;
  /** By each byte whether it is among those that are searched for. */
  private readonly parts = new Uint8Array(256);
  private first: StoodAt | null = null;
  private last: StoodAt | null = null;
  /** Known already: what does not come before the one, or behind the other, is of no interest. */
  private firstKnown: number;
  private lastKnown: number;

  constructor(
    private readonly store: RecordingStore,
    private readonly pattern: Pattern,
    private readonly question: StandingQuestion,
  ) {
    this.firstStep = store.firstStep;
    this.length = pattern.bytes.length;
    pattern.bytes.forEach((byte, i) => {
      if (pattern.mask[i] === 0) this.parts.fill(1);
      else this.parts[byte] = 1;
    });
    this.firstKnown = question.first ?? Number.POSITIVE_INFINITY;
    this.lastKnown = question.last ?? -1;
  }

  answer(hasTime: HasTime): StandingAnswer {
    const { page: from, phase, after } = this.question;
    const isAtEnds = phase === 'ends';
    if (isAtEnds && from === 0) this.lookBesidePages();
    const pages = this.pages();
    let at = pages.findIndex(page => page >= from);
    if (at < 0) at = pages.length;
    /** Of the page that is next, the last step that was gone over. */
    let reached: number | null = null;
    for (let isFirst = true; at < pages.length && !this.isKnown && (isFirst || hasTime()); isFirst = false) {
      const begin = pages[at] === from && after !== null ? Math.max(after, this.firstStep) : this.firstStep;
      if (isAtEnds) this.lookAtEnds(pages[at]);
      else reached = this.goOverWrites(pages[at], begin, hasTime);
      if (reached !== null) break;
      at++;
    }
    const share = this.share(pages.length, at, reached);
    // The ends take a small part of the time.
    const done = isAtEnds ? share / 10 : 0.1 + (share * 9) / 10;
    const { first, last, length } = this;
    return { first, last, firstStep: step(this.firstStep), length, next: this.next(pages, at, reached), done };
  }

  /** How many of the pages were gone over; of the last one, how much of history. */
  private share(pages: number, at: number, reached: number | null): number {
    if (pages === 0) return 1;
    const history = Math.max(1, this.question.upTo - this.firstStep);
    return (at + (reached === null ? 0 : (reached - this.firstStep) / history)) / pages;
  }

  private next(pages: readonly number[], at: number, reached: number | null): StandingAnswer['next'] {
    const { phase } = this.question;
    if (this.isKnown) return null;
    if (at < pages.length) return { phase, page: pages[at], after: reached === null ? null : step(reached) };
    return phase === 'ends' && pages.length > 0 ? { phase: 'writes', page: 0, after: null } : null;
  }

  /** Ascending: those that were written, and those before them from which matches that begin with zeros may reach into them. */
  private pages(): number[] {
    const { pages } = this.store;
    const beginsWithZero = this.length > 1 && (this.pattern.mask[0] === 0 || this.pattern.bytes[0] === 0);
    const all = new Set(pages.keys());
    if (beginsWithZero) for (const page of pages.keys()) if (page > 0) all.add(page - 1);
    return [...all].sort((a, b) => a - b);
  }

  /** There is nothing before the first step, and nothing behind the last one. */
  private get isKnown(): boolean {
    return this.firstKnown <= this.firstStep && this.lastKnown >= this.question.upTo;
  }

  private stood(at: number, where: number): void {
    const found = { step: step(at), address: address(where) };
    if (at < this.firstKnown) {
      this.firstKnown = at;
      this.first = found;
    }
    if (at > this.lastKnown) {
      this.lastKnown = at;
      this.last = found;
    }
  }

  /** Zeros stand in each page that nobody ever wrote to, from the growth on that made it. */
  private lookBesidePages(): void {
    const { firstStep, pattern, question, store } = this;
    if (pattern.bytes.some((byte, i) => pattern.mask[i] !== 0 && byte !== 0)) return;
    for (const [at, size] of store.sizes.since(firstStep)) {
      if (at > question.upTo) return;
      let page = 0;
      while (store.pages.has(page)) page++;
      if ((page + 1) * SHOWN_PAGE_BYTES > size) continue;
      this.stood(Math.max(at, firstStep), page * SHOWN_PAGE_BYTES);
      this.stood(question.upTo, page * SHOWN_PAGE_BYTES);
      return;
    }
  }

  private lookAtEnds(page: number): void {
    for (const at of [this.firstStep, this.question.upTo]) {
      const [found] = this.matches(this.windowAt(page, at), 0, SHOWN_PAGE_BYTES);
      if (found !== undefined) this.stood(at, page * SHOWN_PAGE_BYTES + found);
    }
  }

  /**
   * Where all that stands at the ends is known.
   * @param after up to this step writes were gone over
   * @returns the step up to which they are now; null where that is all of them
   */
  private goOverWrites(page: number, after: number, hasTime: HasTime): number | null {
    const { length } = this;
    const { upTo } = this.question;
    const begin = page * SHOWN_PAGE_BYTES;
    const window = this.windowAt(page, after);
    let standing = this.matches(window, 0, SHOWN_PAGE_BYTES);
    const endStep = ({ at, low, high }: ChangingStep): void => {
      const here = this.matches(window, low, high);
      const isHere = new Set(here);
      const isNear = (each: number): boolean => each >= low && each < high;
      for (const each of standing) if (isNear(each) && !isHere.has(each)) this.stood(at - 1, begin + each);
      if (here.length > 0) this.stood(at, begin + here[0]);
      if (here.length > 0 || standing.some(isNear)) standing = [...standing.filter(each => !isNear(each)), ...here];
    };
    let changing: ChangingStep | null = null;
    /** What was written may be a part of a match: mostly it is not. */
    let isOfInterest = false;
    for (const { at, start, end, apply } of this.changes(page, after)) {
      // What comes behind the first one is of no interest where the last one is known.
      if (at > upTo || (at >= this.firstKnown && this.lastKnown >= upTo)) break;
      if (changing && changing.at !== at) {
        if (isOfInterest) endStep(changing);
        if (!hasTime()) return changing.at;
        isOfInterest = standing.length > 0;
      }
      const before: ChangingStep = changing?.at === at ? changing : { at, low: SHOWN_PAGE_BYTES, high: 0 };
      const low = Math.min(before.low, Math.max(0, start - length + 1));
      changing = { at, low, high: Math.max(before.high, Math.min(SHOWN_PAGE_BYTES, end)) };
      apply(window);
      isOfInterest ||= standing.length > 0 || this.hasPart(window.bytes, start, end);
    }
    if (changing && isOfInterest) endStep(changing);
    return null;
  }

  /** Whether one of some bytes is among those that are searched for. */
  private hasPart(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.parts[bytes[i]] !== 0) return true;
    return false;
  }

  /** What changes the window of a page after a step, in the order of the steps. */
  private *changes(page: number, after: number): Generator<WindowChange> {
    const { length, store } = this;
    const { pages } = store;
    const sources: Iterator<WindowChange>[] = [
      this.growths(page, after),
      writesTo(pages.get(page), after, 0, SHOWN_PAGE_BYTES),
      writesTo(pages.get(page + 1), after, SHOWN_PAGE_BYTES, length - 1),
    ];
    const heads = sources.map(source => source.next());
    for (;;) {
      let earliest = -1;
      let at = Number.POSITIVE_INFINITY;
      heads.forEach((head, source) => {
        if (head.done || head.value.at >= at) return;
        earliest = source;
        at = head.value.at;
      });
      const head = heads[earliest];
      if (!head || head.done) return;
      yield head.value;
      heads[earliest] = sources[earliest].next();
    }
  }

  /** Growths after a step by which memory gets the page, or the next one. */
  private *growths(page: number, after: number): Generator<WindowChange> {
    const begin = page * SHOWN_PAGE_BYTES;
    for (const [at, size] of this.store.sizes.since(this.firstStep)) {
      if (at <= after || size <= begin) continue;
      const end = Math.min(size - begin, SHOWN_PAGE_BYTES + this.length - 1);
      const apply = (window: Window): void => {
        window.end = end;
      };
      yield { at, start: 0, end, apply };
      if (size >= begin + 2 * SHOWN_PAGE_BYTES) return;
    }
  }

  private windowAt(page: number, at: number): Window {
    const { length, store } = this;
    const bytes = new Uint8Array(SHOWN_PAGE_BYTES + length - 1);
    const own = store.pages.get(page)?.imageAt(at).contents;
    if (own) bytes.set(own);
    const next = length > 1 ? store.pages.get(page + 1)?.imageAt(at).contents : undefined;
    if (next) bytes.set(next.subarray(0, length - 1), SHOWN_PAGE_BYTES);
    const size = store.sizes.at(at);
    return { bytes, end: Math.min(bytes.length, Math.max(0, size - page * SHOWN_PAGE_BYTES)) };
  }

  /** Offsets from `low` to `high` (exclusive) at which matches begin. */
  private matches({ bytes, end }: Window, low: number, high: number): number[] {
    if (high <= low) return [];
    const part = bytes.subarray(low, Math.min(end, high + this.length - 1));
    return matchesIn(part, high - low, this.pattern).map(at => low + at);
  }
}

/** Writes to the first `limit` bytes of a page, which are in the window from an offset on. */
function* writesTo(
  history: PageHistory | undefined,
  after: number,
  offset: number,
  limit: number,
): Generator<WindowChange> {
  const next = limit > 0 ? history?.rows(after) : undefined;
  for (let row = next?.(); row; row = next?.()) {
    if (row.offset >= limit) continue;
    const written: RowCursor = row;
    const end = Math.min(limit, row.offset + row.length);
    const apply = ({ bytes }: Window): void => written.writeTo(bytes, offset, end);
    yield { at: row.step, start: offset + row.offset, end: offset + end, apply };
  }
}
