// The rows of the trace in their order: calls where they began, and among them what happened beside them.

import type { CallFilter } from '../protocol/call.ts';
import { searchOf } from '../protocol/callSearch.ts';
import { OWNER_CODE, ownerName, ownerOf } from '../protocol/owner.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import {
  type FoldedRun,
  type Folding,
  madeBefore,
  type TraceAnchor,
  type TraceRow,
  type TraceWindow,
} from '../protocol/traceRow.ts';
import { step } from '../protocol/units.ts';
import type { AccessViews } from './accessViews.ts';
import type { CallAddresses } from './callAddresses.ts';
import { choosesCalls, passing } from './history/callMatching.ts';
import { type FoldedRows, foldCalls } from './history/foldedCalls.ts';
import type { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';

/** What a growth is called where rows are filtered by a text. */
const GROWTH = 'memory.grow';

const NO_RUNS: FoldedRows['runs'] = new Map();

export class TraceRows {
  /** Rows as numbers: a call by its index, a step beside calls by −1 − its number, the making of instances by 0. */
  private rows: { readonly key: string; readonly rows: readonly number[] } = { key: '', rows: [] };

  private folded: { readonly key: string; readonly rows: FoldedRows } = { key: '', rows: { first: [], runs: NO_RUNS } };

  constructor(
    private readonly store: RecordingStore,
    private readonly reader: RecordingReader,
    private readonly views: AccessViews,
    private readonly instances: () => readonly InstanceSummary[],
    private readonly addresses: CallAddresses,
  ) {}

  window(filter: CallFilter, from: number, count: number, folding?: Folding): TraceWindow {
    const { first: rows, runs } = this.listed(filter, folding);
    return { total: rows.length, rows: rows.slice(from, from + count).map(row => this.row(row, runs.get(row))) };
  }

  /** How many rows that a filter lets through come before another one, which is listed or not; before the run that it is in, where it is folded. */
  before(anchor: TraceAnchor, filter: CallFilter, folding?: Folding): number {
    const { first: rows, runs } = this.listed(filter, folding);
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBefore(rows[middle], anchor)) low = middle + 1;
      else high = middle;
    }
    const run = low > 0 && anchor.kind === 'call' ? runs.get(rows[low - 1]) : undefined;
    return run && anchor.kind === 'call' && anchor.call <= run.last ? low - 1 : low;
  }

  private listed(filter: CallFilter, folding: Folding | undefined): FoldedRows {
    const rows = this.matching(filter);
    if (!folding) return { first: rows, runs: NO_RUNS };
    const key = `${this.rows.key} ${JSON.stringify(folding)}`;
    if (this.folded.key !== key) this.folded = { key, rows: foldCalls(this.store.calls, rows, folding) };
    return this.folded.rows;
  }

  private isBefore(row: number, anchor: TraceAnchor): boolean {
    if (row === 0) return true;
    const { calls, stepsBeside } = this.store;
    if (anchor.kind === 'call')
      return row > 0 ? row < anchor.call : stepsBeside.stepOf(-1 - row) <= calls.stepBefore(anchor.call);
    return row > 0 ? calls.stepBefore(row) < anchor.step : stepsBeside.stepOf(-1 - row) < anchor.step;
  }

  private row(row: number, run: FoldedRun | undefined): TraceRow {
    if (run) return { kind: 'folded', call: this.reader.callRecord(row), run };
    const { calls, stepsBeside } = this.store;
    if (row === 0) return { kind: 'made', instances: madeBefore(this.instances()) };
    if (row < 0) {
      const access = this.views.of(this.reader.accesses.ofStep(step(stepsBeside.stepOf(-1 - row))));
      if (access.kind === 'read') throw new RangeError(`step ${access.step} is a load`);
      return { kind: 'access', access, depth: access.call === null ? 0 : calls.told(access.call).depth + 1 };
    }
    const forMs = calls.runningFor(row);
    const addresses = this.addresses.of(calls.told(row));
    if (forMs === null) return { kind: 'call', call: this.reader.callRecord(row), addresses };
    const { index, kind, thread, parent, depth, instance, function: name, args, startNs } = calls.told(row);
    const call = { index, kind, thread, parent, depth, instance, function: name, args, startNs };
    return { kind: 'running', call, forMs, addresses };
  }

  /** Kept for the next question, which is mostly about the same ones. */
  private matching(filter: CallFilter): readonly number[] {
    const { calls, shownFunctions, stepsBeside, firstStep } = this.store;
    const made = madeBefore(this.instances());
    const key = [
      calls.count,
      calls.endedCount,
      calls.runningCount,
      shownFunctions.version,
      stepsBeside.count,
      firstStep,
      made.length,
      JSON.stringify(filter),
    ].join();
    if (this.rows.key === key) return this.rows.rows;
    const rows: number[] = [];
    const passes = passing(calls, filter, shownFunctions.columns);
    if (made.length > 0 && isEvery(filter)) rows.push(0);
    let beside = stepsBeside.firstAfter(firstStep);
    const besideUpTo = (last: number): void => {
      for (; beside < stepsBeside.count && stepsBeside.stepOf(beside) <= last; beside++)
        if (this.lets(beside, filter)) rows.push(-1 - beside);
    };
    for (let call = 1; call < calls.count; call++) {
      besideUpTo(calls.stepBefore(call));
      if (calls.runningFor(call) === null ? passes(call) : this.letsRunning(call, filter)) rows.push(call);
    }
    besideUpTo(this.store.lastStep);
    this.rows = { key, rows };
    return rows;
  }

  private letsRunning(call: number, filter: CallFilter): boolean {
    const { calls, shownFunctions } = this.store;
    const { instance, text, rows, span } = filter;
    if (choosesCalls(filter) || span || rows === 'beside') return false;
    if (instance !== null && calls.instanceOf(call) !== instance) return false;
    const { functions, names } = shownFunctions.columns;
    return [calls.functionOf(call), names[functions[call]]].some(searchOf(text).inName);
  }

  private lets(beside: number, filter: CallFilter): boolean {
    const { stepsBeside } = this.store;
    const { instance, text, rows, span } = filter;
    if (choosesCalls(filter) || rows === 'calls') return false;
    // The time of a step is not known.
    const at = span?.axis === 'time' ? Number.NaN : stepsBeside.stepOf(beside);
    if (span && !(span.from <= at && at <= span.to)) return false;
    const owner = stepsBeside.ownerOf(beside);
    if (instance !== null && owner !== OWNER_CODE.firstInstance + instance) return false;
    const name = stepsBeside.isGrowth(beside) ? GROWTH : ownerName(ownerOf(owner));
    return name.includes(text.toLowerCase());
  }
}

/** Instances are made before all that a filter chooses among. */
const isEvery = (filter: CallFilter): boolean =>
  filter.instance === null && filter.text === '' && !filter.span && !choosesCalls(filter) && filter.rows !== 'calls';
