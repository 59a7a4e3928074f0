// How the trace is shown: which rows, in which form.
import type { Axis, GroupOrder } from '../../src/protocol/call.ts';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import type { Radix } from '../text/callText.ts';

/** What the column of the names has of the list of functions, in percent: where nobody chose it, and at either end. */
export const NAME_SHARE = { usual: 34, least: 15, most: 70 } as const;

/** An object that is replaced where something in it changes. */
export interface TraceState {
  /** Equal calls that follow each other have one row. */
  readonly isFolded: boolean;
  /** Runs of equal calls that the user unfolded, by the first and the last call of each. */
  readonly unfolded: readonly { readonly first: number; readonly last: number }[];
  /** What is searched for in the trace; null while nobody searches. */
  readonly search: string | null;
  /** In the place of calls their functions, in this order; null for calls. */
  readonly groups: { readonly by: GroupOrder; readonly descending: boolean } | null;
  /** Of integers that calls took and gave. */
  readonly radix: Radix;
  /** What the lanes are drawn along: calls, each as wide as the others, or an axis of the timeline. */
  readonly axis: 'calls' | Axis;
  /** What the column of the names has of the list of functions, in percent; null where the user left that to the panel. */
  readonly nameShare: number | null;
}

export function traceState(persisted: PersistedPanel['trace']): TraceState {
  return {
    isFolded: persisted?.unfolded !== true,
    unfolded: [],
    search: null,
    groups: null,
    radix: persisted?.radix ?? 'decimal',
    axis: persisted?.axis ?? 'calls',
    nameShare: persisted?.nameShare ?? null,
  };
}

/** The part that is kept; undefined where all is as it is at first. */
export function persistedTrace({ isFolded, radix, axis, nameShare }: TraceState): PersistedPanel['trace'] | undefined {
  if (isFolded && radix === 'decimal' && axis === 'calls' && nameShare === null) return undefined;
  return {
    ...(!isFolded && { unfolded: true }),
    ...(radix !== 'decimal' && { radix }),
    ...(axis !== 'calls' && { axis }),
    ...(nameShare !== null && { nameShare }),
  };
}
