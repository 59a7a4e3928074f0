// The whole panel over runs whose stores are recorded.
import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

function click(elements: Element[], text: string): void {
  const found = elements.find(element => textOf(element) === text);
  if (!(found instanceof HTMLElement)) throw new Error(`nothing says “${text}”`);
  found.click();
}

test('the demo can be stood at each of its 16 stores', async () => {
  const { session, all } = await mountPanel(SCENARIOS.demo());
  session.view.goToStep(0);
  await until(() => session.view.place.step === 0);
  for (let at = 1; at <= 16; at++) {
    all('vscode-button')
      .find(button => button.ariaLabel === 'Next step')
      ?.dispatchEvent(new MouseEvent('click'));
    await until(() => session.view.place.step === at);
    expect(session.view.place.call).toBe(at);
  }
  expect(textOf(all('.counts')[0])).toBe('16 calls · 16 stores');
});

test('a byte’s last writer, the write before it, and all of them', async () => {
  const { session, all } = await mountPanel(SCENARIOS.owned());
  await until(() => session.data.lastChange.answer !== null);
  await settle();
  expect(textOf(all('.who')[0])).toBe('written by #0 in add_23+0x12 (i32.store) at step 12, call 4, value 34');
  click(all('.writes button'), '‹ previous');
  await until(() => session.view.place.step === 1);
  await until(() => textOf(all('.who')[0]).includes('value 11'));
  click(all('.writes button'), '‹ previous');
  await until(() => session.view.said !== null);
  expect(session.view.said).toBe('There is no earlier write to this byte.');
  click(all('.writes button'), 'next ›');
  await until(() => session.view.place.step === 12);
  click(all('.writes button'), 'all writes');
  await until(() => all('.write').length > 0);
  expect(all('.write').map(textOf)).toEqual(['12 #0 add_23+0x12 11 → 34', '1 #0 alloc_11+0x1c 0 → 11']);
});

test('who wrote a byte may be the host, or not known', async () => {
  const { session, all } = await mountPanel(SCENARIOS.owned());
  session.view.jump(address(0x5d1));
  await until(() => textOf(all('.who')[0]).includes('host'));
  // No instruction is known, so the bytes are of no type.
  expect(textOf(all('.who')[0])).toBe('written by the host, between calls 3 and 4, at step 11, value ca fe ca fe');
  session.view.jump(address(0x5e0));
  await until(() => textOf(all('.who')[0]).includes('record'));
  expect(textOf(all('.who')[0])).toBe('changed at step 13, call 4, value 01 02 03 04 05; no record says by what');
});

test('an access chosen in the trace is gone to: its step, its address', async () => {
  const { session, all } = await mountPanel(SCENARIOS.owned());
  session.view.goToCall(3);
  await settle();
  const tree = all('[role=tree]')[0];
  if (!tree) throw new Error('no tree');
  press(tree, 'ArrowRight');
  await until(() => all('.access .site').length === 8);
  const row = all('.access')[2];
  if (row instanceof HTMLElement) row.click();
  expect([session.view.place, session.view.selection.address]).toEqual([{ step: 5, call: 3 }, 0x5c2]);
});

test('over calls the whole call is marked as changed, over stores the one write', async () => {
  const { session } = await mountPanel(SCENARIOS.owned());
  const changed = () => [...(session.data.memory?.read(0x5c0, 8).changed ?? [])].join('');
  session.view.goToCall(3);
  session.view.jump(address(0x5c0));
  await until(() => changed() === '00000001');
  session.view.setGranularity('calls');
  await until(() => changed() === '11111111');
  expect(session.persisted.granularity).toBe('calls');
});

test('the legend names the owners, and one of them alone can be shown', async () => {
  const { all, panel } = await mountPanel(SCENARIOS.owned());
  const names = ['#0', '#1', '#2', 'host', 'unrecorded', 'initial data', 'never written'];
  await until(() => all('.owner').length === names.length);
  expect(all('.owner').map(textOf)).toEqual(names);
  click(all('.owner'), 'host');
  await settle();
  const grid = all('wsm-memory-grid')[0];
  if (!grid || !('onlyOwner' in grid)) throw new Error('no grid');
  expect(grid.onlyOwner).toBe(2);
  expect(
    all('.owner')
      .filter(owner => owner.ariaPressed === 'true')
      .map(textOf),
  ).toEqual(['host']);
  press(grid, 'Escape');
  await settle();
  expect(grid.onlyOwner).toBeNull();
  expect(panel.isConnected).toBe(true);
});

test('Ctrl+F searches; the match is selected', async () => {
  const { session, panel, all } = await mountPanel(SCENARIOS.owned());
  press(panel, 'f', { ctrlKey: true });
  await until(() => all('wsm-search-box').length === 1);
  const field = all('wsm-search-box vscode-text-field, vscode-text-field').find(
    found => found.ariaLabel === 'Search memory',
  );
  await until(() => field?.matches(':focus-within') ?? false);
  if (!field || !('value' in field)) throw new Error('no field');
  field.value = 'ca fe ?? fe';
  press(field, 'Enter');
  await until(() => session.data.search.state.kind === 'found');
  expect(session.view.selection.range).toEqual({ start: 0x5d0, length: 4 });
  await settle();
  expect(textOf(all('.length')[0])).toBe('4 bytes selected');
  // Its bytes are marked in the grid and in the strip; the host wrote them in step 11.
  expect(all('#byte-1488')[0]?.ariaLabel).toContain('found by the search');
  expect(all('.strip')[0]?.getAttribute('aria-valuetext')).toContain('1 match');
  const legend = () => all('.entry').map(textOf);
  expect(legend()).toContain('search match');
  const outcome = () => all('.outcome')[0];
  expect(textOf(outcome())).toBe('1 of 1, at 0x5d0 when?');
  click(all('.outcome button'), 'when?');
  await until(() => session.data.standing.state.kind === 'known');
  await settle();
  expect(textOf(outcome())).toBe('1 of 1, at 0x5d0 it stood from step 11 to step 15, the last one');
  session.view.goToStep(10);
  await until(() => session.data.search.state.kind === 'none');
  await settle();
  expect(legend()).not.toContain('search match');
  expect(textOf(outcome())).toBe('not in memory at this step it stood from step 11 to step 15, the last one');
  click(all('.outcome button'), 'step 11');
  await until(() => session.view.place.step === 11);
  expect(session.view.selection.range).toEqual({ start: 0x5d0, length: 4 });
});

test('the selection is copied in a format and saved to a file; too much of it is refused', async () => {
  const { session, host, all } = await mountPanel(SCENARIOS.owned());
  session.view.select(address(0x5c0));
  session.view.extendSelection(address(0x5c3));
  const [grid] = all('[role=grid]');
  if (!grid) throw new Error('no grid');
  press(grid, 'c', { ctrlKey: true });
  session.host.copySelection('json');
  await until(() => host.copied.length === 2);
  expect(host.copied).toEqual(['10 17 1e 25', '[16,23,30,37]']);
  await until(() => session.view.said !== null);
  await settle();
  expect(textOf(all('.said')[0])).toBe('4 bytes copied as json.');
  session.host.saveSelection();
  await until(() => host.saved.length === 1);
  expect(host.saved).toEqual([{ runId: 1, step: 15, address: 0x5c0, length: 4 }]);
  session.view.select(address(0));
  session.view.extendSelection(address(2 ** 20));
  session.host.copySelection('hex');
  expect(session.view.said).toBe('More than 1 MiB is selected: save the range to a file instead.');
  expect(host.copied).toHaveLength(2);
});

test('what is missing from the recording is said', async () => {
  const { session, all } = await mountPanel(SCENARIOS.dropped());
  expect(all('.note').map(textOf)).toEqual([
    'Loads are not recorded: the module uses memory64.',
    'Older steps were dropped: history is whole from step 6 on.',
  ]);
  session.view.goToCall(2);
  expect(session.view.place).toEqual({ step: 6, call: null });
});

test('without recorded stores there are calls alone: no owners, no list of writes', async () => {
  const { session, all } = await mountPanel(SCENARIOS.callsOnly());
  expect([session.view.granularity, all('.owner').length, all('.writes').length, all('.disclosure').length]).toEqual([
    'calls',
    0,
    0,
    0,
  ]);
});
