import { html } from 'lit';
import { expect, test } from 'vitest';
import { mount, press, settle } from '../testing/mount.ts';
import './formatMenu.ts';

async function mountMenu(width = 292) {
  const calls: unknown[][] = [];
  const view = {
    setCells: (...args: unknown[]) => void calls.push(['setCells', ...args]),
    setLittleEndian: (...args: unknown[]) => void calls.push(['setLittleEndian', ...args]),
    setBytesPerRow: (...args: unknown[]) => void calls.push(['setBytesPerRow', ...args]),
  };
  const menu = await mount(
    'wsm-format-menu',
    html`<div style="display: flex; justify-content: end">
      <wsm-format-menu .cells=${'u32' as const} .littleEndian=${false} .view=${view}></wsm-format-menu>
    </div>`,
    { width, height: 300 },
  );
  const button = menu.renderRoot.querySelector('button');
  if (!button) throw new Error('no button');
  const radio = (name: string) => {
    const found = [...menu.renderRoot.querySelectorAll('input')].find(each => each.ariaLabel === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  const open = async () => {
    button.click();
    await settle();
  };
  return { menu, button, radio, open, calls };
}

test('its button says how memory is shown', async () => {
  const { button } = await mountMenu();
  expect(button.textContent?.trim().split(/\s/)[0]).toBe('u32');
  expect(button.ariaLabel).toBe('How memory is shown: 32-bit unsigned numbers, big endian');
});

test('what is chosen has the focus, and each choice is told', async () => {
  const { menu, radio, open, calls } = await mountMenu();
  await open();
  const chosen = [...menu.renderRoot.querySelectorAll<HTMLInputElement>('input:checked')].map(each => each.ariaLabel);
  expect(chosen).toEqual(['32-bit unsigned numbers', 'big endian', 'fit']);
  expect(menu.shadowRoot?.activeElement).toBe(radio('32-bit unsigned numbers'));
  radio('groups of 4 bytes, hexadecimal').click();
  radio('little endian').click();
  radio('16').click();
  expect(calls).toEqual([
    ['setCells', 'hex32'],
    ['setLittleEndian', true],
    ['setBytesPerRow', 16],
  ]);
});

test('Escape closes it and gives the focus back; it fits into the narrow panel', async () => {
  const { menu, button, radio, open } = await mountMenu();
  await open();
  const box = menu.renderRoot.querySelector('.menu')?.getBoundingClientRect();
  expect(box && box.width <= 292 && box.left >= 0).toBe(true);
  press(radio('16'), 'Escape');
  await settle();
  expect(menu.renderRoot.querySelector('.menu')).toBeNull();
  expect(menu.shadowRoot?.activeElement).toBe(button);
});
