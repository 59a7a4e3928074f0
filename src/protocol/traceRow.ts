// The rows of the trace: calls, and what happened beside them, in the order in which it happened.
import type { GrowView, WriteView } from './access.ts';
import type { BegunCall, CallRecord } from './call.ts';
import type { InstanceSummary, RecordedSpan } from './run.ts';

export type TraceRow =
  /** the making of the instances before the first call */
  | { readonly kind: 'made'; readonly instances: readonly number[] }
  | ({ readonly kind: 'call'; readonly call: CallRecord } & WithAddresses)
  /** calls of one function, instance, thread and depth that follow each other and returned; `call` is the first */
  | { readonly kind: 'folded'; readonly call: CallRecord; readonly run: FoldedRun }
  /** a call under way, and for how long it has been, in milliseconds */
  | ({ readonly kind: 'running'; readonly call: BegunCall; readonly forMs: number } & WithAddresses)
  /** memory grew, or somebody outside of what is recorded wrote to it; `depth`: how many calls enclose it */
  | { readonly kind: 'access'; readonly access: WriteView | GrowView; readonly depth: number };

interface WithAddresses {
  /** Integers among what the call took and gave that are addresses, as they are unsigned; there may be more of them once more is written. */
  readonly addresses: readonly number[];
}

/** What the calls of a folded row did together. */
export interface FoldedRun {
  readonly calls: number;
  /** {@link CallRecord.index} of the last one. */
  readonly last: number;
  /** Sums over its calls. The time is null where that of a call is not known. */
  readonly bytesChanged: number;
  readonly durationNs: number | null;
}

/** That equal calls have one row. */
export interface Folding {
  /** Those that have a row each all the same, by the first call of each row. */
  readonly unfolded: readonly number[];
  /** Calls that have rows of their own. */
  readonly apart: readonly number[];
}

/** Part of the rows that a filter lets through. */
export interface TraceWindow {
  /** Number of all rows that the filter lets through. */
  readonly total: number;
  readonly rows: readonly TraceRow[];
}

/** Something that may have a row: a call by its index, or what made a step. */
export type TraceAnchor =
  | { readonly kind: 'call'; readonly call: number }
  | { readonly kind: 'step'; readonly step: number };

/** Which kinds of rows are listed: all, calls (those under way, too), or what happened beside them. */
export const ROW_CHOICES = ['all', 'calls', 'beside'] as const;
export type RowChoice = (typeof ROW_CHOICES)[number];

/** Instances that were made before the first call: they have one row. */
export const madeBefore = (instances: readonly Pick<InstanceSummary, 'call'>[]): number[] =>
  instances.flatMap(({ call }, instance) => (call === null ? instance : []));

type Counted = Pick<RecordedSpan, 'callCount' | 'callsUnderWay' | 'stepsBeside'> & {
  readonly instances: readonly Pick<InstanceSummary, 'call'>[];
};

/** Number of all rows; null while it is not known. */
export const rowCountOf = ({ callCount, callsUnderWay, stepsBeside, instances }: Counted): number | null =>
  stepsBeside === null ? null : rowsBeforeCalls(instances) + callCount + callsUnderWay + stepsBeside;

/** Rows before the first call where nothing was written before it. */
const rowsBeforeCalls = (instances: Counted['instances']): number => (madeBefore(instances).length > 0 ? 1 : 0);

/** Rows before those of the calls, where all others are calls that have ended, in their order; null where there are others among them. */
export const onlyCallsBehind = ({ callsUnderWay, stepsBeside, instances }: Counted): number | null =>
  callsUnderWay === 0 && stepsBeside === 0 ? rowsBeforeCalls(instances) : null;
