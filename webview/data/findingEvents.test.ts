import { expect, test } from 'vitest';
import { EVERY_KIND } from '../testing/foundRuns.ts';
import { eventInCall, eventsOf } from './findingEvents.ts';

test('the first event of each kind is the one that its second does not go with', () => {
  const firsts = EVERY_KIND.map(finding => {
    const { first } = eventsOf(finding);
    return [finding.kind, first && [first.call, first.step, first.range?.address, first.range?.length]];
  });
  expect(firsts).toEqual([
    ['dead-stack-pointer', [1, 1, 0x548, 4]], // the local was stored in call 1
    ['null-page-write', null],
    ['duplicate-allocation', [1, null, 0x548, 4]], // call 1 got the block first
    ['segment-overwrite', [4, 4, 0x52c, 4]], // what was stored in call 4 went back
    ['allocator-reset', [5, 5, 0x40c, 20]],
    ['static-overlap', null],
    ['printed-value-differs', null],
  ]);
});

test('the second event is the finding itself; calls of both are known', () => {
  const [dead, alone] = EVERY_KIND;
  if (!dead || !alone) throw new Error('no findings');
  const events = eventsOf(dead);
  expect(events.second).toBe(dead);
  expect([1, 2, 3].map(call => eventInCall(events, call))).toEqual(['first', 'second', undefined]);
  // Where there is one event, it has no number.
  expect(eventInCall(eventsOf(alone), 3)).toBeUndefined();
});
