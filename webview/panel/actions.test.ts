import { expect, test } from 'vitest';
import { contributes } from '../../package.json';
import { hex } from '../../src/protocol/text.ts';
import { address, step } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';

async function mountShown(scenario: Scenario) {
  const mounted = await mountPanel(scenario);
  const said = () => textOf(mounted.all('.said')[0]);
  /** The step and the selected byte. */
  const place = () => [mounted.session.view.place.step, mounted.session.view.selection.address];
  return { ...mounted, said, place };
}

test('steps: first, next, previous and last, as the buttons', async () => {
  const { host, place } = await mountShown(SCENARIOS.demo());
  const steps: unknown[] = [];
  for (const action of ['firstStep', 'nextStep', 'nextStep', 'previousStep', 'lastStep'] as const) {
    await host.act(action);
    steps.push(place()[0]);
  }
  expect(steps).toEqual([0, 1, 2, 1, 16]);
  await host.act('goToStep', { step: step(7) });
  expect(place()).toEqual([7, 0x548]);
});

test('an address is gone to; one outside of memory is told', async () => {
  const { host, place, said } = await mountShown(SCENARIOS.demo());
  await host.act('goToAddress', { address: address(0x554) });
  expect(place()).toEqual([16, 0x554]);
  await host.act('goToAddress', { address: address(0xffff0000) });
  await settle();
  expect(said()).toMatch(/^0xffff0000 is outside the memory: its last byte is 0x[0-9a-f]+ffff\.$/);
  expect(place()).toEqual([16, 0x554]);
});

test('who wrote this: a sentence, and the way to that step', async () => {
  const { host, said, place, all } = await mountShown(SCENARIOS.demo());
  await host.act('goToStep', { step: step(8) });
  await host.act('whoWrote', { address: address(0x548) });
  await settle();
  // 0x548 is written by call 7 at step 7 (149 since then), and by call 8 after it.
  const [sentence, at] =
    /^0x548: i32\.store by #\d in add_\w+\+0x[0-9a-f]+ at 0x548, \d+ to \d+, step (\d)\. Show that step$/.exec(
      said(),
    ) ?? [];
  expect(sentence).toBeDefined();
  expect(Number(at)).toBe(8);
  await host.act('whoWrote', { address: address(0) });
  await settle();
  expect(said()).toBe('0x0 was never written: it was zero all along.');
  await host.act('firstWrite', { address: address(0x548) });
  await settle();
  expect(place()[1]).toBe(0x548);
  expect(place()[0]).toBeLessThan(7);
  await host.act('allWrites', { address: address(0x548) });
  await settle();
  expect(all('wsm-write-list')).toHaveLength(1);
});

test('copies the address, the bytes, and the value', async () => {
  const { host, session } = await mountShown(SCENARIOS.demo());
  // 356 = 0x164, little endian
  await host.act('copyAddress', { address: address(0x548) });
  await host.act('copyValue', { address: address(0x548) });
  session.view.jumpToRange({ start: address(0x548), length: 4 });
  await host.act('copyHex', { address: address(0x54a) }); // inside of the selection: all of it
  await until(() => host.copied.length === 3);
  expect(host.copied).toEqual(['0x548', '356', '64 01 00 00']);
  session.view.jumpToRange({ start: address(0x548), length: 2 });
  await host.act('copyValue');
  session.view.setLittleEndian(false);
  await host.act('copyValue');
  expect(host.copied.slice(3)).toEqual(['356', String(0x6401)]);
});

test('a selection from one byte to another', async () => {
  const { host, session, said } = await mountShown(SCENARIOS.demo());
  await host.act('selectFrom', { address: address(0x550) });
  await settle();
  expect(said()).toBe('The selection begins at 0x550: “Select to here”, or Shift and a click, ends it.');
  await host.act('selectTo', { address: address(0x557) });
  expect(session.view.selection.range).toEqual({ start: 0x550, length: 8 });
});

test('of a call: it is copied, its first store is shown, and the trace is filtered to its function', async () => {
  const { host, session, place } = await mountShown(SCENARIOS.demo());
  await host.act('copyCall', { call: 7 });
  expect(host.copied).toEqual(['#2 add_23(0x548)']);
  session.view.jump(address(0));
  await host.act('firstStore', { call: 7 });
  await until(() => session.view.place.step === 7);
  expect(place()).toEqual([7, 0x548]);
  await host.act('filterToFunction', { call: 7 });
  await settle();
  expect(session.view.callFilter).toEqual({
    instance: null,
    text: '',
    function: 'add_23', // and no other whose name has that in it
    trapped: false,
    differs: false,
    rows: 'all',
  });
});

test('from one finding to the next, and no further', async () => {
  const { host, session, said } = await mountShown(SCENARIOS.corrupted());
  await until(() => session.data.findings.isComplete);
  const { known } = session.data.findings;
  expect(known.length).toBeGreaterThan(1);
  session.view.showFinding(null);
  session.view.goToStep(0);
  const shown: number[] = [];
  for (let i = 0; i <= known.length; i++) {
    await host.act('nextFinding');
    const { finding } = session.view;
    shown.push(finding ? known.indexOf(finding) : -1);
  }
  await settle();
  const last = known.length - 1;
  expect(shown).toEqual([...known.keys(), last].slice(shown[0]));
  expect(said()).toBe('There is no later finding.');
  await host.act('previousFinding');
  expect(session.view.finding).toBe(known[last - 1]);
});

test('what a menu is about stands on the panel when the event leaves it', async () => {
  const { panel, all, session } = await mountShown(SCENARIOS.demo());
  const heard: (string | undefined)[] = [];
  const listen = () => void heard.push(panel.dataset.vscodeContext);
  window.addEventListener('contextmenu', listen);
  const open = (element: Element | undefined, init: MouseEventInit = {}) =>
    element?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true, ...init }));
  const canvas = all('wsm-memory-grid')[0]?.shadowRoot?.querySelector('canvas');
  if (!canvas) throw new Error('no canvas');
  const { left, top } = canvas.getBoundingClientRect();
  // The pointer: the first row that is shown, its first byte.
  open(canvas, { clientX: left + 95, clientY: top + 5, button: 2 });
  // The keyboard: the selected byte, wherever the event is.
  const grid = all('[role=grid]')[0];
  if (!grid) throw new Error('no grid');
  session.view.select(address(0x549));
  await settle();
  press(grid, 'ContextMenu');
  open(grid, { clientX: left + 95, clientY: top + 5 });
  open(all('.call')[6]);
  const tree = all('[role=tree]')[0];
  if (!tree) throw new Error('no tree');
  press(tree, 'F10', { shiftKey: true });
  open(tree);
  open(all('.who')[0]);
  open(all('.label')[0]);
  window.removeEventListener('contextmenu', listen);
  const told = heard.map(text => (text === undefined ? null : JSON.parse(text)));
  expect(told[0]).toMatchObject({ webviewSection: 'memory', preventDefaultContextMenuItems: true });
  canvas.dispatchEvent(
    new PointerEvent('pointermove', { clientX: left + 95, clientY: top + 5, bubbles: true, composed: true }),
  );
  const tip = grid.getAttribute('title') ?? '';
  expect(hex(told[0].address)).toBe(tip.split(':')[0]); // the byte whose tip the pointer shows
  const about = { preventDefaultContextMenuItems: true };
  expect(told.slice(1)).toEqual([
    { ...about, webviewSection: 'memory', address: 0x549 },
    { ...about, webviewSection: 'call', call: 7 },
    { ...about, webviewSection: 'call', call: 16 },
    { ...about, webviewSection: 'memory', address: 0x549 },
    null,
  ]);
});

test('a text field has the menu of text fields', async () => {
  const { panel, all } = await mountShown(SCENARIOS.templates());
  const field = all('wsm-inspector input, wsm-template-section input')[0] ?? all('input')[0];
  field?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, composed: true }));
  expect(field).toBeDefined();
  expect(panel.dataset.vscodeContext).toBeUndefined();
});

test('the extension host is told where the user is, once for each place', async () => {
  const { host, session } = await mountShown(SCENARIOS.demo());
  await until(() => host.places.length > 0);
  const runId = session.state?.kind === 'run' ? session.state.runId : -1;
  expect(host.places.at(-1)).toEqual({ runId, step: 16, call: 16, address: 0x548, length: 1 });
  const before = host.places.length;
  session.view.jumpToRange({ start: address(0x550), length: 8 });
  session.view.setLittleEndian(false);
  await until(() => host.places.length > before);
  session.view.setLittleEndian(true); // the place is the same
  await new Promise(resolve => setTimeout(resolve, 250));
  expect(host.places.slice(before)).toEqual([{ runId, step: 16, call: 16, address: 0x550, length: 8 }]);
});

test('a key is either the panel’s or a key binding of VS Code, never both', async () => {
  const { all, session } = await mountShown(SCENARIOS.demo());
  const heard: KeyboardEvent[] = [];
  const listen = (event: KeyboardEvent) => void heard.push(event);
  window.addEventListener('keydown', listen);
  const keys = { f7: 'F7', f8: 'F8', home: 'Home', end: 'End', pageup: 'PageUp', pagedown: 'PageDown' };
  session.view.goToStep(8);
  for (const { key: binding, when } of contributes.keybindings) {
    if (when !== 'wasmSharedMemory.focus == panel') continue; // of other editors
    const parts = binding.split('+');
    const name = parts.at(-1) as keyof typeof keys;
    for (const element of [all('[role=grid]')[0], all('[role=tree]')[0], all('input[type=range]')[0]]) {
      if (!element) throw new Error('a part is missing');
      heard.length = 0;
      const before = JSON.stringify(session.persisted);
      const event = press(element, keys[name], { altKey: parts.includes('alt'), shiftKey: parts.includes('shift') });
      const isPanels = name === 'f7';
      expect([binding, heard.length, event.defaultPrevented]).toEqual([binding, isPanels ? 0 : 1, isPanels]);
      if (!isPanels) expect(JSON.stringify(session.persisted)).toBe(before);
    }
  }
  window.removeEventListener('keydown', listen);
});
