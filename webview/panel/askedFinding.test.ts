// A finding that the user chose outside of the panel: in the list of runs.
import { expect, test } from 'vitest';
import { DUPLICATES } from '../testing/foundRuns.ts';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

const [, SECOND] = DUPLICATES;

test('is told in full, with its bytes selected at its step', async () => {
  const { host, session, all } = await mountPanel(SCENARIOS.corrupted());
  await until(() => session.data.findings.isComplete);
  await host.showFinding(1, SECOND);
  await settle();
  expect(session.view.place.step).toBe(SECOND.step);
  expect(session.view.selection.range).toEqual({ start: SECOND.range?.address, length: SECOND.range?.length });
  expect(session.view.leads).toBe(true);
  expect(textOf(all('.said')[0])).toBe('An allocator handed out a block twice');
});

test('of a run that is on its way to the panel is shown once it is here, and not another time', async () => {
  const { host, session } = await mountPanel(SCENARIOS.demo());
  await host.showFinding(2, SECOND);
  expect(session.view.finding).toBeNull();
  const { state, ...rest } = SCENARIOS.corrupted();
  const next = { ...rest, state: { ...state, runId: 2 } };
  await host.send(next);
  expect([session.view.finding, session.view.place.step]).toEqual([SECOND, SECOND.step]);
  session.view.showFinding(null);
  await host.send(next);
  expect(session.view.finding).toBeNull();
});
