// What the panel says where a run has not got far, or no further: before the first call, and of a module that is no guest of the demo.
import { expect, test } from 'vitest';
import { RUN_REPLACED } from '../../src/protocol/panel.ts';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

test('a module that is no guest: what can be done with it, each by a button; what it lacks is folded', async () => {
  const { host, all } = await mountPanel(SCENARIOS.noDemo());
  expect(all('wsm-problem-banner')).toEqual([]);
  expect(textOf(all('p[role=status]')[0])).toMatch(/no guest of the demo, so nothing was called\./);
  const [details] = all('details').filter(each => textOf(each).includes('exports no alloc_11'));
  expect(details).toMatchObject({ open: false });
  const offers = all('.offer').filter(each => each instanceof HTMLElement);
  expect(offers.map(textOf)).toEqual([
    'Record the program that uses it…',
    'Add a second module…',
    'Look at its sections',
    'Choose another file…',
  ]);
  for (const offer of offers) offer.click();
  await until(() => host.commands.length === 4);
  expect(host.commands.map(({ name }) => name)).toEqual(['recordUser', 'addModule', 'openSections', 'runDemo']);
});

test('a recording of such a module that was opened offers nothing: its file need not be here', async () => {
  const scenario = SCENARIOS.noDemo();
  if (scenario.state.kind !== 'run') throw new Error('no run');
  const { all } = await mountPanel({ ...scenario, state: { ...scenario.state, opened: true } });
  expect(all('.offer')).toEqual([]);
  expect(all('p[role=alert]').map(textOf)[0]).toContain('exports no alloc_11');
});

test('before the first call: what is done, for how long, and what the time limit counts', async () => {
  const { all } = await mountPanel(SCENARIOS.making());
  const [text] = all('p.phase');
  expect(textOf(text)).toMatch(
    /^Instance #1 \(of 3\) is being made: data segments are put into memory, and its start function runs, for \d+ s now\. The time limit of 10 s counts this, and calls; not what the recording takes\.$/,
  );
  const secondsIn = () => Number(/for (\d+) s/.exec(textOf(text))?.[1]);
  const first = secondsIn();
  expect(first).toBeGreaterThanOrEqual(33);
  await until(() => secondsIn() > first); // it goes on by itself
  expect(textOf(all('.pill')[0])).toBe('making instances');
});

test('answers for a run that was replaced are no notice, whichever run is shown by then', async () => {
  const { session, all } = await mountPanel(SCENARIOS.demo());
  for (const what of ['read', 'act'] as const) session.fail(RUN_REPLACED, what);
  await settle();
  expect(session.notice).toBeNull();
  expect(all('[role=alert]')).toEqual([]);
});

test('what can be done with such a module is in view in a narrow side bar, too, beside eight rows of memory', async () => {
  const { panel, all, session } = await mountPanel(SCENARIOS.noDemo());
  Object.assign(panel.style, { width: '292px', height: '720px' });
  await until(() => session.data.findings.isComplete);
  await settle();
  await settle();
  const offers = all('.offer');
  expect(offers).toHaveLength(4);
  const view = panel.getBoundingClientRect();
  for (const offer of offers) {
    const { height, bottom } = offer.getBoundingClientRect();
    expect([textOf(offer), height > 0 && bottom < view.bottom]).toEqual([textOf(offer), true]);
  }
  const [grid] = all('wsm-memory-grid');
  const { top, bottom } = grid.getBoundingClientRect();
  // The canvas draws rows as far from each other as the theme's font asks for: at most 19 px.
  expect(Math.min(bottom, view.bottom) - top).toBeGreaterThanOrEqual(8 * 19);
});
