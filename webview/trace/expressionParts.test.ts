// Addresses in the rows of the trace: links in each row, and Tab stops in the selected one alone.
import { html } from 'lit';
import { expect, test } from 'vitest';
import { placeAfterCall } from '../data/moments.ts';
import { mount, recordActions, settle, textOf } from '../testing/mount.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { demoCalls, type MadeRun, shownRun } from '../testing/syntheticRun.ts';
import './callList.ts';

async function mountList(made: MadeRun, call: number) {
  const run = shownRun(made);
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-call-list',
    html`<wsm-call-list style="height: 100%" .run=${run} .place=${placeAfterCall(run, call)} .view=${actions}></wsm-call-list>`,
    { width: 600, height: 400 },
  );
  const linksOf = (row: number) => [
    ...(list.renderRoot.querySelector(`#call-${row}`)?.querySelectorAll<HTMLElement>('.expression .link') ?? []),
  ];
  return { list, calls, linksOf };
}

test('each row has links to the addresses that its call took and gave', async () => {
  const { linksOf } = await mountList(runOf(SCENARIOS.demo()), 16);
  // 1: alloc_11() → 0x548, 2 … 16: add_23(0x548)
  expect(linksOf(1).map(textOf)).toEqual(['0x548']);
  for (let row = 2; row <= 16; row++) expect(linksOf(row).map(textOf)).toEqual(['0x548']);
});

test('a number that is no address has no link, and an i64 that is one has', async () => {
  const made = runOf(SCENARIOS.demo());
  const [first, ...others] = demoCalls(3);
  const call = { ...first, args: [0x548, 350, 1352.5], results: [String(0x590)] };
  const { linksOf } = await mountList({ ...made, calls: [call, ...others] }, 1);
  expect(linksOf(1).map(textOf)).toEqual(['0x548', '1424']);
});

test('Tab stops at those of the selected row alone', async () => {
  const { list, linksOf } = await mountList(runOf(SCENARIOS.demo()), 7);
  const stops = [...list.renderRoot.querySelectorAll<HTMLElement>('.link')].filter(link => link.tabIndex === 0);
  expect(stops).toEqual(linksOf(7));
});

test('a link leads to its address at the moment of its call, and leaves the focus in the trace', async () => {
  const { list, calls, linksOf } = await mountList(runOf(SCENARIOS.demo()), 16);
  const [link] = linksOf(3);
  link?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
  link?.click();
  await settle();
  expect(calls).toEqual([
    ['goToCall', 3],
    ['jump', 0x548],
  ]);
  expect((list.renderRoot as ShadowRoot).activeElement?.role).toBe('tree');
});

test('a link of the selected call leaves memory at the step that is shown', async () => {
  const { calls, linksOf } = await mountList(runOf(SCENARIOS.demo()), 16);
  linksOf(16)[0]?.click();
  await settle();
  expect(calls).toEqual([['jump', 0x548]]);
});
