import { html } from 'lit';
import { expect, test } from 'vitest';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import './goToAddress.ts';

async function mountField() {
  const { actions, calls } = recordActions();
  const goTo = await mount(
    'wsm-go-to-address',
    html`<wsm-go-to-address .memoryBytes=${17 * 65536} .view=${actions}></wsm-go-to-address>`,
  );
  const field = goTo.renderRoot.querySelector('wsm-text-field')?.renderRoot.querySelector('vscode-text-field');
  if (!field) throw new Error('no field');
  const type = async (text: string, key = 'Enter') => {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    press(field, key);
    await settle();
  };
  return { goTo, calls, field, type, message: () => goTo.renderRoot.querySelector('[role=alert]') };
}

test('Enter jumps to what was typed', async () => {
  const { calls, type, message } = await mountField();
  await type('0x548+8');
  expect(calls).toEqual([['jump', 0x550]]);
  expect(message()).toBeNull();
});

test('what is no address is said beside the field, and nothing moves', async () => {
  const { calls, type, message, field } = await mountField();
  await type('0x110000');
  expect(textOf(message())).toBe('0x110000 is outside the memory: its last byte is 0x10ffff.');
  expect(field.ariaInvalid).toBe('true');
  expect(calls).toEqual([]);
});

test('the message goes when the text changes', async () => {
  const { type, message } = await mountField();
  await type('nowhere');
  expect(message()).not.toBeNull();
  await type('0x5', '5');
  expect(message()).toBeNull();
});

test('the input inside of the field has its name', async () => {
  const { field } = await mountField();
  expect(field.shadowRoot?.querySelector('input')?.getAttribute('aria-label')).toBe('Go to address');
});
