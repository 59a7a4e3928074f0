import { html } from 'lit';
import { expect, test } from 'vitest';
import type { WriteView } from '../../src/protocol/access.ts';
import { address, step } from '../../src/protocol/units.ts';
import { Changing } from '../data/changing.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';
import './writeList.ts';

/** The writes to 0x548 of the run with several owners, the newest first: steps 12 and 1. */
const WRITES = SCENARIOS.owned().recording.writesTo({ step: step(15), address: address(0x548), length: 4, count: 200 });

async function mountWrites(writes: readonly WriteView[] | null, hasMore = false) {
  const { actions, calls } = recordActions();
  let asked = 0;
  const writesTo = Object.assign(new Changing(), { entries: writes, hasMore, more: () => void asked++ });
  const list = await mount(
    'wsm-write-list',
    html`<wsm-write-list .writesTo=${writesTo} .step=${1} .view=${actions}></wsm-write-list>`,
    { width: 260, height: 200 },
  );
  const rows = () => [...list.renderRoot.querySelectorAll<HTMLElement>('[role=option]')];
  return { list, calls, rows, asked: () => asked };
}

test('step, owner, place, old and new value; the shown one is selected', async () => {
  const { rows, calls } = await mountWrites(WRITES);
  expect(rows().map(textOf)).toEqual(['12 #0 add_23+0x12 11 → 34', '1 #0 alloc_11+0x1c 0 → 11']);
  expect(rows().map(row => row.ariaSelected)).toEqual(['false', 'true']);
  rows()[0]?.click();
  expect(calls).toEqual([['goToStep', 12]]);
});

test('keys choose, too', async () => {
  const { list, calls } = await mountWrites(WRITES);
  const box = list.renderRoot.querySelector('[role=listbox]');
  if (!box) throw new Error('no list');
  press(box, 'ArrowDown');
  await settle();
  press(box, 'Enter');
  expect(calls).toEqual([['goToStep', 1]]);
});

test('more, none, and not there yet', async () => {
  const more = await mountWrites(WRITES, true);
  more.list.renderRoot.querySelector('button')?.click();
  expect(more.asked()).toBe(1);
  expect(textOf((await mountWrites([])).list.renderRoot.querySelector('p'))).toBe(
    'No write to the selection is recorded.',
  );
  expect((await mountWrites(null)).list.renderRoot.querySelector('[aria-busy=true]')).not.toBeNull();
});
