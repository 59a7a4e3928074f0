// All calls of a made-up run, which are all here. Slow and simple: it goes through all calls for each answer.
import { type CallFilter, type CallRecord, EVERY_CALL, isDifference, type StepCall } from '../../src/protocol/call.ts';
import type { TraceAnchor, TraceRow } from '../../src/protocol/traceRow.ts';
import type { Step } from '../../src/protocol/units.ts';
import { type CallRows, type Calls, isInTrouble } from '../data/calls.ts';
import { Changing } from '../data/changing.ts';
import type { TraceRows } from '../data/traceRows.ts';

/** Rows whose positions are always known. */
interface KnownRows extends CallRows {
  before(index: number): number;
}

interface KnownTraceRows extends TraceRows {
  before(anchor: TraceAnchor): number;
}

export class SnapshotCalls extends Changing implements Calls {
  /**
   * @param records in the order in which the calls began
   * @param beside the other rows of the trace, in their order
   */
  constructor(
    private readonly records: readonly CallRecord[],
    private readonly beside: readonly TraceRow[] = [],
  ) {
    super();
  }

  get count(): number {
    return this.records.length;
  }

  at(position: number): CallRecord | undefined {
    return this.records[position];
  }

  before(index: number): number {
    return index - 1;
  }

  atStep(step: Step): StepCall {
    const within = this.records.filter(call => call.stepBefore < step && step <= call.step);
    return {
      // The innermost of calls that enclose each other began last.
      call: within.at(-1) ?? null,
      endedBefore: this.records.filter(call => call.step < step).length,
      ended: this.records.filter(call => call.step <= step).length,
    };
  }

  filtered(filter: CallFilter): KnownRows {
    const passing = this.records.filter(call => passes(call, filter));
    return {
      count: passing.length,
      at: position => passing[position],
      before: index => passing.filter(call => call.index < index).length,
    };
  }

  /** Calls alone, where nothing else is told. */
  rows(filter: CallFilter | null): KnownTraceRows {
    const rows = this.all(filter ?? EVERY_CALL);
    return {
      count: rows.length,
      at: position => rows[position],
      before: anchor => rows.filter(row => this.isBefore(row, anchor)).length,
    };
  }

  runningSince(call: number): number | undefined {
    return this.beside.some(row => row.kind === 'running' && row.call.index === call) ? 0 : undefined;
  }

  private all(filter: CallFilter): TraceRow[] {
    const calls = this.records.map((call): TraceRow => ({ kind: 'call', call }));
    const made = this.beside.filter(({ kind }) => kind === 'made');
    const others = this.beside.filter(({ kind }) => kind !== 'made');
    for (const row of others) {
      const at = calls.findIndex(each => this.orderOf(each) > this.orderOf(row));
      calls.splice(at < 0 ? calls.length : at, 0, row);
    }
    return [...made, ...calls].filter(row => this.lets(row, filter));
  }

  private lets(row: TraceRow, filter: CallFilter): boolean {
    if (row.kind === 'call') return filter.rows !== 'beside' && passes(row.call, filter);
    const isPlain = filter.text === '' && filter.instance === null && !filter.trapped && !filter.differs;
    return isPlain && (row.kind === 'running' ? filter.rows !== 'beside' : filter.rows !== 'calls');
  }

  /** A step comes before the calls that begin at it. */
  private orderOf(row: TraceRow): number {
    if (row.kind === 'access') return row.access.step - 0.5;
    if (row.kind === 'call') return row.call.stepBefore;
    return row.kind === 'made' ? -1 : Number.POSITIVE_INFINITY;
  }

  private isBefore(row: TraceRow, anchor: TraceAnchor): boolean {
    if (row.kind === 'made') return true;
    if (row.kind !== 'access' && anchor.kind === 'call') return row.call.index < anchor.call;
    const call = this.records.find(({ index }) => anchor.kind === 'call' && index === anchor.call);
    const at = anchor.kind === 'step' ? anchor.step - 0.5 : (call?.stepBefore ?? Number.POSITIVE_INFINITY);
    return this.orderOf(row) < at;
  }

  sample(columns: number): readonly CallRecord[] {
    return [...this.firstInColumns(columns, () => true), ...this.firstInColumns(columns, isInTrouble)];
  }

  private firstInColumns(columns: number, isWanted: (call: CallRecord) => boolean): CallRecord[] {
    const last = new Map<number, number>();
    return this.records.filter((call, position) => {
      if (!isWanted(call)) return false;
      const column = Math.floor((position * columns) / this.count);
      if (last.get(call.instance) === column) return false;
      last.set(call.instance, column);
      return true;
    });
  }
}

function passes(call: CallRecord, { instance, text, trapped, differs }: CallFilter): boolean {
  return (
    (instance === null || call.instance === instance) &&
    call.function.toLowerCase().includes(text.toLowerCase()) &&
    ((!trapped && !differs) || (trapped && call.end === 'trapped') || (differs && isDifference(call.watched)))
  );
}
