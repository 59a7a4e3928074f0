import { html } from 'lit';
import { expect, test } from 'vitest';
import { mount, textOf } from '../testing/mount.ts';
import './memoryLegend.ts';

test('says what the marks mean and how large the memory is', async () => {
  const legend = await mount(
    'wsm-memory-legend',
    html`<wsm-memory-legend .memoryBytes=${17 * 65536} .changedBy=${2} .bytesChanged=${1} .hasValue=${true}></wsm-memory-legend>`,
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
    html`<wsm-memory-legend .memoryBytes=${65536} .changedBy=${0} .bytesChanged=${0}></wsm-memory-legend>`,
  );
  expect([...legend.renderRoot.children].map(textOf)).toEqual(['#0 changed nothing', '1 page · 64 KiB']);
});
