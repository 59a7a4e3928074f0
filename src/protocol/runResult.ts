// The state or result of a run, in a few words.

import type { RunPhase, RunSnapshot } from './run.ts';
import { count } from './text.ts';

export interface Result {
  readonly tone: 'ok' | 'error' | 'warning' | 'neutral' | 'busy';
  /** Says the same as the tone, for users who don't see its colour. */
  readonly symbol: string;
  readonly text: string;
}

/** What of a run tells its result. */
type Ran = Pick<RunSnapshot, 'status' | 'phase' | 'isPaused' | 'verdict' | 'callCount' | 'differences' | 'instances'> &
  Partial<Pick<RunSnapshot, 'problem'>>;

/** In a word or two. */
const PHASES: Readonly<Record<RunPhase['kind'], string>> = {
  preparing: 'starting',
  making: 'making instances',
  reading: 'reading memory',
};

export function resultOf(run: Ran): Result {
  switch (run.status) {
    case 'starting':
      return { tone: 'busy', symbol: '', text: 'starting' };
    case 'running':
      if (run.isPaused)
        return { tone: 'warning', symbol: '❚❚', text: `recording paused, ${count(run.callCount, 'call')}` };
      if (run.phase) return { tone: 'busy', symbol: '', text: PHASES[run.phase.kind] };
      return { tone: 'busy', symbol: '', text: `running, ${count(run.callCount, 'call')}` };
    case 'trapped':
      return { tone: 'error', symbol: '✗', text: 'trapped' };
    case 'timed-out':
      return { tone: 'error', symbol: '✗', text: 'out of time' };
    case 'cancelled':
      return { tone: 'warning', symbol: '■', text: 'cancelled' };
    case 'rejected':
      return { tone: 'error', symbol: '✗', text: rejected(run) };
    case 'looked-at':
      return { tone: 'neutral', symbol: '○', text: 'not run' };
    case 'completed':
      return completed(run);
  }
}

/** Why there is nothing to show. A program ran, whatever became of its recording. */
function rejected({ problem }: Ran): string {
  if (problem?.kind === 'nothing-recorded') return 'nothing recorded';
  return problem?.kind === 'bad-recording' ? 'can’t be opened' : 'can’t be run';
}

function completed({ verdict, callCount, differences, instances }: Ran): Result {
  if (verdict === null) {
    const text = callCount > 0 ? count(callCount, 'call') : `instantiated ${count(instances.length, 'time')}`;
    return { tone: 'neutral', symbol: '○', text };
  }
  const { expected, actual } = verdict;
  if (actual === null) return { tone: 'error', symbol: '✗', text: `no value, expected ${expected}` };
  if (actual !== expected) return { tone: 'error', symbol: '✗', text: `${actual}, expected ${expected}` };
  if (differences === 0) return { tone: 'ok', symbol: '✓', text: `${expected} as expected` };
  return { tone: 'warning', symbol: '≠', text: `${expected} as expected, ${count(differences, 'difference')}` };
}
