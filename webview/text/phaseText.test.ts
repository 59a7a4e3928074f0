import { expect, test } from 'vitest';
import { phaseText } from './phaseText.ts';

const since = 1_000_000;

test('what is done, for how long once that is a second, and whether the time limit counts it', () => {
  expect(phaseText({ kind: 'making', instance: 1, since, limit: 10 }, 3, since + 12_900)).toBe(
    'Instance #1 (of 3) is being made: data segments are put into memory, and its start function runs, for 12 s now. The time limit of 10 s counts this, and calls; not what the recording takes.',
  );
  expect(phaseText({ kind: 'preparing', instance: 0, since, limit: 0.5 }, 3, since + 999)).toBe(
    'The module is read and compiled, and memory is asked for. This does not count towards the time limit of 0.5 s.',
  );
  // The clock of the extension host's machine may be ahead.
  expect(phaseText({ kind: 'reading', instance: 0, since, limit: 10 }, 3, since - 5000)).toBe(
    'All instances are made, and memory is read for step 0. This does not count towards the time limit of 10 s.',
  );
});
