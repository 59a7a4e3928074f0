// All calls of a made-up run, which are all here. Slow and simple: it goes through all calls for each answer.
import { type CallFilter, type CallRecord, isDifference, type StepCall } from '../../src/protocol/call.ts';
import type { Step } from '../../src/protocol/units.ts';
import { type CallRows, type Calls, isInTrouble } from '../data/calls.ts';
import { Changing } from '../data/changing.ts';

/** Rows whose positions are always known. */
interface KnownRows extends CallRows {
  before(index: number): number;
}

export class SnapshotCalls extends Changing implements Calls {
  /** @param records in the order in which the calls began */
  constructor(private readonly records: readonly CallRecord[]) {
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
