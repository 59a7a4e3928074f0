// A run, and the one before it, whose instances had another state: what came of each, and the first call in which they differ.
import type { CallRecord } from './call.ts';
import type { FindingKind } from './finding.ts';
import type { InstanceState, RunSnapshot } from './run.ts';

/** What came of a run. */
export interface RunOutcome
  extends Pick<RunSnapshot, 'status' | 'isPaused' | 'verdict' | 'callCount' | 'differences' | 'instances'> {
  readonly state: InstanceState;
  /** Of its findings. */
  readonly findings: readonly FindingKind[];
}

export type FirstDifference =
  /** Null where that run has no such call. */
  | { readonly kind: 'call'; readonly before: CallRecord | null; readonly after: CallRecord | null }
  /** None of the calls that were compared: all, or the first so many. */
  | { readonly kind: 'none'; readonly calls: number };

export interface RunComparison {
  readonly before: RunOutcome;
  readonly after: RunOutcome;
  readonly first: FirstDifference;
}

/** The first calls, in their order, that do not do the same. */
export function firstDifference(before: readonly CallRecord[], after: readonly CallRecord[]): FirstDifference {
  const calls = Math.max(before.length, after.length);
  for (let i = 0; i < calls; i++) {
    const [a = null, b = null] = [before[i], after[i]];
    if (a === null || b === null || !isSame(a, b)) return { kind: 'call', before: a, after: b };
  }
  return { kind: 'none', calls };
}

/** What a call did, as its caller sees it. */
const factsOf = ({ kind, instance, function: name, args, results, end, watched }: CallRecord): string =>
  [kind, instance, name, `(${args})`, `(${results})`, end, watched?.after ?? ''].join(' ');

const isSame = (a: CallRecord, b: CallRecord): boolean => factsOf(a) === factsOf(b);
