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

async function mountWrites(writes: readonly WriteView[] | null, hasMore = false, isRange = false, firstStep = 0) {
  const { actions, calls } = recordActions();
  let asked = 0;
  const writesTo = Object.assign(new Changing(), { entries: writes, hasMore, more: () => void asked++ });
  const list = await mount(
    'wsm-write-list',
    html`<wsm-write-list .writesTo=${writesTo} .step=${1} .isRange=${isRange} .firstStep=${firstStep} .view=${actions}></wsm-write-list>`,
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

test('of a range each says where it is, in the order in which they were made', async () => {
  // 0x5c6 to 0x5d0: the last two of the eight single bytes, steps 9 and 10, and what the host wrote between calls, step 11.
  const range = { step: step(15), address: address(0x5c6), length: 11, count: 200 };
  const { rows } = await mountWrites(SCENARIOS.owned().recording.writesTo(range), false, true);
  expect(rows().map(textOf)).toEqual([
    '11 host 0x5d0 between calls 3 and 4 00 00 00 00 → ca fe ca fe',
    '10 #2 0x5c7 count+0xe 0 → 65',
    '9 #2 0x5c6 count+0xe 0 → 58',
  ]);
});

test('what was found late says between which steps, and what was there before is marked; a data segment is named', async () => {
  const [write] = WRITES;
  if (!write) throw new Error('no write');
  const host = { ...write, owner: { kind: 'host' }, site: null, since: step(7), isStale: true } as const;
  const segment = { ...write, step: step(2), site: null, segment: 0 };
  const { rows } = await mountWrites([host, segment]);
  expect(rows().map(textOf)).toEqual([
    '12 host between steps 7 and 12 0b 00 00 00 (?) → 22 00 00 00',
    '2 #0 data segment 0 0b 00 00 00 → 22 00 00 00',
  ]);
  expect(rows()[0]?.ariaLabel).toContain('by host, between steps 7 and 12');
});

test('at the end it says what came before', async () => {
  const end = async (firstStep: number) =>
    textOf((await mountWrites(WRITES, false, false, firstStep)).list.renderRoot.querySelector('p'));
  expect(await end(0)).toBe('Before: as instantiation left it.');
  expect(await end(6)).toBe('Writes up to step 6 were dropped.');
});
