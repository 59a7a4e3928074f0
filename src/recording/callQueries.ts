// Answers which calls there are: those that a filter lets through, by their functions, or as many as a drawing has room for.
import {
  type CallFilter,
  type CallGroup,
  type CallRecord,
  type CallTimeline,
  type CallWindow,
  EVERY_CALL,
} from '../protocol/call.ts';
import { lastAtMost } from '../protocol/lastAtMost.ts';
import { step } from '../protocol/units.ts';
import { groupCalls, sumCalls } from './history/callGroups.ts';
import { matchingCalls } from './history/callMatching.ts';
import { callTimeline, type TimelineQuestion } from './history/callTimeline.ts';
import type { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';

export class CallQueries {
  /** What was asked last. */
  private matches: readonly { readonly key: string; readonly calls: readonly number[] }[] = [];
  private groups: { readonly key: string; readonly groups: readonly CallGroup[] } = { key: '', groups: [] };

  constructor(
    private readonly store: RecordingStore,
    private readonly reader: Pick<RecordingReader, 'callRecord' | 'callOfStep'>,
  ) {}

  /** Calls that have ended and that a filter lets through, in the order in which they began. */
  calls(filter: CallFilter, from: number, most: number): CallWindow {
    const matching = this.matching(filter);
    const calls = matching.slice(from, from + most).map(call => this.reader.callRecord(call));
    return { total: matching.length, calls };
  }

  /** How many of the calls that a filter lets through began before a call. */
  callsBefore(call: number, filter: CallFilter): number {
    return lastAtMost(this.matching(filter), call - 1) + 1;
  }

  /** The calls that a filter lets through, by their functions. */
  callGroups(filter: CallFilter): readonly CallGroup[] {
    const key = this.keyOf(filter);
    if (this.groups.key !== key) this.groups = { key, groups: this.grouped(filter) };
    return this.groups.groups;
  }

  private grouped(filter: CallFilter): readonly CallGroup[] {
    const { calls, shownFunctions } = this.store;
    return groupCalls(calls, this.matching(filter), shownFunctions.columns);
  }

  callTotals(filter: CallFilter): CallGroup {
    return sumCalls(this.store.calls, this.matching(filter));
  }

  callTimeline(question: TimelineQuestion): CallTimeline {
    const { calls, firstStep, lastStep, sizes } = this.store;
    const grown = sizes.since(firstStep).flatMap(([at]) => (at > firstStep ? at : []));
    const growths = grown.map(at => [at, this.reader.callOfStep(step(at))] as const);
    return callTimeline(calls, question, lastStep, growths);
  }

  /** Calls to draw where they are closer together than pixels: see the query. */
  callSample(columns: number): CallRecord[] {
    const { calls } = this.store;
    const all = this.matching(EVERY_CALL);
    const firstIn = (passes: (call: number) => boolean): number[] => {
      const lastColumn = new Map<number, number>();
      return all.filter((call, position) => {
        if (!passes(call)) return false;
        const column = Math.floor((position * columns) / all.length);
        const instance = calls.instanceOf(call);
        if (lastColumn.get(instance) === column) return false;
        lastColumn.set(instance, column);
        return true;
      });
    };
    return [...firstIn(() => true), ...firstIn(call => calls.isInTrouble(call))].map(call =>
      this.reader.callRecord(call),
    );
  }

  /** Numbers of the calls that a filter lets through; kept for the next questions, which are mostly about the same ones. */
  private matching(filter: CallFilter): readonly number[] {
    const key = this.keyOf(filter);
    const known = this.matches.find(match => match.key === key);
    if (known) return known.calls;
    const calls = matchingCalls(this.store.calls, filter, this.store.shownFunctions.columns);
    // Those of the list, of a search in it, and of what trapped.
    this.matches = [{ key, calls }, ...this.matches.slice(0, 2)];
    return calls;
  }

  private keyOf(filter: CallFilter): string {
    const { calls, shownFunctions } = this.store;
    return `${calls.endedCount} ${shownFunctions.version} ${JSON.stringify(filter)}`;
  }
}
