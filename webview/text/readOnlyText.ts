// Why memory can't be edited where the user types into it. Nothing that is shown goes on: what is written would be read by nobody.
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import type { Place } from '../data/moments.ts';
import type { ShownRun } from '../data/run.ts';

/** One sentence. */
export function readOnlyText({ run, opened }: ShownRun, { step }: Place): string {
  if (isUnderWay(run))
    return opened
      ? 'Memory is read-only: the program runs in a process of its own, and does not wait for what is written here.'
      : 'Memory is read-only while guests run: they do not wait for what is written here.';
  if (run.status === 'looked-at') return 'Memory is read-only: nothing runs that would read what is written here.';
  if (step < run.lastStep) return `Memory at step ${step} is the past, and read-only.`;
  return opened
    ? 'Memory is read-only: this is a recording, and nothing goes on from its end.'
    : 'Memory is read-only: the run has ended, and nothing goes on from its end.';
}

/** Whether the end is elsewhere, where the run may be looked at as it was left. */
export const isPast = ({ run }: ShownRun, { step }: Place): boolean => !isUnderWay(run) && step < run.lastStep;
