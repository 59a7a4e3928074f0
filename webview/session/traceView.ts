// How the trace is shown: which rows, in which form.
import type { Axis, GroupOrder } from '../../src/protocol/call.ts';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import type { Radix } from '../text/callText.ts';

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
}

export function traceState(persisted: PersistedPanel['trace']): TraceState {
  return {
    isFolded: persisted?.unfolded !== true,
    unfolded: [],
    search: null,
    groups: null,
    radix: persisted?.radix ?? 'decimal',
    axis: persisted?.axis ?? 'calls',
  };
}

/** The part that is kept; undefined where all is as it is at first. */
export function persistedTrace({ isFolded, radix, axis }: TraceState): PersistedPanel['trace'] | undefined {
  if (isFolded && radix === 'decimal' && axis === 'calls') return undefined;
  return {
    ...(!isFolded && { unfolded: true }),
    ...(radix !== 'decimal' && { radix }),
    ...(axis !== 'calls' && { axis }),
  };
}
