import { expect, test } from 'vitest';
import { findingLabel, severityCounts } from '../../src/protocol/findingLabels.ts';
import { InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { DEAD_POINTER, DUPLICATES, EVERY_KIND, everyKindRun } from '../testing/foundRuns.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { shownRun } from '../testing/syntheticRun.ts';
import { findingsResult, momentText, storyOf } from './findingText.ts';

const run = (name: keyof typeof SCENARIOS) => shownRun(runOf(SCENARIOS[name]()));

test('how many of each severity, none left out but those that there are none of', () => {
  expect(severityCounts(EVERY_KIND)).toBe('6 errors · 1 warning');
  expect(severityCounts(DUPLICATES.slice(1))).toBe('1 error');
});

test('a row for screen readers says all that it shows, with the modules where there are several', () => {
  expect(findingLabel(DEAD_POINTER, NUMBERS_ALONE)).toBe(
    'error: An address in a dead stack frame is in use, #0, step 2, 15 times',
  );
  const [, warning] = EVERY_KIND;
  if (!warning) throw new Error('there are more');
  expect(findingLabel(warning, InstanceNames.of(everyKindRun()))).toBe(
    'warning: A store lies below all data of its module, #1 (drums.wasm), step 3',
  );
});

test('where and when', () => {
  expect(momentText(DEAD_POINTER)).toBe('0x548 to 0x54b at step 2');
  expect(momentText({ ...DEAD_POINTER, range: null })).toBe('memory at step 2');
  expect(EVERY_KIND.map(momentText)[3]).toBe('0x52c at step 6'); // one byte
});

test('the head tells how many there are by the worst of them, and none only where all was looked at', () => {
  const found = (answer: typeof DUPLICATES | null, isComplete: boolean, name: keyof typeof SCENARIOS) =>
    findingsResult({ answer, isComplete }, run(name));
  expect(found(null, false, 'demo')).toBeNull();
  expect(found([], false, 'running')).toBeNull();
  expect(found([], true, 'callsOnly')).toBeNull();
  expect(found([], true, 'demo')).toEqual({ tone: 'ok', symbol: '✓', text: 'no findings', number: 0 });
  expect(found([], true, 'trapped')).toEqual({ tone: 'neutral', symbol: '○', text: 'no findings', number: 0 });
  expect(found(DUPLICATES, false, 'running')).toEqual({ tone: 'error', symbol: '✗', text: '2 findings', number: 2 });
  expect(found(EVERY_KIND.slice(1, 2), true, 'demo')).toMatchObject({
    tone: 'warning',
    symbol: '▲',
    text: '1 finding',
  });
});

test('a run that ended wrong has a story of its first error, of three sentences at the most', () => {
  const [, warning, duplicate] = EVERY_KIND;
  if (!warning || !duplicate) throw new Error('there are more');
  expect(storyOf([warning, duplicate], run('corrupted'))).toEqual({
    finding: duplicate,
    sentences: [
      'An allocator handed out a block twice.',
      'Call 4, alloc_11 on #2, returned 0x548 to 0x54b, which overlaps 0x548 to 0x54b of call 1, alloc_11 on #0, and nobody has freed that.',
      'Whoever writes to one of the two changes the other.',
    ],
  });
  expect(storyOf([warning], run('corrupted'))).toBeNull();
  expect(storyOf([duplicate], run('demo'))).toBeNull();
  expect(storyOf([duplicate], run('running'))).toBeNull();
});
