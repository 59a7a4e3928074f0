import { expect, test } from 'vitest';
import { SCENARIOS } from '../testing/scenarios.ts';
import { demoCalls, demoSnapshot } from '../testing/syntheticRun.ts';
import { resultOf } from './result.ts';

test.each([
  ['as expected', demoSnapshot(3), 'ok', '✓', '356 as expected'],
  ['another value', demoSnapshot(3, { actual: 34 }), 'error', '✗', '34, expected 356'],
  ['no value', demoSnapshot(3, { actual: null }), 'error', '✗', 'no value, expected 356'],
  ['a trap', demoSnapshot(3, { status: 'trapped' }), 'error', '✗', 'trapped'],
  ['the time limit', demoSnapshot(3, { status: 'timed-out' }), 'error', '✗', 'out of time'],
  ['cancelled', demoSnapshot(3, { status: 'cancelled' }), 'warning', '■', 'cancelled'],
  ['rejected', demoSnapshot(3, { status: 'rejected' }), 'error', '✗', 'can’t be run'],
  ['looked at', demoSnapshot(3, { status: 'looked-at' }), 'neutral', '○', 'not run'],
  ['running', demoSnapshot(3, { status: 'running', calls: demoCalls(3).slice(0, 1) }), 'busy', '', 'running, 1 call'],
  ['no demo', demoSnapshot(3, { expected: null, actual: null, calls: [] }), 'neutral', '○', 'instantiated 3 times'],
] as const)('%s', (_, run, tone, symbol, text) => {
  expect(resultOf(run)).toEqual({ tone, symbol, text });
});

test('the right value is no success where the guest printed others', () => {
  const { state } = SCENARIOS.difference();
  if (state.kind !== 'run') throw new Error('no run');
  expect(resultOf({ ...state.run, actual: 356 })).toEqual({
    tone: 'warning',
    symbol: '≠',
    text: '356 as expected, 15 differences',
  });
});
