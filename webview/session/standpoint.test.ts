import { expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { placeAfterCall, placeOfStep } from '../data/moments.ts';
import { heldRun } from '../testing/heldCalls.ts';
import { Standpoint } from './standpoint.ts';

test('a place that is not known yet is gone to when it is', async () => {
  const { host, run } = heldRun(1_000_000);
  const standpoint = new Standpoint();
  standpoint.start(run);
  standpoint.goTo(shown => placeAfterCall(shown, 700_000), run);
  expect(standpoint.place).toEqual({ step: 0, call: null });
  await host.arrive();
  standpoint.follow(run);
  expect(standpoint.place).toEqual({ step: 700_000, call: 700_000 });
  standpoint.goTo(shown => placeOfStep(shown, 12), run);
  expect(standpoint.place).toEqual({ step: 700_000, call: 700_000 });
  await host.arrive();
  standpoint.follow(run);
  expect(standpoint.place).toEqual({ step: 12, call: 12 });
});

test('who goes elsewhere meanwhile is not taken there', async () => {
  const { host, run } = heldRun(1_000_000);
  const standpoint = new Standpoint();
  standpoint.start(run);
  standpoint.goTo(shown => placeAfterCall(shown, 700_000), run);
  standpoint.goTo(() => ({ step: step(5), call: 5 }), run);
  await host.arrive();
  standpoint.follow(run);
  expect(standpoint.place).toEqual({ step: 5, call: 5 });
});

test('the last place is followed: at once where a call ended there, and else once it is known', async () => {
  const { host, run } = heldRun(1_000_000);
  const standpoint = new Standpoint();
  standpoint.start(run);
  standpoint.follow(run);
  expect(standpoint.place).toEqual({ step: 1_000_000, call: 1_000_000 });
  expect(host.asked).toEqual([]);
  // The host wrote after the last call: who made the step is asked for.
  const further = { ...run, lastStep: step(1_000_001) };
  standpoint.follow(further);
  expect(standpoint.place).toEqual({ step: 1_000_000, call: 1_000_000 });
  await host.arrive();
  standpoint.follow(further);
  expect(standpoint.place.step).toBe(1_000_001);
});
