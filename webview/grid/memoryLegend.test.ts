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
