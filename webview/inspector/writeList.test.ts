import { html } from 'lit';
import { expect, test } from 'vitest';
import type { Overwrite } from '../../src/protocol/access.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import { address, step } from '../../src/protocol/units.ts';
import { Changing } from '../data/changing.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';
import './writeList.ts';

const writesOf = (start: number, length: number) =>
  SCENARIOS.owned().recording.overwrites({
    step: step(15),
    address: address(start),
    length,
    count: 200,
    direction: 'previous',
  });

/** The writes to 0x548 of the run with several owners, the newest first: steps 12 and 1. */
const WRITES = writesOf(0x548, 4);

async function mountWrites(
  entries: readonly Overwrite[] | null,
  { at = 1, isRange = false, firstStep = 0, hasOlder = false, hasNewer = false } = {},
) {
  const { actions, calls } = recordActions();
  const asked: string[] = [];
  const older = () => void asked.push('older');
  const newer = () => void asked.push('newer');
  const writesTo = Object.assign(new Changing(), { entries, hasOlder, hasNewer, older, newer });
  const list = await mount(
    'wsm-write-list',
    html`<wsm-write-list .writesTo=${writesTo} .step=${at} .isRange=${isRange} .firstStep=${firstStep} .view=${actions}></wsm-write-list>`,
    { width: 260, height: 200 },
  );
  const rows = () => [...list.renderRoot.querySelectorAll<HTMLElement>('[role=option]')];
  const box = () => {
    const found = list.renderRoot.querySelector<HTMLElement>('[role=listbox]');
    if (!found) throw new Error('no list');
    return found;
  };
  return { list, calls, rows, box, asked, writesTo };
}

/** The first write, made by each of some steps, the newest first. */
function many(steps: readonly number[]): Overwrite[] {
  const [entry] = WRITES;
  if (!entry) throw new Error('no write');
  return steps.map(at => ({ ...entry, write: { ...entry.write, step: step(at) } }));
}

test('step, owner, place, old and new value; the shown one is selected', async () => {
  const { rows, calls } = await mountWrites(WRITES);
  expect(rows().map(textOf)).toEqual(['12 #0 add_23+0x12 11 → 34', '1 #0 alloc_11+0x1c 0 → 11']);
  expect(rows().map(row => row.ariaSelected)).toEqual(['false', 'true']);
  rows()[0]?.click();
  expect(calls).toEqual([['goToStep', 12]]);
});

test('keys choose, too, from the shown write on', async () => {
  const { box, calls } = await mountWrites(WRITES, { at: 12 });
  expect(box().getAttribute('aria-activedescendant')).toBe('write-12');
  press(box(), 'ArrowDown');
  await settle();
  press(box(), 'Enter');
  expect(calls).toEqual([['goToStep', 1]]);
});

test('a step that did not write there is marked between two rows, before all, and behind all', async () => {
  const order = async (at: number) => {
    const { list, rows, box } = await mountWrites(WRITES, { at });
    const marked = [...list.renderRoot.querySelectorAll('.list > *')].map(textOf);
    expect(rows().every(row => row.ariaSelected === 'false')).toBe(true);
    return [marked.map(text => (text.split(' ')[0] === 'step' ? text : text.split(' ')[0])), box().ariaLabel];
  };
  expect(await order(7)).toEqual([
    ['12', 'step 7, shown', '1'],
    'Writes to the selection, shown is step 7, before the write at step 12 and after that at step 1',
  ]);
  expect(await order(15)).toEqual([
    ['step 15, shown', '12', '1'],
    'Writes to the selection, shown is step 15, after that at step 12',
  ]);
  expect(await order(0)).toEqual([
    ['12', '1', 'step 0, shown'],
    'Writes to the selection, shown is step 0, before the write at step 1',
  ]);
});

test('it opens at the shown step, which stays in view where rows come above it', async () => {
  const steps = Array.from({ length: 100 }, (_, i) => 1000 - 10 * i);
  const { list, box, writesTo } = await mountWrites(many(steps), { at: 500, hasNewer: true });
  const top = () => {
    const row = list.renderRoot.querySelector<HTMLElement>('#write-500');
    return row ? row.offsetTop - box().scrollTop : -1;
  };
  const before = top();
  expect(before).toBeGreaterThan(40);
  expect(before).toBeLessThan(box().clientHeight - 40);
  writesTo.entries = many([2000, 1990, 1980, ...steps]);
  list.requestUpdate();
  await settle();
  expect(top()).toBe(before);
});

test('whose bytes it wrote over is said, and those of others are marked', async () => {
  const [last, first] = WRITES;
  if (!last || !first) throw new Error('no writes');
  const { rows } = await mountWrites([
    { ...last, before: [OWNER_CODE.firstInstance + 1, OWNER_CODE.host] },
    { ...first, write: { ...first.write, step: step(5) }, before: [OWNER_CODE.initial] },
    first,
  ]);
  expect(rows().map(row => [row.classList.contains('other'), textOf(row.querySelector('.owners'))])).toEqual([
    [true, '#1, host ⇢ #0'],
    [false, '#0'],
    [false, '#0'],
  ]);
  expect(rows().map(row => row.ariaLabel?.split(', ').at(-1))).toEqual([
    'over bytes of #1 and host',
    'over bytes of initial data',
    'over bytes never written',
  ]);
  // Step 12 of #0 is over what #0 wrote in step 1.
  expect((await mountWrites(WRITES)).rows()[0]?.ariaLabel).toMatch(/, over its own bytes$/);
});

test('older, newer, none, and not there yet', async () => {
  const more = await mountWrites(WRITES, { hasOlder: true, hasNewer: true });
  for (const button of more.list.renderRoot.querySelectorAll('button')) button.click();
  expect(more.asked).toEqual(['newer', 'older']);
  press(more.box(), 'End');
  press(more.box(), 'Home');
  expect(more.asked.slice(2)).toEqual(['older', 'newer']);
  expect(textOf((await mountWrites([])).list.renderRoot.querySelector('p'))).toBe(
    'No write to the selection is recorded.',
  );
  expect((await mountWrites(null)).list.renderRoot.querySelector('[aria-busy=true]')).not.toBeNull();
});

test('of a range each says where it is, in the order in which they were made', async () => {
  // 0x5c6 to 0x5d0: the last two of the eight single bytes, steps 9 and 10, and what the host wrote between calls, step 11.
  const { rows } = await mountWrites(writesOf(0x5c6, 11), { isRange: true });
  expect(rows().map(textOf)).toEqual([
    '11 host 0x5d0 between calls 3 and 4 00 00 00 00 → ca fe ca fe',
    '10 #2 0x5c7 count+0xe 0 → 65',
    '9 #2 0x5c6 count+0xe 0 → 58',
  ]);
});

test('what was found late says between which steps, and what was there before is marked; a data segment is named', async () => {
  const [entry] = WRITES;
  if (!entry) throw new Error('no write');
  const { write, before } = entry;
  const host = { ...write, owner: { kind: 'host' }, site: null, since: step(7), isStale: true } as const;
  const segment = { ...write, step: step(2), site: null, segment: 0 };
  const { rows } = await mountWrites([
    { write: host, before },
    { write: segment, before },
  ]);
  expect(rows().map(textOf)).toEqual([
    '12 #0 ⇢ host between steps 7 and 12 0b 00 00 00 (?) → 22 00 00 00',
    '2 #0 data segment 0 0b 00 00 00 → 22 00 00 00',
  ]);
  expect(rows()[0]?.ariaLabel).toContain('by host, between steps 7 and 12');
});

test('at the end it says what came before', async () => {
  const end = async (firstStep: number) =>
    textOf((await mountWrites(WRITES, { firstStep })).list.renderRoot.querySelector('p'));
  expect(await end(0)).toBe('Before: as instantiation left it.');
  expect(await end(6)).toBe('Writes up to step 6 were dropped.');
});
