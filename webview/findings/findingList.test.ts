import { html } from 'lit';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/protocol/finding.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { DEAD_POINTER, EVERY_KIND, everyKindRun } from '../testing/foundRuns.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import './findingList.ts';

async function mountFindings(open: Finding | null = null, findings = EVERY_KIND) {
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-finding-list',
    html`<wsm-finding-list
      .findings=${findings}
      .open=${open}
      .names=${InstanceNames.of(everyKindRun())}
      .view=${actions}
    ></wsm-finding-list>`,
  );
  const all = (selector: string) => [...list.renderRoot.querySelectorAll<HTMLElement>(selector)];
  const focused = () => all('.row').findIndex(row => row.matches(':focus'));
  return { list, calls, all, rows: () => all('.row'), focused };
}

test('a row a finding: severity in a word and a symbol, title, instances, step, how often', async () => {
  const { rows, all } = await mountFindings();
  expect(rows().map(textOf)).toEqual([
    '▸ ✗ error An address in a dead stack frame is in use #0step 2× 15',
    '▸ ▲ warning A store lies below all data of its module #1step 3',
    '▸ ✗ error An allocator handed out a block twice #0#2step 4',
    '▸ ✗ error Making an instance put old data back #0#2step 6',
    '▸ ✗ error Making an instance put an allocator back to its beginning #1#2step 7× 3',
    '▸ ✗ error Two modules have what is their own at the same addresses #0#1step 9× 2',
    '▸ ✗ error What was printed is not what memory holds #2step 16',
  ]);
  expect(textOf(all('.counts')[0])).toBe('6 errors · 1 warning');
});

test('it is a list with a name, of buttons that say whether they are open, and one of them is reached by Tab', async () => {
  const { rows, all } = await mountFindings();
  const [list] = all('ul');
  expect(textOf(all(`#${list?.getAttribute('aria-labelledby')}`)[0])).toBe('Findings');
  expect([...(list?.children ?? [])].map(({ tagName }) => tagName)).toEqual(EVERY_KIND.map(() => 'LI'));
  expect(rows().map(row => row.ariaExpanded)).toEqual(EVERY_KIND.map(() => 'false'));
  expect(rows()[4]?.ariaLabel).toBe(
    'error: Making an instance put an allocator back to its beginning, #1 (drums.wasm) and #2 (guest.wasm), step 7, 3 times',
  );
  expect(rows().map(row => row.tabIndex)).toEqual([0, -1, -1, -1, -1, -1, -1]);
});

test('an open one says what happened and what to do, and leads to its moment once more', async () => {
  const torn = EVERY_KIND[3] ?? null;
  const { rows, all, calls } = await mountFindings(torn);
  expect(rows().map(row => row.ariaExpanded)).toEqual(['false', 'false', 'false', 'true', 'false', 'false', 'false']);
  const [more] = all('.more');
  expect(more?.id).toBe(rows()[3]?.getAttribute('aria-controls'));
  expect(textOf(more?.querySelector('p'))).toBe(
    'When #2 (guest.wasm) was made, its data segment 1 put 1 byte at 0x52c back to what it was at first. It ' +
      'had been written by #0 (guest.wasm) in add_23+0x12 (i32.store) at step 4. Only a part of what was stored went back: ' +
      '300 became 261, which nobody has stored.',
  );
  expect(all('.remedies > li').map(textOf)[0]).toBe('Make all instances before the first call of one.');
  // What went back had been stored at step 4, all of an i32.
  expect(all('.more .link').map(textOf)).toEqual(['① Show 0x52c to 0x52f at step 4', '② Show 0x52c at step 6']);
  all('.more .link')[0]?.click();
  all('.more .link')[1]?.click();
  rows()[3]?.click();
  rows()[0]?.click();
  expect(calls).toEqual([
    ['showEvent', { call: 4, step: 4, range: { address: 0x52c, length: 4 } }],
    ['showFinding', torn],
    ['showFinding', null],
    ['showFinding', DEAD_POINTER],
  ]);
});

test('one that shared state cures leads to the run that is clean, where the module can be run again', async () => {
  const duplicate = EVERY_KIND.find(({ kind }) => kind === 'duplicate-allocation') ?? null;
  const { list, all } = await mountFindings(duplicate);
  expect(all('.cure')).toEqual([]);
  let runs = 0;
  list.runShared = () => {
    runs++;
  };
  await settle();
  expect(all('.cure').map(textOf)).toEqual(['Run again with shared state']);
  all('.cure')[0]?.click();
  expect(runs).toBe(1);
  list.open = DEAD_POINTER;
  await settle();
  expect(all('.cure')).toEqual([]);
});

test('one that was seen more often since stays open', async () => {
  const { rows } = await mountFindings(DEAD_POINTER, [{ ...DEAD_POINTER, count: 20 }]);
  expect([rows()[0]?.ariaExpanded, textOf(rows()[0])]).toEqual([
    'true',
    '▾ ✗ error An address in a dead stack frame is in use #0step 2× 20',
  ]);
});

test('keys go from row to row, and Tab comes back to the last one', async () => {
  const { list, rows, focused } = await mountFindings();
  list.focus();
  expect(focused()).toBe(0);
  const visited: number[] = [];
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowDown', 'Home', 'ArrowUp', 'End']) {
    const row = rows()[focused()];
    if (!row) throw new Error('no row has the focus');
    expect(press(row, key).defaultPrevented).toBe(true);
    await settle();
    visited.push(focused());
  }
  expect(visited).toEqual([1, 2, 1, 6, 6, 0, 0, 6]);
  expect(rows().map(row => row.tabIndex)).toEqual([-1, -1, -1, -1, -1, -1, 0]);
  expect(press(rows()[6] ?? list, 'x').defaultPrevented).toBe(false);
});

test('the focus goes to the open one first', async () => {
  const { list, focused } = await mountFindings(EVERY_KIND[2] ?? null);
  list.focus();
  expect(focused()).toBe(2);
});
