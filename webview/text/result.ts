// How a run stands, in a few words.
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { count } from '../../src/protocol/text.ts';

export interface Result {
  readonly tone: 'ok' | 'error' | 'warning' | 'neutral' | 'busy';
  /** Says the same as the tone to whoever doesn't see its colour. */
  readonly symbol: string;
  readonly text: string;
}

export function isUnderWay(run: RunSnapshot): boolean {
  return run.status === 'starting' || run.status === 'running';
}

export function resultOf(run: RunSnapshot): Result {
  switch (run.status) {
    case 'starting':
      return { tone: 'busy', symbol: '', text: 'starting' };
    case 'running':
      return { tone: 'busy', symbol: '', text: `running, ${count(run.calls.length, 'call')}` };
    case 'trapped':
      return { tone: 'error', symbol: '✗', text: 'trapped' };
    case 'timed-out':
      return { tone: 'error', symbol: '✗', text: 'out of time' };
    case 'cancelled':
      return { tone: 'warning', symbol: '■', text: 'cancelled' };
    case 'rejected':
      return { tone: 'error', symbol: '✗', text: 'can’t be run' };
    case 'looked-at':
      return { tone: 'neutral', symbol: '○', text: 'not run' };
    case 'completed':
      return completed(run);
  }
}

function completed({ expected, actual, calls, instances }: RunSnapshot): Result {
  if (expected === null) {
    const text = calls.length > 0 ? count(calls.length, 'call') : `instantiated ${count(instances, 'time')}`;
    return { tone: 'neutral', symbol: '○', text };
  }
  if (actual === null) return { tone: 'error', symbol: '✗', text: `no value, expected ${expected}` };
  if (actual !== expected) return { tone: 'error', symbol: '✗', text: `${actual}, expected ${expected}` };
  const differences = calls.filter(({ difference }) => difference !== null).length;
  if (differences === 0) return { tone: 'ok', symbol: '✓', text: `${expected} as expected` };
  return { tone: 'warning', symbol: '≠', text: `${expected} as expected, ${count(differences, 'difference')}` };
}
