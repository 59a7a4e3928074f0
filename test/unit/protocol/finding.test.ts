import { expect, it } from 'vitest';
import { isCuredBySharedState } from '../../../src/protocol/finding.ts';

it('shared state cures what instances of one module do to each other', () => {
  // #0 and #2 are of module 0, #1 is of module 1.
  const moduleOf = (instance: number): number => instance % 2;
  expect(isCuredBySharedState({ kind: 'duplicate-allocation', instances: [0, 2] }, moduleOf)).toBe(true);
  expect(isCuredBySharedState({ kind: 'duplicate-allocation', instances: [0, 1] }, moduleOf)).toBe(false);
  expect(isCuredBySharedState({ kind: 'stack-overlap', instances: [0] }, moduleOf)).toBe(true);
  expect(isCuredBySharedState({ kind: 'heap-overflow', instances: [0] }, moduleOf)).toBe(false);
});
