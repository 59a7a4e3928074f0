import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { manyBlocks } from '../testing/heapBlocks.ts';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { ran, SCENARIOS, type Scenario } from '../testing/scenarios.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';

async function mountHeap(scenario: Scenario = SCENARIOS.heap(), stored?: unknown) {
  const mounted = await mountPanel(scenario, stored);
  const { session, all } = mounted;
  await until(() => session.data.heap.hasBlocks);
  await settle();
  const root = () => all('wsm-heap-list')[0]?.shadowRoot;
  const click = (selector: string, index = 0) => {
    const button = root()?.querySelectorAll<HTMLElement>(selector)[index];
    if (!button) throw new Error(`no ${selector}`);
    button.click();
  };
  const list = () => ({
    facts: textOf(root()?.querySelector('.facts')),
    rows: root()?.querySelectorAll('li').length,
  });
  const open = async () => {
    click('.opener');
    await until(() => !session.data.heap.isBusy);
    await settle();
  };
  return { ...mounted, click, list, open };
}

test('closed at first; open it shows the blocks of the step, and leads to bytes and steps', async () => {
  const { session, list, open, click, all } = await mountHeap();
  // 4 + 16 + 300: of the four blocks one was freed.
  expect(list()).toEqual({ facts: 'at the end not freed: 3 blocks, 320 bytes', rows: 0 });
  expect(session.persisted.heap).toBeUndefined();
  await open();
  expect([list(), session.persisted.heap]).toEqual([{ facts: 'not freed: 3 blocks, 320 bytes', rows: 3 }, 'open']);
  let shown = 0;
  all('main')[0]?.addEventListener('show-memory', () => shown++);
  click('.bytes', 2);
  await settle();
  const { range } = session.view.selection;
  expect([range.start, range.length, shown]).toEqual([0x590, 16, 1]);
  expect(all('p.block').map(textOf)).toEqual([
    'in the block of 16 bytes at 0x590, from malloc in call 3, add_23 on #1',
  ]);
  session.view.select(address(0x5a0));
  await settle();
  expect(all('p.block')).toEqual([]);
  click('.step', 2);
  await until(() => session.view.place.step === 3 && !session.data.heap.isBusy);
  await settle();
  expect([list(), session.view.place.call]).toEqual([{ facts: '3 blocks, 44 bytes', rows: 3 }, 3]);
  const again = await mountHeap(SCENARIOS.heap(), session.persisted);
  expect(again.session.view.heapShown).toBe(true);
});

test('where nothing is left at the end, it is shown once a step has blocks', async () => {
  const freed = ran(demoSnapshot(3), undefined, { blocks: manyBlocks(2).map(block => ({ ...block, freed: 5 })) });
  const { session, all } = await mountPanel(freed);
  const { heap } = session.data;
  await until(() => heap.left !== null);
  await settle();
  expect([heap.left?.total, all('wsm-heap-list').length]).toEqual([0, 0]);
  session.view.goToStep(4);
  await until(() => all('wsm-heap-list').length === 1);
  session.view.goToStep(16);
  await settle();
  // It stays there.
  expect(textOf(all('wsm-heap-list')[0]?.shadowRoot?.querySelector('.facts'))).toBe('at the end all freed');
});

test('where nothing was ever handed out, it is not shown', async () => {
  const { session, all } = await mountPanel(SCENARIOS.demo());
  await until(() => session.data.heap.left !== null);
  await settle();
  expect(all('wsm-heap-list').length).toBe(0);
});

test.each([
  [292, 700],
  [1000, 430],
])('%i by %i pixels: the open list lies over nothing, and its rows are as high as ever', async (width, height) => {
  const { panel, all, open } = await mountHeap();
  Object.assign(panel.style, { width: `${width}px`, height: `${height}px` });
  await open();
  const boxOf = (selector: string) => {
    const box = all(selector)[0]?.getBoundingClientRect();
    if (!box) throw new Error(`no ${selector}`);
    return box;
  };
  const [list, strip, grid] = ['wsm-heap-list', 'wsm-overview-strip', 'wsm-memory-grid'].map(boxOf);
  expect(boxOf('.groups').bottom).toBeLessThanOrEqual((list?.bottom ?? 0) + 0.5);
  expect(list?.bottom).toBeLessThanOrEqual(strip?.top ?? 0);
  // Its rows have 20 pixels, so that they are hit, and a border.
  expect([boxOf('.groups h3').height, boxOf('.groups li').height]).toEqual([18, 22]);
  expect(grid?.height).toBeGreaterThanOrEqual(76);
  // In one column there is room for all of it, and the panel scrolls.
  const groups = all('.groups')[0];
  expect(groups?.scrollHeight === groups?.clientHeight).toBe(width === 292);
  const end = width === 292 ? boxOf('wsm-inspector').top : height;
  expect(grid?.bottom).toBeLessThanOrEqual(end + 0.5);
});
