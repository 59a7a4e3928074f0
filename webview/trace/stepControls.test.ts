import { html, type LitElement } from 'lit';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/protocol/finding.ts';
import { step } from '../../src/protocol/units.ts';
import { type Granularity, type Place, placeAfterCall, placeOfStep } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { DUPLICATES, EVERY_KIND } from '../testing/foundRuns.ts';
import { mount, recordActions, textOf } from '../testing/mount.ts';
import { ownedRun } from '../testing/recordedRuns.ts';
import { demoRun, shownRun } from '../testing/syntheticRun.ts';
import './stepControls.ts';

async function mountControls(
  run: Run,
  place: Place | undefined,
  granularity: Granularity = 'stores',
  findings: readonly Finding[] = [],
) {
  const { actions, calls } = recordActions();
  const controls = await mount(
    'wsm-step-controls',
    html`<wsm-step-controls .run=${run} .place=${place} .granularity=${granularity} .findings=${findings} .view=${actions}></wsm-step-controls>`,
  );
  const button = (label: string) => controls.renderRoot.querySelector<HTMLElement>(`[aria-label="${label}"]`);
  return { controls, calls, button, slider: controls.renderRoot.querySelector('input') };
}

const at = (run: Run, target: number, granularity?: Granularity) =>
  mountControls(run, placeOfStep(run, target), granularity);

test('four buttons go to the first, previous, next and last step', async () => {
  const { button, calls } = await at(demoRun(3), 7);
  for (const label of ['First step', 'Previous step', 'Next step', 'Last step']) button(label)?.click();
  expect(calls).toEqual([
    ['goToStep', 0],
    ['goToNeighbour', 'previous'],
    ['goToNeighbour', 'next'],
    ['goToCall', 16],
  ]);
});

test('at an end, the buttons that lead past it are disabled', async () => {
  const run = demoRun(3);
  const first = await at(run, 0);
  expect(first.button('Previous step')?.hasAttribute('disabled')).toBe(true);
  expect(first.button('Next step')?.hasAttribute('disabled')).toBe(false);
  const last = await at(run, 16);
  expect(last.button('Last step')?.hasAttribute('disabled')).toBe(true);
});

test('the slider goes from the first step that is kept to the last', async () => {
  const { slider, calls } = await at(demoRun(3, { firstStep: step(4) }), 9);
  expect([slider?.min, slider?.max, slider?.value]).toEqual(['4', '16', '9']);
  if (!slider) throw new Error('no slider');
  slider.value = '12';
  slider.dispatchEvent(new InputEvent('input'));
  expect(calls).toEqual([['goToStep', 12]]);
});

test('over calls, the slider goes from before the first call to the last', async () => {
  // Six calls over 15 steps; call 3 makes steps 3 to 10.
  const run = shownRun(ownedRun());
  const { slider, calls, button } = await at(run, 7, 'calls');
  expect([slider?.min, slider?.max, slider?.value, slider?.getAttribute('aria-label')]).toEqual([
    '0',
    '6',
    '2',
    'Call',
  ]);
  if (!slider) throw new Error('no slider');
  slider.value = '4';
  slider.dispatchEvent(new InputEvent('input'));
  expect(calls).toEqual([['goToCall', 4]]);
  expect(button('Next call')).not.toBeNull();
});

test('a toggle chooses between calls and stores, where stores are recorded', async () => {
  const { controls, calls } = await at(demoRun(3), 7);
  const buttons = [...controls.renderRoot.querySelectorAll<HTMLElement>('.granularity button')];
  expect(buttons.map(button => [textOf(button), button.ariaPressed])).toEqual([
    ['calls', 'false'],
    ['stores', 'true'],
  ]);
  buttons[0]?.click();
  expect(calls).toEqual([['setGranularity', 'calls']]);
  const without = await at(demoRun(3, { record: 'calls' }), 7, 'calls');
  expect(without.controls.renderRoot.querySelector('.granularity')).toBeNull();
});

test('says where it is, to the eye and to the ear', async () => {
  const run = demoRun(3);
  const { controls, slider } = await mountControls(run, placeAfterCall(run, 7));
  expect(textOf(controls.renderRoot.querySelector('.label'))).toBe('step 7 / 16 · call 7');
  expect(slider?.getAttribute('aria-valuetext')).toContain('step 7: after call 7, instance 2, add_23(0x548)');
  const start = await at(run, 0);
  expect(start.slider?.getAttribute('aria-valuetext')).toBe('step 0: after instantiation');
});

test('a switch marks the step to compare with, and says what it would do', async () => {
  const { controls, button, calls } = await at(demoRun(3), 7);
  const mark = button('Compare steps (Alt+M)');
  expect([mark?.ariaPressed, mark?.title]).toEqual(['false', 'Compare other steps with this one (Alt+M)']);
  mark?.click();
  expect(calls).toEqual([['toggleMark']]);
  controls.marked = step(3);
  await controls.updateComplete;
  expect([mark?.ariaPressed, mark?.title]).toEqual(['true', 'Stop comparing (Alt+M)']);
});

/** Where flags are above a slider, of all its way, with their tones. */
const flagsOf = (controls: LitElement) =>
  [...controls.renderRoot.querySelectorAll<HTMLElement>('.flag')].map(flag => [
    Number(flag.style.getPropertyValue('--at')),
    flag.classList[1],
  ]);

test('a flag above the slider at the moment of each finding; one for several, in the tone of the worst', async () => {
  const run = demoRun(3); // steps 0 to 16
  const { controls, slider } = await mountControls(run, placeOfStep(run, 4), 'stores', DUPLICATES);
  expect(flagsOf(controls)).toEqual([
    [2 / 16, 'error'],
    [4 / 16, 'error'],
  ]);
  expect(slider?.getAttribute('aria-valuetext')).toMatch(/, An allocator handed out a block twice$/);
  const warning = EVERY_KIND.filter(({ kind }) => kind === 'null-page-write'); // step 3
  expect(flagsOf((await mountControls(run, placeOfStep(run, 0), 'stores', warning)).controls)).toEqual([
    [3 / 16, 'warning'],
  ]);
  const both = [...warning, ...DUPLICATES].map(finding => ({ ...finding, step: step(3) }));
  expect(flagsOf((await mountControls(run, placeOfStep(run, 0), 'stores', both)).controls)).toEqual([
    [3 / 16, 'error'],
  ]);
});

test('over calls a flag is at the call of its finding, or at the last that had ended', async () => {
  const run = shownRun(ownedRun()); // six calls
  const inCall = DUPLICATES.slice(0, 1).map(finding => ({ ...finding, call: 3 }));
  expect(flagsOf((await mountControls(run, placeOfStep(run, 0), 'calls', inCall)).controls)).toEqual([
    [3 / 6, 'error'],
  ]);
});

test('a finding before the first step that is kept has no flag', async () => {
  const run = demoRun(3, { firstStep: step(4) });
  expect(flagsOf((await mountControls(run, placeOfStep(run, 9), 'stores', DUPLICATES)).controls)).toEqual([
    [0, 'error'],
  ]);
});
