// All calls of a made-up run, which are all here. Slow and simple: it goes through all calls for each answer.
import {
  addressOf,
  type CallFilter,
  type CallGroup,
  type CallGroups,
  type CallRecord,
  type CallTimeline,
  EVERY_CALL,
  isDifference,
  type StepCall,
  type TimelineBlock,
} from '../../src/protocol/call.ts';
import type { Params } from '../../src/protocol/queries.ts';
import type { Folding, TraceAnchor, TraceRow } from '../../src/protocol/traceRow.ts';
import type { Step } from '../../src/protocol/units.ts';
import { type CallRows, type Calls, isInTrouble } from '../data/calls.ts';
import { Changing } from '../data/changing.ts';
import { isAt, type TraceRows } from '../data/traceRows.ts';

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
  rows(filter: CallFilter | null, folding?: Folding): KnownTraceRows {
    const all = this.all(filter ?? EVERY_CALL);
    const rows = folding ? foldedRows(all, folding) : all;
    return {
      count: rows.length,
      at: position => rows[position],
      before: anchor => {
        const before = rows.filter(row => this.isBefore(row, anchor)).length;
        const above = rows[before - 1];
        return above?.kind === 'folded' && isAt(above, anchor) ? before - 1 : before;
      },
    };
  }

  matches(filter: CallFilter): KnownRows {
    return this.filtered(filter);
  }

  /** Without regard for calls in others. */
  totals(filter: CallFilter): CallGroup {
    const of = { by: 'function', descending: false, count: 1 } as const;
    const records = this.records.map(call => ({ ...call, function: filter.function ?? '' }));
    const [sums] = new SnapshotCalls(records).groups({ ...of, filter: { ...filter, text: '' } }).groups;
    return sums ?? { function: '', calls: 0, trapped: 0, steps: 0, bytesChanged: 0, durationNs: null };
  }

  /** A block for each call. */
  timeline({ axis, range }: Params<'callTimeline'>): CallTimeline {
    const blocks = this.records.flatMap((call): TimelineBlock[] => {
      const { instance, thread, depth, index, startNs, durationNs } = call;
      if (axis === 'time' && startNs === null) return [];
      const from = axis === 'time' ? (startNs ?? 0) : call.stepBefore;
      const to = axis === 'time' ? from + (durationNs ?? 0) : call.step;
      return [{ instance, thread, depth, from, to, call: index, calls: 1, isInTrouble: isInTrouble(call) }];
    });
    const shown = blocks.filter(block => !range || (block.from <= range.to && block.to >= range.from));
    const from = axis === 'time' ? Math.min(...blocks.map(block => block.from)) : 0;
    const extent = { from, to: Math.max(...blocks.map(block => block.to)) };
    return { extent, untimed: this.records.length - blocks.length, blocks: shown, growths: [] };
  }

  /** Without regard for calls in others. */
  groups({ filter, by, descending, count }: Params<'callGroups'>): CallGroups {
    const listed = this.records.filter(call => passes(call, filter));
    const groups = [...new Set(listed.map(call => call.function))].map((name): CallGroup => {
      const calls = listed.filter(call => call.function === name);
      const sum = (of: (call: CallRecord) => number): number => calls.reduce((all, call) => all + of(call), 0);
      return {
        function: name,
        calls: calls.length,
        trapped: sum(({ end }) => (end === 'trapped' ? 1 : 0)),
        steps: sum(({ step, stepBefore }) => step - stepBefore),
        bytesChanged: sum(({ bytesChanged }) => bytesChanged),
        durationNs: sum(({ durationNs }) => durationNs ?? 0),
      };
    });
    const fields = { calls: 'calls', steps: 'steps', bytes: 'bytesChanged', time: 'durationNs' } as const;
    const value = (group: CallGroup): number => (by === 'function' ? 0 : (group[fields[by]] ?? 0));
    groups.sort((a, b) => value(a) - value(b) || a.function.localeCompare(b.function));
    if (descending) groups.reverse();
    return { total: groups.length, groups: groups.slice(0, count) };
  }

  runningSince(call: number): number | undefined {
    return this.beside.some(row => row.kind === 'running' && row.call.index === call) ? 0 : undefined;
  }

  private all(filter: CallFilter): TraceRow[] {
    const calls = this.records.map((call): TraceRow => ({ kind: 'call', call, addresses: addressesOf(call) }));
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
    const { text, instance, trapped, differs, ...others } = filter;
    const isPlain = text === '' && instance === null && !trapped && !differs && Object.keys(others).length === 1;
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

/** Eight and more equal calls in one row. */
function foldedRows(rows: readonly TraceRow[], { unfolded, apart }: Folding): TraceRow[] {
  const made: TraceRow[] = [];
  const canFold = (row: TraceRow | undefined): row is Extract<TraceRow, { kind: 'call' }> =>
    row?.kind === 'call' && !isInTrouble(row.call) && !apart.includes(row.call.index);
  for (let at = 0; at < rows.length; ) {
    const head = rows[at];
    if (!head) break;
    const run: CallRecord[] = [];
    for (let next = rows[at]; canFold(next) && canFold(head); next = rows[at + run.length]) {
      if (next.call.function !== head.call.function || next.call.instance !== head.call.instance) break;
      run.push(next.call);
    }
    const [call] = run;
    const sum = (of: (call: CallRecord) => number): number => run.reduce((all, each) => all + of(each), 0);
    if (!call || run.length < 8 || unfolded.includes(call.index)) made.push(...rows.slice(at, at + (run.length || 1)));
    else
      made.push({
        kind: 'folded',
        call,
        run: {
          calls: run.length,
          last: run.at(-1)?.index ?? call.index,
          bytesChanged: sum(each => each.bytesChanged),
          durationNs: sum(each => each.durationNs ?? 0),
        },
      });
    at += run.length || 1;
  }
  return made;
}

function passes(call: CallRecord, filter: CallFilter): boolean {
  const { instance, text, trapped, differs, function: name, only, search = '', span } = filter;
  const number = Number(search);
  return (
    (instance === null || call.instance === instance) &&
    call.function.toLowerCase().includes(text.toLowerCase()) &&
    (name === undefined || call.function === name) &&
    (!only || only.includes(call.index)) &&
    (call.function.toLowerCase().includes(search.toLowerCase()) ||
      [...call.args, ...call.results].some(value => Number(value) === number)) &&
    (span?.axis !== 'steps' || (Math.min(call.stepBefore + 1, call.step) <= span.to && call.step >= span.from)) &&
    (span?.axis !== 'time' ||
      ((call.startNs ?? Number.NaN) <= span.to && (call.startNs ?? 0) + (call.durationNs ?? 0) >= span.from)) &&
    ((!trapped && !differs) || (trapped && call.end === 'trapped') || (differs && isDifference(call.watched)))
  );
}

/** Made-up runs have their statics where linkers begin them. */
const addressesOf = ({ args, results }: CallRecord): number[] =>
  [...args, ...results].flatMap(value => (addressOf(value) >= 1024 ? addressOf(value) : []));
