import { html } from 'lit';
import { expect, test } from 'vitest';
import { mount, press, settle, textOf } from '../testing/mount.ts';
import './menuButton.ts';

async function mountMenu() {
  const ran: string[] = [];
  const items = ['hex', 'text', 'save'].map(label => ({ label, run: () => void ran.push(label) }));
  const menu = await mount('wsm-menu-button', html`<wsm-menu-button label="Copy" .items=${items}></wsm-menu-button>`);
  const entries = () => [...menu.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const button = menu.renderRoot.querySelector<HTMLElement>('vscode-button');
  const open = async () => {
    button?.click();
    await settle();
  };
  const focused = () => textOf(entries().find(entry => entry.matches(':focus')));
  return { menu, ran, entries, open, focused, button };
}

test('opens with the first entry focused, and runs what is chosen', async () => {
  const { ran, entries, open, focused, button } = await mountMenu();
  expect(entries()).toHaveLength(0);
  await open();
  expect([focused(), button?.getAttribute('aria-expanded')]).toEqual(['hex', 'true']);
  entries()[1]?.click();
  await settle();
  expect([ran, entries().length]).toEqual([['text'], 0]);
});

test('arrow keys go round, Escape closes', async () => {
  const { entries, open, focused, button } = await mountMenu();
  await open();
  const key = (name: string) => {
    const [entry] = entries().filter(item => item.matches(':focus'));
    if (entry) press(entry, name);
    return focused();
  };
  expect(['ArrowDown', 'End', 'ArrowDown', 'ArrowUp', 'Home'].map(key)).toEqual(['text', 'save', 'hex', 'save', 'hex']);
  key('Escape');
  await settle();
  expect(entries()).toHaveLength(0);
  expect(button?.matches(':focus-within, :focus')).toBe(true);
});

test('closes when the focus goes elsewhere', async () => {
  const { entries, open } = await mountMenu();
  await open();
  entries()[0]?.blur();
  await settle();
  expect(entries()).toHaveLength(0);
});
