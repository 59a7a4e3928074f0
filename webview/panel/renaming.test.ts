// Functions that the user renames: where that is asked for, and that what named them is asked for anew.
import { expect, test } from 'vitest';
import { FunctionNames } from '../../src/protocol/functionNames.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';

/** The demo as it is told where its user calls add_23 otherwise. */
function renamedDemo(name: string, renames: number): Scenario {
  const scenario = SCENARIOS.demo();
  const { state } = scenario;
  if (state.kind !== 'run') throw new Error('the demo is a run');
  const names = new FunctionNames([{ functions: [[3, name]], texts: [['add_23', name]] }], () => 0);
  const recording = new Proxy(scenario.recording, {
    get(target, key) {
      const own: unknown = Reflect.get(target, key);
      return typeof own === 'function' ? (params: unknown) => names.in(own.call(target, params)) : own;
    },
  });
  const { lastCall } = state.run;
  return { ...scenario, state: { ...state, renames, run: { ...state.run, lastCall: names.in(lastCall) } }, recording };
}

test('F2 on the selected call, and the menu of any call, ask the extension host', async () => {
  const { host, all, session } = await mountPanel(SCENARIOS.demo());
  session.view.goToCall(7);
  await settle();
  const tree = all('[role=tree]')[0];
  if (!tree) throw new Error('no trace');
  press(tree, 'F2');
  await host.act('renameFunction', { call: 3 });
  await until(() => host.renamed.length === 2);
  expect(host.renamed).toEqual([
    { kind: 'call', call: 7 },
    { kind: 'call', call: 3 },
  ]);
  session.view.goToCall(0);
  await settle();
  await host.act('renameFunction');
  await settle();
  expect(textOf(all('.said')[0])).toBe('No call is selected.');
  expect(host.renamed).toHaveLength(2);
});

test('the menu of a row of equal calls is about the first of them', async () => {
  // 1: alloc_11, 2 … 13: add_23 of #0 as one row
  const { panel, all } = await mountPanel(SCENARIOS.repeated());
  await until(() => all('.call.folded').length > 0);
  const [row] = all('.call.folded');
  row?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true }));
  const context: unknown = JSON.parse(panel.dataset.vscodeContext ?? '');
  expect(context).toMatchObject({ webviewSection: 'call', call: 2 });
});

test('elsewhere F2 is not about a call', async () => {
  const { host, all } = await mountPanel(SCENARIOS.demo());
  const grid = all('[role=grid]')[0];
  if (!grid) throw new Error('no grid');
  press(grid, 'F2');
  await settle();
  expect(host.renamed).toEqual([]);
});

test('in the list of functions by F2 and by its menu', async () => {
  const { host, panel, all, session } = await mountPanel(SCENARIOS.demo());
  session.view.setTrace({ groups: { by: 'calls', descending: true } });
  await until(() => all('td .link').length === 2);
  const [most] = all('td .link');
  if (!most) throw new Error('no function');
  expect(press(most, 'F2').defaultPrevented).toBe(true);
  await until(() => host.renamed.length === 1);
  expect(host.renamed).toEqual([{ kind: 'name', name: 'add_23' }]);
  most.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true }));
  const context: unknown = JSON.parse(panel.dataset.vscodeContext ?? '');
  expect(context).toMatchObject({ webviewSection: 'function', function: 'add_23' });
});

test('the panel shows the names at once, wherever it had others, and the old ones again', async () => {
  const { host, all, session } = await mountPanel(SCENARIOS.demo());
  session.view.goToCall(7);
  const rows = () => all('.call').map(textOf);
  const seventh = () => rows().find(row => row.startsWith('7 '));
  await until(() => seventh()?.includes('add_23(0x548)') === true);
  await host.send(renamedDemo('increment', 1));
  await until(() => seventh()?.includes('increment(0x548)') === true);
  // The selected row alone says what the module calls it.
  expect(rows().filter(row => row.includes('add_23'))).toEqual([seventh()]);
  expect(seventh()).toContain('add_23 in the module');
  const inspected = () => all('wsm-inspector').flatMap(each => [...(each.shadowRoot?.children ?? [])].map(textOf));
  await until(() => inspected().join().includes('in increment+0x12'));
  await host.act('copyCall', { call: 16 }); // the last one is told ahead of the others
  expect(host.copied).toEqual(['#2 increment(0x548)']);
  // A search for the old name marks the rows, too.
  session.view.setTrace({ search: 'add_23' });
  await until(() => all('.call.match').length > 0);
  expect(session.view.place.call).toBe(7);
  await host.send(renamedDemo('add_23', 2));
  await until(() => seventh()?.includes('add_23(0x548)') === true);
});
