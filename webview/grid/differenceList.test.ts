import { html } from 'lit';
import { expect, test } from 'vitest';
import type { DifferingRange } from '../../src/protocol/access.ts';
import { address, step } from '../../src/protocol/units.ts';
import { DifferingRanges, placeOf } from '../data/differingRanges.ts';
import { mount, press, recordActions, settle, textOf, until } from '../testing/mount.ts';
import './differenceList.ts';

/** Sixty ranges begin in each page, 64 bytes apart: 60,000 in 1000 pages. */
const IN_PAGE = 60;
const PAGES = 1000;

function rangeAt(index: number): DifferingRange {
  const start = Math.floor(index / IN_PAGE) * 4096 + (index % IN_PAGE) * 64;
  return { address: address(start), length: 2, before: Uint8Array.of(0, 1), after: Uint8Array.of(9, 1), last: null };
}

async function mountList() {
  const asked: [first: number, skip: number, count: number][] = [];
  const data = new DifferingRanges({
    read: async ({ first, skip, count }) => {
      asked.push([first, skip, count]);
      return { ranges: Array.from({ length: count }, (_, i) => rangeAt(first * IN_PAGE + skip + i)), next: null };
    },
    failed: message => {
      throw new Error(message);
    },
  });
  data.show({ runId: 1, step: step(9), since: step(3), ranges: new Uint32Array(PAGES).fill(IN_PAGE) });
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-difference-list',
    html`<wsm-difference-list .data=${data} .steps=${[3, 9] as const} .view=${actions}></wsm-difference-list>`,
  );
  const box = () => list.renderRoot.querySelector<HTMLElement>('.list');
  const rows = () =>
    [...list.renderRoot.querySelectorAll<HTMLElement>('.row')].sort((a, b) => a.offsetTop - b.offsetTop);
  await until(() => rows()[0]?.textContent?.includes('0x0') ?? false);
  await settle();
  return { asked, calls, box, rows, data };
}

test('of many thousands of ranges those in view are there and asked for', async () => {
  const { asked, box, rows } = await mountList();
  expect(box()?.ariaLabel).toBe('60000 ranges that differ, from step 3 to step 9');
  expect(box()?.scrollHeight).toBe(60_000 * 20);
  expect(rows().length).toBeLessThan(30);
  expect(textOf(rows()[1])).toBe('0x40 2 B 00 01 → 09 01 not kept');
  expect(rows()[1]?.ariaLabel).toBe('0x40, 2 bytes: 00 01 to 09 01, its writes are not kept');
  expect([rows()[1]?.getAttribute('aria-posinset'), rows()[1]?.getAttribute('aria-setsize')]).toEqual(['2', '60000']);
  expect(asked).toEqual([[0, 0, 64]]);
});

test('the end is reached by key, and Enter goes to the bytes', async () => {
  const { asked, calls, box, rows } = await mountList();
  const list = box();
  if (!list) throw new Error('no list');
  list.focus();
  press(list, 'End');
  await until(() => rows().at(-1)?.textContent?.includes('0x3e7ec0') ?? false);
  // 59,999 is in the part from 59,968 on: 999 pages have 59,940, so 28 are left out of the last one.
  expect(asked.at(-1)).toEqual([999, 28, 64]);
  expect(list.getAttribute('aria-activedescendant')).toBe('range-59999');
  press(list, 'Enter');
  expect(calls).toEqual([['jumpToRange', { start: 999 * 4096 + 59 * 64, length: 2 }]]);
  press(list, 'Home');
  await settle();
  expect([list.scrollTop, list.getAttribute('aria-activedescendant')]).toEqual([0, 'range-0']);
});

test('another step has ranges of its own; those of before stay until it is known which', async () => {
  const { box, data, rows } = await mountList();
  data.show(null);
  await settle();
  expect([box()?.getAttribute('aria-busy'), rows().length > 0]).toEqual(['true', true]);
  data.show({ runId: 1, step: step(10), since: step(3), ranges: Uint32Array.of(0, 0, 1) });
  await until(() => rows().length === 1);
  expect(box()?.getAttribute('aria-busy')).toBe('false');
});

test('a range is found by its number', () => {
  const ranges = Uint32Array.of(0, 3, 0, 2);
  expect([0, 2, 3, 4].map(index => placeOf(ranges, index))).toEqual([
    { page: 1, skip: 0 },
    { page: 1, skip: 2 },
    { page: 3, skip: 0 },
    { page: 3, skip: 1 },
  ]);
});
