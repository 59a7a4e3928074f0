// Rows of the trace beside the calls that have ended: instantiation, writes from outside, growth, the call that runs now.
import { expect, test } from 'vitest';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type ScenarioName } from '../testing/scenarios.ts';
import { runningText } from '../trace/runningTime.ts';

async function mountRows(name: ScenarioName) {
  const panel = await mountPanel(SCENARIOS[name]());
  const { all } = panel;
  const rows = () => all('[role=tree] > [role=treeitem]');
  const selected = () => rows().flatMap(row => (row.ariaSelected === 'true' ? row.id : []));
  const click = (id: string) => {
    const [row] = all(`#${id}`);
    if (row instanceof HTMLElement) row.click();
  };
  const key = async (name: string) => {
    const [tree] = all('[role=tree]');
    if (tree) press(tree, name);
    await settle();
  };
  await until(() => rows().length > 3 && !rows().some(row => row.ariaBusy));
  return { ...panel, rows, selected, click, key };
}

/** Of the run with several owners: step 11 is the host's between calls 3 and 4, and 13, in call 4, nobody's. */
const OWNED = ['made', 'call-1', 'call-2', 'call-3', 'step-11', 'call-4', 'step-13', 'call-5', 'call-6'];

test('stand among the calls in the order in which they came', async () => {
  const { rows, all } = await mountRows('owned');
  expect(rows().map(row => row.id)).toEqual(OWNED);
  expect(rows().map(row => [row.ariaPosInSet, row.ariaSetSize])).toEqual(
    OWNED.map((_, i) => [String(i + 1), String(OWNED.length)]),
  );
  expect(all('.beside').map(textOf)).toEqual([
    '◇ #0–#2 instantiated',
    '✎ host wrote [0x5d0] ca fe ca fe between calls 3 and 4 step 11',
    '✎ unrecorded change [0x5e0] 01 02 03 04 05 step 13',
  ]);
  expect(all('#step-11')[0]?.ariaLabel).toBe(
    'host write by host, between calls 3 and 4 at 0x5d0, 00 00 00 00 to ca fe ca fe, step 11',
  );
});

test('a click shows memory at the step, with the bytes selected; the row is selected, not the call that it is in', async () => {
  const { session, selected, click } = await mountRows('owned');
  click('step-11');
  await settle();
  expect([session.view.place, session.view.selection.range]).toEqual([
    { step: 11, call: null },
    { start: 0x5d0, length: 1 },
  ]);
  expect(selected()).toEqual(['step-11']);
  // Call 4 ends at the same step.
  click('step-13');
  await settle();
  expect([session.view.place, ...selected()]).toEqual([{ step: 13, call: 4 }, 'step-13']);
  click('call-4');
  await settle();
  expect([session.view.place, ...selected()]).toEqual([{ step: 13, call: 4 }, 'call-4']);
  click('made');
  await settle();
  expect([session.view.place, ...selected()]).toEqual([{ step: 0, call: null }, 'made']);
});

test('keys go through all rows, in both directions', async () => {
  const { session, selected, key } = await mountRows('owned');
  session.view.goToCall(0);
  await settle();
  const down: string[] = [];
  for (let i = 0; i < OWNED.length - 1; i++) {
    await key('ArrowDown');
    down.push(...selected());
  }
  expect(down).toEqual(OWNED.slice(1));
  const up: string[] = [];
  for (let i = 0; i < OWNED.length - 1; i++) {
    await key('ArrowUp');
    up.push(...selected());
  }
  expect(up).toEqual(OWNED.slice(0, -1).reverse());
});

test('growth is a row, in the call that it is in', async () => {
  const { all, selected, click, session } = await mountRows('modules');
  expect(textOf(all('#step-7')[0])).toBe('↥ #0 memory.grow from 17 to 19 pages step 7');
  click('step-7');
  await settle();
  expect([session.view.place.step, ...selected()]).toEqual([7, 'step-7']);
});

test('the filter leaves calls, or what happened beside them', async () => {
  const { rows, session, all } = await mountRows('owned');
  session.view.setCallFilter({ instance: null, text: '', trapped: false, differs: false, rows: 'beside' });
  await until(() => rows().length === 3);
  expect(rows().map(row => row.id)).toEqual(['made', 'step-11', 'step-13']);
  session.view.setCallFilter({ instance: null, text: '', trapped: false, differs: false, rows: 'calls' });
  await until(() => rows().length === 6);
  expect(textOf(all('.counts')[0])).toBe('6 of 6 calls');
});

test('the call that runs now has a row with its time, which takes no more room as it grows; it is said once', async () => {
  const { rows, all, session, click } = await mountRows('running');
  const [row] = rows().slice(-1);
  expect([row?.id, row?.ariaLabel]).toEqual(['call-8', 'call 8, instance 0, add_23(1352), running']);
  const time = () => all('wsm-running-time')[0];
  const shown = () => textOf(time()?.shadowRoot?.querySelector('[aria-hidden]'));
  const width = time()?.getBoundingClientRect().width;
  const before = shown();
  await until(() => shown() !== before);
  expect(Number.parseFloat(shown())).toBeGreaterThan(Number.parseFloat(before));
  expect(time()?.getBoundingClientRect().width).toBe(width);
  // It has run for 2.5 s.
  expect(textOf(time()?.shadowRoot?.querySelector('[role=status]'))).toBe(row?.ariaLabel);
  click('call-8');
  await settle();
  expect(session.view.place.step).toBe(7);
});

test.each([
  [0, '0.0 s'],
  [2549, '2.5 s'],
  [59_949, '59.9 s'],
  [72_000, '1 min 12 s'],
  [3_599_999, '59 min 59 s'],
])('%i ms are %s', (ms, text) => {
  expect(runningText(ms, 1)).toBe(text);
});
