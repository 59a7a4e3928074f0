import { html } from 'lit';
import { expect, test } from 'vitest';
import { deepAll, mount, recordActions, settle, textOf } from '../testing/mount.ts';
import type { Scenario } from '../testing/scenarios.ts';
import { SCENARIOS, shownState } from '../testing/scenarios.ts';
import { instancesOf } from '../testing/syntheticRun.ts';
import './header.ts';

async function mountHeader(scenario: Scenario) {
  const { actions, calls } = recordActions();
  const header = await mount(
    'wsm-header',
    html`<wsm-header .state=${shownState(scenario)} .host=${actions}></wsm-header>`,
  );
  const [dropdown, stateDropdown] = deepAll(header.renderRoot, 'vscode-dropdown');
  return { header, calls, dropdown, stateDropdown, pill: header.renderRoot.querySelector('.pill') };
}

test('names the module, with everything about it in the tooltip', async () => {
  const { header, pill } = await mountHeader(SCENARIOS.demo());
  const title = header.renderRoot.querySelector('h1');
  expect(textOf(title)).toBe('guest.wasm');
  expect(title?.title).toBe('guests/guest.wasm · 1.8 KiB · imported memory of 17 pages');
  expect(textOf(pill)).toBe('✓ 356 as expected');
});

test('another number of instances runs the module again', async () => {
  const { dropdown, calls } = await mountHeader(SCENARIOS.demo());
  if (!dropdown || !('value' in dropdown)) throw new Error('no dropdown');
  await settle();
  expect(dropdown.value).toBe('3');
  expect([...dropdown.children].map(textOf)).toContain('64 instances');
  expect(textOf(dropdown.children[0])).toBe('1 instance');
  dropdown.value = '8';
  dropdown.dispatchEvent(new Event('change'));
  expect(calls).toEqual([['command', { name: 'setInstances', instances: 8 }]]);
});

test('the other state of the instances runs the module again', async () => {
  const demo = SCENARIOS.demo();
  const { stateDropdown, calls } = await mountHeader(demo);
  if (!stateDropdown || !('value' in stateDropdown)) throw new Error('no dropdown');
  await settle();
  expect(stateDropdown.value).toBe('separate');
  expect([...stateDropdown.children].map(textOf)).toEqual(['state: separate', 'state: shared']);
  stateDropdown.value = 'shared';
  stateDropdown.dispatchEvent(new Event('change'));
  expect(calls).toEqual([['command', { name: 'setState', state: 'shared' }]]);
  const shared = await mountHeader({ ...demo, state: { ...demo.state, state: 'shared' } });
  await settle();
  expect(shared.stateDropdown && 'value' in shared.stateDropdown && shared.stateDropdown.value).toBe('shared');
});

test('several modules have an instance each: there is no number to choose, but a state', async () => {
  const demo = SCENARIOS.demo();
  const { run } = demo.state;
  const modules = [...run.modules, ...run.modules];
  const { header } = await mountHeader({ ...demo, state: { ...demo.state, run: { ...run, modules } } });
  const labels = [...header.renderRoot.querySelectorAll('wsm-choice')].map(({ label }) => label);
  expect(labels).toEqual(['Instance state: the other one runs the module again']);
});

test('a number that is in no list is among the choices all the same', async () => {
  const demo = SCENARIOS.demo();
  const { dropdown } = await mountHeader({
    ...demo,
    state: { ...demo.state, run: { ...demo.state.run, instances: instancesOf(11) } },
  });
  expect([...(dropdown?.children ?? [])].map(textOf).slice(7, 10)).toEqual([
    '8 instances',
    '11 instances',
    '16 instances',
  ]);
});

test('a run can be cancelled, and gets no other number of instances meanwhile', async () => {
  const { header, dropdown, stateDropdown, calls, pill } = await mountHeader(SCENARIOS.running());
  expect(textOf(pill)).toBe('running, 7 calls');
  expect([dropdown, stateDropdown].map(each => each?.hasAttribute('disabled'))).toEqual([true, true]);
  header.renderRoot.querySelector<HTMLElement>('vscode-button')?.click();
  expect(calls).toEqual([['command', { name: 'cancel' }]]);
});

test('a program that is not recorded now says so', async () => {
  const { pill } = await mountHeader(SCENARIOS.paused());
  expect(textOf(pill)).toBe('❚❚ recording paused, 5 calls');
});

test('a recording tells how many instances it has, where it has any', async () => {
  const demo = SCENARIOS.demo();
  const opened = (instances: number): Scenario => ({
    ...demo,
    state: { ...demo.state, opened: true, run: { ...demo.state.run, instances: instancesOf(instances) } },
  });
  const { header, dropdown } = await mountHeader(opened(1));
  expect(dropdown).toBeUndefined();
  expect(textOf(header.renderRoot.querySelector('.opened'))).toBe('recording of 1 instance');
  const program = await mountHeader(opened(0)); // one that has made none yet
  expect(program.header.renderRoot.querySelector('.opened')).toBeNull();
});

test('a file that was only looked at has no instances to choose', async () => {
  const { dropdown, pill } = await mountHeader(SCENARIOS.lookedAt());
  expect(dropdown).toBeUndefined();
  expect(textOf(pill)).toBe('○ not run');
});
