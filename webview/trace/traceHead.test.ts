import { html, render } from 'lit';
import { expect, test } from 'vitest';
import { type CallFilter, EVERY_CALL } from '../../src/protocol/call.ts';
import { deepAll, mount, press, settle, textOf } from '../testing/mount.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { shownRun } from '../testing/syntheticRun.ts';
import './traceHead.ts';

/** The head with a view that does as it is told. */
async function mountHead() {
  const run = shownRun(runOf(SCENARIOS.difference()));
  const filters: (CallFilter | null)[] = [];
  const template = (filter: CallFilter | null) =>
    html`<wsm-trace-head .run=${run} .filter=${filter} .view=${view}></wsm-trace-head>`;
  const view = {
    setCallFilter: (filter: CallFilter | null) => {
      filters.push(filter);
      if (head.parentNode instanceof ShadowRoot) render(template(filter), head.parentNode);
    },
  };
  const head: HTMLElementTagNameMap['wsm-trace-head'] = await mount('wsm-trace-head', template(null), {
    width: 260,
    height: 100,
  });
  const all = (selector: string) => deepAll(head.renderRoot, selector);
  const click = async (selector: string, at = 0) => {
    const element = all(selector)[at];
    if (!(element instanceof HTMLElement)) throw new Error(`no ${selector}`);
    element.click();
    await settle();
  };
  return { head, filters, all, click, counts: () => textOf(all('.counts')[0]) };
}

test('the filter opens with the keyboard in its field, and Escape lists all calls again', async () => {
  const { filters, all, click, counts } = await mountHead();
  expect([counts(), all('.filter').length]).toEqual(['16 calls · 1 store', 0]);
  await click('vscode-button');
  expect(filters).toEqual([EVERY_CALL]);
  expect(all('vscode-text-field')[0]?.matches(':focus-within')).toBe(true);
  expect(counts()).toBe('16 of 16 calls');
  const field = all('vscode-text-field')[0];
  if (!field) throw new Error('no field');
  press(field, 'Escape');
  await settle();
  expect([filters.at(-1), all('.filter').length, counts()]).toEqual([null, 0, '16 calls · 1 store']);
  expect(all('vscode-button')[0]?.matches(':focus-within')).toBe(true);
});

test('by function, instance, traps and differences, in a narrow panel without sideways scrolling', async () => {
  const { head, filters, all, click, counts } = await mountHead();
  await click('vscode-button');
  const field = all('vscode-text-field')[0];
  if (!field || !('value' in field)) throw new Error('no field');
  field.value = ' add ';
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await settle();
  expect(counts()).toBe('15 of 16 calls');
  const dropdown = all('vscode-dropdown')[0];
  if (!dropdown || !('value' in dropdown)) throw new Error('no dropdown');
  expect([...dropdown.children].map(textOf)).toEqual(['all', '#0', '#1', '#2']);
  dropdown.value = '1';
  dropdown.dispatchEvent(new Event('change'));
  await settle();
  expect(counts()).toBe('5 of 16 calls');
  await click('.toggle', 0);
  expect(counts()).toBe('0 of 16 calls');
  await click('.toggle', 1);
  expect(filters.at(-1)).toEqual({ instance: 1, text: 'add', trapped: true, differs: true, rows: 'all' });
  expect(counts()).toBe('5 of 16 calls');
  expect(all('.toggle').map(toggle => toggle.ariaPressed)).toEqual(['true', 'true']);
  expect(head.scrollWidth).toBeLessThanOrEqual(260);
});
