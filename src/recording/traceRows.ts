// The rows of the trace in their order: calls where they began, and among them what happened beside them.

import type { CallFilter } from '../protocol/call.ts';
import { OWNER_CODE, ownerName, ownerOf } from '../protocol/owner.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import { madeBefore, type TraceAnchor, type TraceRow, type TraceWindow } from '../protocol/traceRow.ts';
import { step } from '../protocol/units.ts';
import type { AccessViews } from './accessViews.ts';
import type { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';

/** What a growth is called where rows are filtered by a text. */
const GROWTH = 'memory.grow';

export class TraceRows {
  /** Rows as numbers: a call by its index, a step beside calls by −1 − its number, the making of instances by 0. */
  private rows: { readonly key: string; readonly rows: readonly number[] } = { key: '', rows: [] };

  constructor(
    private readonly store: RecordingStore,
    private readonly reader: RecordingReader,
    private readonly views: AccessViews,
    private readonly instances: () => readonly InstanceSummary[],
  ) {}

  window(filter: CallFilter, from: number, count: number): TraceWindow {
    const rows = this.matching(filter);
    return { total: rows.length, rows: rows.slice(from, from + count).map(row => this.row(row)) };
  }

  /** How many rows that a filter lets through come before another one, which is listed or not. */
  before(anchor: TraceAnchor, filter: CallFilter): number {
    const rows = this.matching(filter);
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBefore(rows[middle], anchor)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private isBefore(row: number, anchor: TraceAnchor): boolean {
    if (row === 0) return true;
    const { calls, stepsBeside } = this.store;
    if (anchor.kind === 'call')
      return row > 0 ? row < anchor.call : stepsBeside.stepOf(-1 - row) <= calls.stepBefore(anchor.call);
    return row > 0 ? calls.stepBefore(row) < anchor.step : stepsBeside.stepOf(-1 - row) < anchor.step;
  }

  private row(row: number): TraceRow {
    const { calls, stepsBeside } = this.store;
    if (row === 0) return { kind: 'made', instances: madeBefore(this.instances()) };
    if (row < 0) {
      const access = this.views.of(this.reader.accesses.ofStep(step(stepsBeside.stepOf(-1 - row))));
      if (access.kind === 'read') throw new RangeError(`step ${access.step} is a load`);
      return { kind: 'access', access, depth: access.call === null ? 0 : calls.told(access.call).depth + 1 };
    }
    const forMs = calls.runningFor(row);
    if (forMs === null) return { kind: 'call', call: this.reader.callRecord(row) };
    const { index, kind, thread, parent, depth, instance, function: name, args, startNs } = calls.told(row);
    const call = { index, kind, thread, parent, depth, instance, function: name, args, startNs };
    return { kind: 'running', call, forMs };
  }

  /** Kept for the next question, which is mostly about the same ones. */
  private matching(filter: CallFilter): readonly number[] {
    const { calls, stepsBeside, firstStep } = this.store;
    const made = madeBefore(this.instances());
    const key = [
      calls.count,
      calls.endedCount,
      stepsBeside.count,
      firstStep,
      made.length,
      JSON.stringify(filter),
    ].join();
    if (this.rows.key === key) return this.rows.rows;
    const rows: number[] = [];
    if (made.length > 0 && isEvery(filter)) rows.push(0);
    let beside = stepsBeside.firstAfter(firstStep);
    const besideUpTo = (last: number): void => {
      for (; beside < stepsBeside.count && stepsBeside.stepOf(beside) <= last; beside++)
        if (this.lets(beside, filter)) rows.push(-1 - beside);
    };
    for (let call = 1; call < calls.count; call++) {
      besideUpTo(calls.stepBefore(call));
      if (calls.runningFor(call) === null ? calls.matches(call, filter) : this.letsRunning(call, filter))
        rows.push(call);
    }
    besideUpTo(this.store.lastStep);
    this.rows = { key, rows };
    return rows;
  }

  private letsRunning(call: number, { instance, text, trapped, differs, rows }: CallFilter): boolean {
    const { calls } = this.store;
    if (trapped || differs || rows === 'beside') return false;
    if (instance !== null && calls.instanceOf(call) !== instance) return false;
    return calls.functionOf(call).toLowerCase().includes(text.toLowerCase());
  }

  private lets(beside: number, { instance, text, trapped, differs, rows }: CallFilter): boolean {
    const { stepsBeside } = this.store;
    if (trapped || differs || rows === 'calls') return false;
    const owner = stepsBeside.ownerOf(beside);
    if (instance !== null && owner !== OWNER_CODE.firstInstance + instance) return false;
    const name = stepsBeside.isGrowth(beside) ? GROWTH : ownerName(ownerOf(owner));
    return name.includes(text.toLowerCase());
  }
}

/** Instances are made before all that a filter chooses among. */
const isEvery = ({ instance, text, trapped, differs, rows }: CallFilter): boolean =>
  instance === null && text === '' && !trapped && !differs && rows !== 'calls';
