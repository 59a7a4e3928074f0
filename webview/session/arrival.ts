// Where something happened, so that the user is brought there: what a run opens at, and what a selected call changed.

import type { ChangedRanges, StepView } from '../../src/protocol/access.ts';
import type { Claim } from '../../src/protocol/claims.ts';
import { type Finding, SEVERITIES, severityOf } from '../../src/protocol/finding.ts';
import type { Step } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { rangeAt } from '../data/changedRanges.ts';
import type { Run } from '../data/run.ts';

/** What is known of where something happened; null stands for what is not known yet. */
export interface Happened {
  readonly findings: { readonly known: readonly Finding[]; readonly isComplete: boolean };
  /** Of the selected call; an empty list where it changed nothing. */
  readonly changed: ChangedRanges | null;
  readonly stepView: StepView | null;
  readonly claims: readonly (readonly Claim[])[] | null;
}

/** The first of the worst findings whose moment is recorded; notes are not worth a way. */
export function findingToOpenAt(findings: readonly Finding[], firstStep: Step): Finding | undefined {
  const kept = findings.filter(finding => finding.step >= firstStep);
  return SEVERITIES.slice(0, 2)
    .map(severity => kept.find(finding => severityOf(finding) === severity))
    .find(finding => finding !== undefined);
}

export function firstChanged({ changed }: Happened): ByteRange | null | undefined {
  return changed === null ? null : rangeAt(changed, 0);
}

/** Bytes to open a run at: those that its last call changed, else its last write, else its data. Null while not known; undefined where there are none. */
export function lastChanged(run: Run, happened: Happened): ByteRange | null | undefined {
  const first = firstChanged(happened);
  if (first !== undefined) return first;
  const { stepView, claims } = happened;
  if (run.lastStep > run.firstStep) {
    if (stepView?.step !== run.lastStep) return null;
    const { access } = stepView;
    return access?.kind === 'write' ? { start: access.address, length: access.length } : undefined;
  }
  if (!claims) return null;
  const data = claims.flat().find(({ kind, relativeTo }) => kind === 'data' && relativeTo === null);
  return data && { start: data.start, length: 1 };
}
