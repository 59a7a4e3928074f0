import { html } from 'lit';
import { expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { mount, recordActions, textOf } from '../testing/mount.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';
import './stepControls.ts';

async function mountControls(at: number, run = demoSnapshot(3)) {
  const { actions, calls } = recordActions();
  const controls = await mount(
    'wsm-step-controls',
    html`<wsm-step-controls .run=${run} .step=${at} .actions=${actions}></wsm-step-controls>`,
  );
  const button = (label: string) => controls.renderRoot.querySelector<HTMLElement>(`[aria-label="${label}"]`);
  return { controls, calls, button, slider: controls.renderRoot.querySelector('input') };
}

test('four buttons go to the first, previous, next and last step', async () => {
  const { button, calls } = await mountControls(7);
  for (const label of ['First step', 'Previous step', 'Next step', 'Last step']) button(label)?.click();
  expect(calls).toEqual([
    ['goToStep', 0],
    ['goToStep', 6],
    ['goToStep', 8],
    ['goToStep', 16],
  ]);
});

test('at an end, the buttons that lead past it are disabled', async () => {
  const first = await mountControls(0);
  expect(first.button('Previous step')?.hasAttribute('disabled')).toBe(true);
  expect(first.button('Next step')?.hasAttribute('disabled')).toBe(false);
  const last = await mountControls(16);
  expect(last.button('Last step')?.hasAttribute('disabled')).toBe(true);
});

test('the slider goes from the first step that is kept to the last', async () => {
  const { slider, calls } = await mountControls(9, demoSnapshot(3, { firstStep: step(4) }));
  expect([slider?.min, slider?.max, slider?.value]).toEqual(['4', '16', '9']);
  if (!slider) throw new Error('no slider');
  slider.value = '12';
  slider.dispatchEvent(new InputEvent('input'));
  expect(calls).toEqual([['goToStep', 12]]);
});

test('says where it is, to the eye and to the ear', async () => {
  const { controls, slider } = await mountControls(7);
  expect(textOf(controls.renderRoot.querySelector('.label'))).toBe('step 7 / 16');
  expect(slider?.getAttribute('aria-valuetext')).toContain('step 7: after call 7, instance 2, add_23(0x548)');
  const start = await mountControls(0);
  expect(start.slider?.getAttribute('aria-valuetext')).toBe('step 0: after instantiation');
});
