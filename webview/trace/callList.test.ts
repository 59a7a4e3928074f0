import { html } from 'lit';
import { expect, test } from 'vitest';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { placeAfterCall } from '../panel/moments.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';
import './callList.ts';

function runOf({ state }: Scenario): RunSnapshot {
  if (state.kind !== 'run') throw new Error('no run');
  return state.run;
}

async function mountList(run: RunSnapshot, call: number, width = 600, height = 400) {
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-call-list',
    html`<wsm-call-list style="height: 100%" .run=${run} .place=${placeAfterCall(run, call)} .actions=${actions}></wsm-call-list>`,
    { width, height },
  );
  const rows = () => [...list.renderRoot.querySelectorAll('[aria-level="1"]')];
  return { list, calls, rows, tree: list.renderRoot.querySelector('[role=tree]') };
}

test('one row a call, with what it did', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.demo()), 16);
  expect(rows()).toHaveLength(16);
  expect(textOf(rows()[0])).toBe('1 ▸ #0 alloc_11() → 0x548 11 1 B 38.2 µs');
  expect(textOf(rows()[6])).toMatch(/^7 ▸ #2 add_23\(0x548\) 126 → 149 1 B /);
});

test('the call of the shown step is selected and named to screen readers', async () => {
  const { rows, tree } = await mountList(runOf(SCENARIOS.demo()), 7);
  expect(rows().filter(row => row.ariaSelected === 'true')).toEqual([rows()[6]]);
  expect(tree?.getAttribute('aria-activedescendant')).toBe(rows()[6]?.id);
  expect(rows()[6]?.ariaLabel).toContain('call 7, instance 2, add_23(0x548), value 126 to 149, 1 byte changed');
});

test('a click goes to the call', async () => {
  const { rows, calls } = await mountList(runOf(SCENARIOS.demo()), 16);
  rows()[3]?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  expect(calls).toEqual([['goToCall', 4]]);
});

test.each([
  ['ArrowUp', 7, 6],
  ['ArrowDown', 7, 8],
  ['Home', 7, 1],
  ['End', 7, 16],
  ['PageDown', 7, 16],
  ['ArrowUp', 1, 0],
  ['ArrowDown', 0, 1],
  ['ArrowDown', 16, 16],
])('%s from call %i goes to call %i', async (key, from, to) => {
  const { tree, calls } = await mountList(runOf(SCENARIOS.demo()), from);
  if (!tree) throw new Error('no list');
  expect(press(tree, key).defaultPrevented).toBe(true);
  expect(calls).toEqual([['goToCall', to]]);
});

test('the selected row is in view, also after the list got shorter', async () => {
  const { list, rows } = await mountList(runOf(SCENARIOS.many()), 200, 300, 300);
  const visible = () => {
    const [row, box] = [rows()[199]?.getBoundingClientRect(), list.getBoundingClientRect()];
    return row !== undefined && row.top >= box.top && row.bottom <= box.bottom;
  };
  expect(visible()).toBe(true);
  list.style.height = '60px';
  await settle();
  expect(visible()).toBe(true);
});

test('bytes changed and duration have columns where there is room, and a line in the selected row where there is not', async () => {
  const shown = (rows: Element[], selector: string) =>
    rows.filter(row => {
      const element = row.querySelector(selector);
      return element !== null && getComputedStyle(element).display !== 'none';
    }).length;
  const wide = await mountList(runOf(SCENARIOS.demo()), 7, 500);
  expect([shown(wide.rows(), '.bytes'), shown(wide.rows(), '.common')]).toEqual([16, 0]);
  const narrow = await mountList(runOf(SCENARIOS.demo()), 7, 260);
  expect([shown(narrow.rows(), '.bytes'), shown(narrow.rows(), '.common')]).toEqual([0, 1]);
  expect(textOf(narrow.rows()[6]?.querySelector('.common'))).toMatch(/^1 byte changed · [\d.]+ µs$/);
});

test('a trap is told in its row, with the stack where it is selected', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.trapped()), 6);
  expect(textOf(rows()[5]?.querySelector('.trouble'))).toBe('✗ trapped: memory access out of bounds');
  expect([...(rows()[5]?.querySelectorAll('.frame') ?? [])].map(textOf)).toEqual([
    'at add_23 func[3], offset 0x1d2',
    'at ~lib/rt/stub/__alloc func[1], offset 0x9a',
    'at func[7]',
  ]);
  const elsewhere = await mountList(runOf(SCENARIOS.trapped()), 5);
  expect(elsewhere.rows()[5]?.querySelector('.frame')).toBeNull();
});

test('a difference is marked with both values', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.difference()), 16);
  expect(textOf(rows()[1]?.querySelector('.trouble'))).toBe('≠ printed 34, memory 11');
  expect(rows()[0]?.querySelector('.trouble')).toBeNull();
});
