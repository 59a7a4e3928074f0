import { html } from 'lit';
import { expect, test } from 'vitest';
import { mount, textOf } from '../testing/mount.ts';
import type { OnlyOwnerEvent } from './memoryLegend.ts';
import './memoryLegend.ts';

const BY_2 = { owner: { kind: 'instance', instance: 2 }, bytes: 1 };
const BY_0 = { owner: { kind: 'instance', instance: 0 }, bytes: 0 };

test('says what the marks mean and how large the memory is', async () => {
  const legend = await mount(
    'wsm-memory-legend',
    html`<wsm-memory-legend .memoryBytes=${17 * 65536} .change=${BY_2} .hasValue=${true}></wsm-memory-legend>`,
  );
  expect([...legend.renderRoot.children].map(textOf)).toEqual([
    '95changed by #2',
    'the demo’s i32',
    '17 pages · 1.06 MiB',
  ]);
});

test('names no marks that are not there', async () => {
  const legend = await mount(
    'wsm-memory-legend',
    html`<wsm-memory-legend .memoryBytes=${65536} .change=${BY_0}></wsm-memory-legend>`,
  );
  expect([...legend.renderRoot.children].map(textOf)).toEqual(['#0 changed nothing', '1 page · 64 KiB']);
});

test('one entry an owner: its line, its name, and a click shows only its bytes', async () => {
  const chosen: (number | null)[] = [];
  const legend = await mount(
    'wsm-memory-legend',
    // #0, #2, the host, initial data, never written
    html`<wsm-memory-legend
      .memoryBytes=${65536}
      .owners=${[4, 6, 2, 1, 0]}
      .onlyOwner=${6}
      @only-owner=${(event: OnlyOwnerEvent) => chosen.push(event.owner)}
    ></wsm-memory-legend>`,
  );
  const entries = [...legend.renderRoot.querySelectorAll('button')];
  expect(entries.map(textOf)).toEqual(['#0', '#2', 'host', 'initial data', 'never written']);
  expect(entries.map(entry => entry.ariaPressed)).toEqual(['false', 'true', 'false', 'false', 'false']);
  for (const entry of entries.slice(0, 2)) entry.click();
  expect(chosen).toEqual([4, null]);
  // No two have the same line: dashes, thickness or number.
  const lines = entries.map(entry =>
    [...entry.querySelectorAll('line')]
      .map(line => line.getAttribute('stroke-dasharray') + (line.getAttribute('stroke-width') ?? ''))
      .join(),
  );
  expect(new Set(lines).size).toBe(entries.length);
});

test('of many owners those that own nothing in what is shown are behind a button; one entry is reached by Tab, keys reach the others', async () => {
  const owners = [...Array.from({ length: 64 }, (_, instance) => 4 + instance), 1, 0];
  const legend = await mount(
    'wsm-memory-legend',
    // Bytes of #3 and of #63, and initial data, were shown.
    html`<wsm-memory-legend .memoryBytes=${65536} .owners=${owners} .seen=${[new Set([1, 7]), new Set([67])]}></wsm-memory-legend>`,
  );
  const entries = () => [...legend.renderRoot.querySelectorAll('button')];
  expect(entries().map(textOf)).toEqual(['#3', '#63', 'initial data', 'never written', '62 more']);
  const reached = () =>
    entries()
      .filter(({ tabIndex }) => tabIndex === 0)
      .map(textOf);
  expect(reached()).toEqual(['#3']);
  const press = (key: string) =>
    legend.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  entries()[0]?.focus();
  press('ArrowRight');
  await legend.updateComplete;
  expect(reached()).toEqual(['#63']);
  press('End');
  await legend.updateComplete;
  expect(reached()).toEqual(['62 more']);
  entries()[4]?.click();
  await legend.updateComplete;
  await legend.updateComplete;
  expect(entries()).toHaveLength(67);
  expect(entries().at(-1)?.matches(':focus')).toBe(true);
  entries().at(-1)?.click();
  await legend.updateComplete;
  expect(entries()).toHaveLength(5);
});
