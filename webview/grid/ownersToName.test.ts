import { expect, test } from 'vitest';
import { ownedRun } from '../testing/recordedRuns.ts';
import { demoRun, shownRun } from '../testing/syntheticRun.ts';
import { ownersToName } from './ownersToName.ts';

test('the instances that wrote, then what else was seen, then what is always there', () => {
  // 4, 5, 6 are #0, #1, #2; 2 the host, 3 unrecorded, 1 initial data, 0 never written
  expect(ownersToName(shownRun(ownedRun()), [new Set([2, 6]), new Set([3, 1])])).toEqual([4, 5, 6, 2, 3, 1, 0]);
  expect(ownersToName(demoRun(3, { calls: [] }), [new Set([9])])).toEqual([9, 1, 0]);
});
