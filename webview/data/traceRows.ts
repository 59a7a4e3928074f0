// The rows of the trace as components read them: one after the other, of those that a filter lets through.
import type { CallRecord } from '../../src/protocol/call.ts';
import type { TraceAnchor, TraceRow } from '../../src/protocol/traceRow.ts';
import { firstPlace, lastPlace, type Place, placeAfterCall, placeOfStep } from './moments.ts';
import type { Run } from './run.ts';

export interface TraceRows {
  readonly count: number;
  /** The row at a position, from 0. Undefined where there is none, and while it is not loaded: then it is asked for. */
  at(position: number): TraceRow | undefined;
  /** How many of these rows come before one: its position, if it is one of them. Undefined while not known. */
  before(anchor: TraceAnchor): number | undefined;
}

/** What to find a row again by; null for the making of the instances, which comes before all else. */
export function anchorOf(row: TraceRow): TraceAnchor | null {
  switch (row.kind) {
    case 'made':
      return null;
    case 'call':
    case 'folded':
    case 'running':
      return { kind: 'call', call: row.call.index };
    case 'access':
      return { kind: 'step', step: row.access.step };
  }
}

export function isAt(row: TraceRow, anchor: TraceAnchor | null): boolean {
  if (row.kind === 'folded' && anchor?.kind === 'call')
    return row.call.index <= anchor.call && anchor.call <= row.run.last;
  const own = anchorOf(row);
  if (own === null || anchor === null) return own === anchor;
  return own.kind === 'call'
    ? anchor.kind === 'call' && anchor.call === own.call
    : anchor.kind === 'step' && anchor.step === own.step;
}

/** Where a row leads to: behind a call, to a step, or to where the recording is now. Undefined while not known. */
export function placeOfRow(run: Run, row: TraceRow): Place | undefined {
  switch (row.kind) {
    case 'made':
      return firstPlace(run);
    case 'call':
      return placeAfterCall(run, row.call.index);
    case 'folded':
      return placeAfterCall(run, row.run.last);
    case 'access':
      return placeOfStep(run, row.access.step);
    case 'running':
      return lastPlace(run);
  }
}

/** Calls that have ended, among rows. */
export const callsAmong = (rows: readonly TraceRow[]): CallRecord[] =>
  rows.flatMap(row => (row.kind === 'call' ? row.call : []));
