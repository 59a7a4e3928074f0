// Where the panel opens by itself, and what selecting a call brings into view.
import { expect, test } from 'vitest';
import { address, step } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { NESTED_WRITES, nestedRun, OWNED_WRITES, ownedRun } from '../testing/recordedRuns.ts';
import { ran, runOf, SCENARIOS } from '../testing/scenarios.ts';
import { withCalls } from '../testing/syntheticRun.ts';

const RANGES = 'wsm-changed-ranges';

async function mounted(...args: Parameters<typeof mountPanel>) {
  const panel = await mountPanel(...args);
  const { session, all } = panel;
  const selected = () => [session.view.selection.range.start, session.view.selection.range.length];
  const told = () => textOf(all(RANGES)[0]?.shadowRoot?.querySelector('[role=status]'));
  return { ...panel, selected, told };
}

/** The same run of a program: nothing is watched. */
const program = (overrides = {}) => ran({ ...ownedRun(), watch: null, ...overrides }, OWNED_WRITES);

test('a run with findings opens at the first one, and says so', async () => {
  const { session, selected, all } = await mounted(SCENARIOS.corrupted());
  await until(() => session.view.place.step === 2);
  expect([session.view.place.call, ...selected()]).toEqual([2, 0x548, 4]);
  await settle();
  expect(textOf(all('.said')[0])).toBe('Shown at the first finding: An allocator handed out a block twice.');
});

test('else at the first byte that the last call changed', async () => {
  const { session, selected } = await mounted(program());
  await until(() => selected()[0] === 0x60000);
  expect([selected()[1], session.view.place.step, session.view.selection.history.canGoBack]).toEqual([
    300_000,
    15,
    false,
  ]);
});

test('else at the last write: the last call changed nothing', async () => {
  const run = nestedRun();
  const [, , , , last] = run.calls;
  if (!last) throw new Error('there is no call 5');
  const further = { ...last, index: 6, stepBefore: step(7), startNs: 99_000 };
  const { selected } = await mounted(ran(withCalls(run, [...run.calls, further]), NESTED_WRITES));
  await until(() => selected()[0] === 0x548 + 24);
});

test('a file of which nothing ran opens at its data', async () => {
  const { selected } = await mounted(ran({ ...runOf(SCENARIOS.lookedAt()), watch: null }));
  // As the claims say: guest.wasm's data segment.
  await until(() => selected()[0] === 0x40c);
});

test('who chose a byte, or goes elsewhere, is not taken away', async () => {
  const { session, selected, host } = await mounted(program({ status: 'running' }));
  session.view.select(address(0x40));
  await host.send(program());
  await until(() => session.data.findings.isComplete);
  await settle();
  expect(selected()).toEqual([0x40, 1]);
});

test('a panel that comes back stays where the user stood', async () => {
  const first = await mounted(SCENARIOS.corrupted());
  first.session.view.goToStep(5);
  await until(() => first.session.view.place.step === 5);
  first.session.view.select(address(0x100));
  const { session, selected } = await mounted(SCENARIOS.corrupted(), first.session.persisted);
  await until(() => session.data.findings.isComplete);
  await settle();
  expect([session.view.place.step, ...selected()]).toEqual([5, 0x100, 1]);
});

test('a selected call brings its first changed bytes; keys and buttons go through all of them; the way back is kept', async () => {
  const { session, panel, all, selected, told } = await mounted(SCENARIOS.owned());
  session.view.select(address(0x40));
  session.view.goToCall(4); // 0x548 from 11 to 34 in its lowest byte, and five bytes at 0x5e0
  await until(() => selected()[0] === 0x548);
  await until(() => told() === 'range 1 of 2 of call 4');
  press(panel, 'F7');
  expect(selected()).toEqual([0x5e0, 5]);
  await settle();
  expect(told()).toBe('range 2 of 2 of call 4');
  press(panel, 'F7'); // round at the end
  expect(selected()).toEqual([0x548, 1]);
  press(panel, 'F7', { shiftKey: true });
  expect(selected()).toEqual([0x5e0, 5]);
  const next = all(`${RANGES} vscode-button, vscode-button`).find(button => button.ariaLabel?.startsWith('Next bytes'));
  if (next instanceof HTMLElement) next.click();
  expect(selected()).toEqual([0x548, 1]);
  for (let i = 0; i < 5; i++) session.view.travel('back');
  expect(session.view.selection.address).toBe(0x40);
  await settle();
  expect(told()).toBe('2 ranges changed of call 4');
});

test('going from call to call leaves one way back, and bytes that the call changed stay selected', async () => {
  const { session, selected } = await mounted(SCENARIOS.owned());
  session.view.select(address(0x40));
  for (const [call, at] of [
    [2, 0x5a8],
    [3, 0x5c0],
    [5, 0x2000],
  ] as const) {
    session.view.goToCall(call);
    await until(() => selected()[0] === at);
  }
  session.view.travel('back');
  expect([session.view.selection.address, session.view.selection.history.canGoBack]).toEqual([0x40, false]);
  session.view.select(address(0x5c3));
  session.view.goToCall(3);
  await until(() => session.data.happened.changed?.ranges.length === 2);
  await settle();
  expect(selected()).toEqual([0x5c3, 1]);
});

test('where the only range is selected there is nothing to go through; a call that changed nothing says so', async () => {
  const { session, panel, all } = await mounted(SCENARIOS.demo());
  session.view.goToCall(3);
  await until(() => session.data.changedRanges.answer !== null);
  await settle();
  expect(all(`${RANGES} vscode-button`)).toHaveLength(0);
  session.view.goToCall(0);
  press(panel, 'F7');
  expect(session.view.said).toBe('No call is selected.');
});
