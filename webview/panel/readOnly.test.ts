import { expect, test } from 'vitest';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';

async function mountGrid(scenario: Scenario) {
  const mounted = await mountPanel(scenario);
  const grid = mounted.all('[role=grid]')[0];
  if (!(grid instanceof HTMLElement)) throw new Error('no grid');
  grid.focus();
  const said = () => textOf(mounted.all('.said')[0]);
  return { ...mounted, grid, said };
}

test.each([
  ['demo', 'Memory is read-only: the run has ended, and nothing goes on from its end.'],
  ['modules', 'Memory is read-only: this is a recording, and nothing goes on from its end.'],
  ['running', 'Memory is read-only while guests run: they do not wait for what is written here.'],
  [
    'paused',
    'Memory is read-only: the program runs in a process of its own, and does not wait for what is written here.',
  ],
  ['lookedAt', 'Memory is read-only: nothing runs that would read what is written here.'],
] as const)('%s: who types into memory is told why nothing is written', async (name, sentence) => {
  const { grid, said, session } = await mountGrid(SCENARIOS[name]());
  const before = session.view.selection.address;
  const { defaultPrevented } = press(grid, 'a');
  await settle();
  expect([said(), defaultPrevented, session.view.selection.address]).toEqual([sentence, true, before]);
});

test('in the past it offers to go to the end, and the keyboard is in memory again', async () => {
  const { grid, said, session, all } = await mountGrid(SCENARIOS.demo());
  session.view.goToStep(7);
  await settle();
  press(grid, '4');
  await settle();
  expect(said()).toBe('Memory at step 7 is the past, and read-only. Go to the last step');
  const button = all('.said button')[0];
  if (!(button instanceof HTMLElement)) throw new Error('no button');
  button.focus();
  button.click();
  await until(() => session.view.place.step === 16);
  await settle();
  expect([session.view.place.call, session.view.said, all('wsm-memory-grid')[0]?.shadowRoot?.activeElement]).toEqual([
    16,
    null,
    grid,
  ]);
});

test('keys that change nothing are left alone', async () => {
  const { grid, session } = await mountGrid(SCENARIOS.demo());
  const keys: readonly [string, KeyboardEventInit?][] = [
    ['F7'],
    ['Tab'],
    ['Escape'],
    ['x', { altKey: true }],
    ['z', { ctrlKey: true }],
  ];
  for (const [key, modifiers] of keys) press(grid, key, modifiers);
  expect(session.view.said).toBeNull();
  for (const [key, modifiers] of [['v', { ctrlKey: true }], ['Delete'], ['Backspace'], ['ä'], [' ']] as typeof keys) {
    session.view.said = null;
    press(grid, key, modifiers);
    expect([key, session.view.said !== null]).toEqual([key, true]);
  }
});
