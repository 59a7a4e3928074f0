// The calls of a run, which may be millions. Components read them through `Calls`, so that not all of them must be loaded.
import {
  type CallFilter,
  type CallGroup,
  type CallGroups,
  type CallRecord,
  type CallTimeline,
  type CallWindow,
  EVERY_CALL,
  isDifference,
  type StepCall,
} from '../../src/protocol/call.ts';
import type { Params } from '../../src/protocol/queries.ts';
import { messageOf } from '../../src/protocol/text.ts';
import type { Folding, TraceAnchor, TraceWindow } from '../../src/protocol/traceRow.ts';
import type { Step } from '../../src/protocol/units.ts';
import { Changing, type Watchable } from './changing.ts';
import { callsAmong, type TraceRows } from './traceRows.ts';

/** Calls in the order in which they were made. */
export interface CallRows {
  readonly count: number;
  /** The call at a position, from 0. Undefined where there is none, and while it is not loaded: then it is asked for. */
  at(position: number): CallRecord | undefined;
  /** How many of these calls were made before call `index`: its position, if it is one of them. Undefined while not known. */
  before(index: number): number | undefined;
}

/** All calls of a run; the position of a call is its index − 1. Changes when calls arrive. */
export interface Calls extends CallRows, Watchable {
  /** Where among the calls a step lies. Undefined while not known: then it is asked for. */
  atStep(step: Step): StepCall | undefined;
  filtered(filter: CallFilter): CallRows;
  /** Rows of the trace: the calls, and what happened beside them; all where there is no filter. With folding, one for each run of equal calls. */
  rows(filter: CallFilter | null, folding?: Folding): TraceRows;
  /** The calls that a filter lets through. Undefined while not known: then it is asked for. */
  matches(filter: CallFilter): CallRows | undefined;
  /** Calls by their functions. Undefined while not known: then it is asked for. */
  groups(params: Params<'callGroups'>): CallGroups | undefined;
  /** What calls did together. Undefined while not known: then it is asked for. */
  totals(filter: CallFilter): CallGroup | undefined;
  /** Calls along an axis. Undefined while not known: then it is asked for. */
  timeline(params: Params<'callTimeline'>): CallTimeline | undefined;
  /** When a call under way began, as `performance.now()` has it, as far as that is known. */
  runningSince(call: number): number | undefined;
  /**
   * A choice of calls for a drawing where calls are closer together than pixels. It divides all calls evenly into `columns`
   * columns, and has of each instance the first call of each column; after those, the first call in trouble of each column.
   */
  sample(columns: number): readonly CallRecord[];
}

/** The call trapped, was stopped, or has a difference. */
export function isInTrouble({ end, trap, watched }: CallRecord): boolean {
  return end !== 'returned' || trap !== null || isDifference(watched);
}

/** Asks the host about the calls of the run. */
export interface CallRequests {
  readonly calls: (from: number, count: number, filter: CallFilter) => Promise<CallWindow>;
  readonly callsBefore: (call: number, filter: CallFilter) => Promise<number>;
  readonly traceRows: (from: number, count: number, filter: CallFilter, folding?: Folding) => Promise<TraceWindow>;
  readonly traceRowsBefore: (anchor: TraceAnchor, filter: CallFilter, folding?: Folding) => Promise<number>;
  readonly callGroups: (params: Params<'callGroups'>) => Promise<CallGroups>;
  readonly callTotals: (filter: CallFilter) => Promise<CallGroup>;
  readonly callTimeline: (params: Params<'callTimeline'>) => Promise<CallTimeline>;
  readonly callSample: (columns: number) => Promise<readonly CallRecord[]>;
  readonly callOfStep: (step: Step) => Promise<StepCall>;
  readonly failed: (message: string) => void;
}

/** How many rows there are, and how many come before those of the calls where there is nothing else: see `traceRow.ts`. */
interface RowCounts {
  readonly total: number | null;
  readonly beforeCalls: number | null;
}

/** Calls that were seen among rows and are kept. */
const KNOWN_CALLS = 20_000;
/** Calls of one request. */
const PART = 200;
/** Answers of each kind that are kept. */
const CAPACITY = 64;

/**
 * Answers by question, the least recently used first. A question waits for its answer before it is asked again, and is asked
 * again only when the answer may have become another.
 */
class Answers<Answer> {
  private readonly known = new Map<string, { readonly answer: Answer | undefined; readonly generation: number }>();
  private readonly asked = new Set<string>();
  private generation = 0;

  constructor(
    private readonly arrived: () => void,
    private readonly failed: (message: string) => void,
  ) {}

  /** The newest answer, which may be outdated; undefined while none is here. */
  get(key: string, ask: () => Promise<Answer>): Answer | undefined {
    const found = this.known.get(key);
    if (found) this.keep(key, found.answer, found.generation);
    if (found?.generation !== this.generation && !this.asked.has(key)) void this.ask(key, ask);
    return found?.answer;
  }

  /** The answers may be others by now. */
  outdate(): void {
    this.generation++;
  }

  private async ask(key: string, ask: () => Promise<Answer>): Promise<void> {
    const { generation } = this;
    this.asked.add(key);
    let problem: string | undefined;
    try {
      this.keep(key, await ask(), generation);
    } catch (error) {
      // The question counts as answered until the calls change: asking at once would fail at once.
      this.keep(key, this.known.get(key)?.answer, generation);
      problem = messageOf(error);
    }
    this.asked.delete(key);
    if (problem === undefined) this.arrived();
    else this.failed(problem);
  }

  private keep(key: string, answer: Answer | undefined, generation: number): void {
    this.known.delete(key);
    this.known.set(key, { answer, generation });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= CAPACITY) break;
      this.known.delete(oldest);
    }
  }
}

/** The calls of a run in windows. The host is asked for those that are looked at. */
export class LoadedCalls extends Changing implements Calls {
  private total = 0;
  private rowCounts: RowCounts = { total: 0, beforeCalls: 0 };
  private readonly known = new Map<number, CallRecord>();
  private readonly since = new Map<number, number>();
  private readonly rowWindows: Answers<TraceWindow>;
  private lastRows: TraceRows;
  private readonly windows: Answers<CallWindow>;
  private readonly positions: Answers<number>;
  private readonly summaries: Answers<CallGroups>;
  private readonly sums: Answers<CallGroup>;
  private readonly timelines: Answers<CallTimeline>;
  private readonly samples: Answers<readonly CallRecord[]>;
  private readonly steps: Answers<StepCall>;
  /** The newest sample and filter whose answers are here: they are shown until those that were asked for come. */
  private lastSample: readonly CallRecord[] = [];
  private lastFiltered: CallRows = this;

  constructor(private readonly requests: CallRequests) {
    super();
    const arrived = (): void => this.changed();
    const { failed } = requests;
    this.windows = new Answers(arrived, failed);
    this.positions = new Answers(arrived, failed);
    this.rowWindows = new Answers(arrived, failed);
    this.lastRows = this.rowsOf(EVERY_CALL, 0);
    this.summaries = new Answers(arrived, failed);
    this.sums = new Answers(arrived, failed);
    this.timelines = new Answers(arrived, failed);
    this.samples = new Answers(arrived, failed);
    this.steps = new Answers(arrived, failed);
  }

  get count(): number {
    return this.total;
  }

  /** The run has so many calls now, and so many rows. */
  grow(count: number, rows: RowCounts = { total: count, beforeCalls: 0 }): void {
    const { total, beforeCalls } = this.rowCounts;
    this.rowCounts = rows;
    const isMore = count !== this.total;
    if (isMore || rows.total !== total || rows.beforeCalls !== beforeCalls) this.rowWindows.outdate();
    if (!isMore && rows.total === total) return;
    this.total = count;
    const { windows, positions, summaries, sums, timelines, samples, steps } = this;
    for (const answers of [windows, positions, summaries, sums, timelines, samples, steps]) answers.outdate();
  }

  at(position: number): CallRecord | undefined {
    const known = this.rowCounts.beforeCalls === null ? undefined : this.known.get(position + 1);
    if (known) return known;
    return position < this.total ? this.rowAt(position, EVERY_CALL) : undefined;
  }

  before(index: number): number {
    return index - 1;
  }

  atStep(step: Step): StepCall | undefined {
    return this.steps.get(String(step), () => this.requests.callOfStep(step));
  }

  /** Until the first calls of a filter are here, those of the filter before. */
  filtered(filter: CallFilter): CallRows {
    const first = this.window(0, filter);
    if (first) this.lastFiltered = this.callsOf(filter, first.total);
    return this.lastFiltered;
  }

  /** Until the first rows of a filter are here, those of the filter before. */
  rows(filter: CallFilter | null, folding?: Folding): TraceRows {
    const of = filter ?? EVERY_CALL;
    const known = filter === null && !folding ? this.rowCounts.total : null;
    const total = known ?? this.rowWindow(0, keyOf(of, folding), of, folding)?.total;
    if (total !== undefined) this.lastRows = this.rowsOf(of, total, folding);
    return this.lastRows;
  }

  matches(filter: CallFilter): CallRows | undefined {
    const first = this.window(0, filter);
    return first && this.callsOf(filter, first.total);
  }

  groups(params: Params<'callGroups'>): CallGroups | undefined {
    return this.summaries.get(JSON.stringify(params), () => this.requests.callGroups(params));
  }

  runningSince(call: number): number | undefined {
    return this.since.get(call);
  }

  totals(filter: CallFilter): CallGroup | undefined {
    return this.sums.get(JSON.stringify(filter), () => this.requests.callTotals(filter));
  }

  timeline(params: Params<'callTimeline'>): CallTimeline | undefined {
    return this.timelines.get(JSON.stringify(params), () => this.requests.callTimeline(params));
  }

  sample(columns: number): readonly CallRecord[] {
    this.lastSample = this.samples.get(String(columns), () => this.requests.callSample(columns)) ?? this.lastSample;
    return this.lastSample;
  }

  private callsOf(filter: CallFilter, count: number): CallRows {
    const key = JSON.stringify(filter);
    return {
      count,
      at: position => (position < count ? this.rowAt(position, filter) : undefined),
      before: index => this.positions.get(`${index} ${key}`, () => this.requests.callsBefore(index, filter)),
    };
  }

  private rowAt(position: number, filter: CallFilter): CallRecord | undefined {
    if (position < 0) return undefined;
    const part = Math.floor(position / PART);
    return this.window(part, filter)?.calls[position - part * PART];
  }

  private window(part: number, filter: CallFilter): CallWindow | undefined {
    const key = `${part} ${JSON.stringify(filter)}`;
    return this.windows.get(key, () => this.requests.calls(part * PART, PART, filter));
  }

  private rowsOf(filter: CallFilter, count: number, folding?: Folding): TraceRows {
    // Made once: calls with findings are named in it, which may be thousands.
    const key = keyOf(filter, folding);
    return {
      count,
      at: position => {
        if (position < 0 || position >= count) return undefined;
        const part = Math.floor(position / PART);
        return this.rowWindow(part, key, filter, folding)?.rows[position - part * PART];
      },
      before: anchor => {
        const { beforeCalls } = this.rowCounts;
        if (filter === EVERY_CALL && !folding && beforeCalls !== null && anchor.kind === 'call')
          return anchor.call - 1 + beforeCalls;
        return this.positions.get(`${JSON.stringify(anchor)} ${key}`, () =>
          this.requests.traceRowsBefore(anchor, filter, folding),
        );
      },
    };
  }

  /** @param key {@link keyOf} of filter and folding */
  private rowWindow(part: number, key: string, filter: CallFilter, folding?: Folding): TraceWindow | undefined {
    return this.rowWindows.get(`${part} ${key}`, async () => {
      const window = await this.requests.traceRows(part * PART, PART, filter, folding);
      this.learn(window);
      return window;
    });
  }

  /** Whoever asks for one of these calls by its index need not wait for it. */
  private learn({ rows }: TraceWindow): void {
    const now = performance.now();
    if (this.known.size > KNOWN_CALLS) this.known.clear();
    for (const call of callsAmong(rows)) this.known.set(call.index, call);
    for (const row of rows)
      if (row.kind === 'running' && !this.since.has(row.call.index)) this.since.set(row.call.index, now - row.forMs);
  }
}

const keyOf = (filter: CallFilter, folding: Folding | undefined): string => JSON.stringify([filter, folding]);
