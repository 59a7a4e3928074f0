// What is asked for and refused: the user is told once, and nothing waits for ever.
import { expect, test } from 'vitest';
import { address, step } from '../../src/protocol/units.ts';
import { DifferingRanges } from './differingRanges.ts';
import { TemplatesData } from './templatesFile.ts';
import { WatchedValues } from './watchedValues.ts';

const arrive = () => new Promise(resolve => setTimeout(resolve));

test('a file of templates that can’t be read is asked for once, and again when the tree is opened again', async () => {
  const told: string[] = [];
  const data = new TemplatesData({
    read: () => Promise.reject(new Error('It has too many bytes.')),
    failed: message => told.push(message),
  });
  for (let times = 0; times < 3; times++) {
    data.ask(); // at each change of the panel
    await arrive();
  }
  expect(told).toEqual(['It has too many bytes.']);
  data.rest();
  data.ask();
  await arrive();
  expect(told).toHaveLength(2);
  data.take({ name: 'templates', text: 'u8 a @0;' });
  data.rest();
  data.ask();
  await arrive();
  expect(told).toHaveLength(2); // the host tells of changes by itself
});

test('watched values that can’t be read are awaited no longer', async () => {
  const told: string[] = [];
  const values = new WatchedValues({
    send: () => Promise.reject(new Error('Step 3 is not kept.')),
    failed: message => told.push(message),
  });
  values.show(1, step(3), [{ address: address(8), type: 'i32', name: '' }]);
  expect(values.isBusy).toBe(true);
  await arrive();
  expect([values.isBusy, told]).toEqual([false, ['Step 3 is not kept.']]);
});

test('ranges are counted anew where memory has another size by now', () => {
  const ranges = new DifferingRanges({ read: async () => ({ ranges: [], next: null }), failed: () => undefined });
  const steps = { runId: 1, step: step(9), since: step(4) };
  ranges.show({ ...steps, ranges: Uint32Array.of(2, 1) });
  expect(ranges.total).toBe(3);
  ranges.show(null);
  ranges.show({ ...steps, ranges: Uint32Array.of(2, 1, 4) });
  expect(ranges.total).toBe(7);
});
