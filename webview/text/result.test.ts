import { expect, test } from 'vitest';
import { resultOf } from '../../src/protocol/runResult.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { demoCalls, demoRun, shownRun } from '../testing/syntheticRun.ts';

test.each([
  ['as expected', demoRun(3), 'ok', '✓', '356 as expected'],
  ['another value', demoRun(3, { verdict: { expected: 356, actual: 34 } }), 'error', '✗', '34, expected 356'],
  ['no value', demoRun(3, { verdict: { expected: 356, actual: null } }), 'error', '✗', 'no value, expected 356'],
  ['a trap', demoRun(3, { status: 'trapped' }), 'error', '✗', 'trapped'],
  ['the time limit', demoRun(3, { status: 'timed-out' }), 'error', '✗', 'out of time'],
  ['cancelled', demoRun(3, { status: 'cancelled' }), 'warning', '■', 'cancelled'],
  ['rejected', demoRun(3, { status: 'rejected' }), 'error', '✗', 'can’t be run'],
  ['a program of which nothing is recorded', runOf(SCENARIOS.nothingRecorded()), 'error', '✗', 'nothing recorded'],
  ['looked at', demoRun(3, { status: 'looked-at' }), 'neutral', '○', 'not run'],
  ['running', demoRun(3, { status: 'running', calls: demoCalls(3).slice(0, 1) }), 'busy', '', 'running, 1 call'],
  [
    'making instances',
    demoRun(3, { status: 'running', calls: [], phase: { kind: 'making', instance: 1, since: 0, limit: 10 } }),
    'busy',
    '',
    'making instances',
  ],
  ['no demo', demoRun(3, { verdict: null, calls: [] }), 'neutral', '○', 'instantiated 3 times'],
] as const)('%s', (_, run, tone, symbol, text) => {
  expect(resultOf(run)).toEqual({ tone, symbol, text });
});

test('the right value is no success where the guest printed others', () => {
  expect(resultOf(shownRun({ ...runOf(SCENARIOS.difference()), verdict: { expected: 356, actual: 356 } }))).toEqual({
    tone: 'warning',
    symbol: '≠',
    text: '356 as expected, 15 differences',
  });
});
