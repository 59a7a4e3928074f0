import { html } from 'lit';
import { expect, test } from 'vitest';
import { placeAfterCall } from '../data/moments.ts';
import { mount, recordActions, textOf } from '../testing/mount.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { type MadeRun, shownRun, withCalls } from '../testing/syntheticRun.ts';
import './callLanes.ts';

async function mountLanes(made: MadeRun, step: number) {
  const run = shownRun(made);
  const { actions, calls } = recordActions();
  const lanes = await mount(
    'wsm-call-lanes',
    html`<wsm-call-lanes .run=${run} .place=${placeAfterCall(run, step)} .view=${actions}></wsm-call-lanes>`,
    { width: 354, height: 200 },
  );
  const all = (selector: string) => [...lanes.renderRoot.querySelectorAll(selector)];
  return { lanes, calls, all };
}

test('one lane an instance and one block a call, in the lane of its instance', async () => {
  const { all } = await mountLanes(runOf(SCENARIOS.demo()), 16);
  expect(all('text').map(textOf)).toEqual(['#0', '#1', '#2']);
  const blocks = all('rect.block').map(block => block.getBoundingClientRect());
  expect(blocks).toHaveLength(16);
  // alloc_11 and the first add_23 are both on #0; the next ones go down the lanes
  expect(blocks[1]?.top).toBe(blocks[0]?.top);
  expect(blocks[2]?.top).toBeGreaterThan(blocks[1]?.top ?? Number.POSITIVE_INFINITY);
});

test('calls after the shown step are fainter', async () => {
  const { all } = await mountLanes(runOf(SCENARIOS.demo()), 7);
  expect(all('.later')).toHaveLength(9);
});

test('a trap, a call that was stopped and a difference have shapes of their own', async () => {
  expect((await mountLanes(runOf(SCENARIOS.trapped()), 6)).all('path.trapped')).toHaveLength(1);
  expect((await mountLanes(runOf(SCENARIOS.timedOut()), 4)).all('rect.stopped')).toHaveLength(1);
  expect((await mountLanes(runOf(SCENARIOS.difference()), 16)).all('path.difference')).toHaveLength(15);
});

test('of thousands of calls as many have blocks as the width has room for, and those in trouble have theirs', async () => {
  const run = runOf(SCENARIOS.demo());
  const [like] = run.calls;
  if (!like) throw new Error('the demo has no calls');
  const calls = Array.from({ length: 20_000 }, (_, i) => {
    const end = i === 9999 ? ('trapped' as const) : like.end;
    return { ...like, index: i + 1, instance: i % 2, end };
  });
  const { all } = await mountLanes(withCalls(run, calls), 20_000);
  const blocks = all('rect.block').length;
  expect(blocks).toBeGreaterThan(2 * 300);
  expect(blocks).toBeLessThanOrEqual(2 * 354 + 1);
  expect(all('path.trapped')).toHaveLength(1);
});

test('the block of a call in another one is lower', async () => {
  const { all } = await mountLanes(runOf(SCENARIOS.nested()), 5);
  const [outer = 0, ...others] = all('rect.block').map(block => block.getBoundingClientRect().height);
  expect(others.map(height => height < outer)).toEqual([true, true, true, false]);
  expect(all('title').map(textOf)[3]).toBe('4 #0 f4() in call 3');
});

test('a click on a block goes to its call', async () => {
  const { all, calls } = await mountLanes(runOf(SCENARIOS.demo()), 16);
  const box = all('rect.block')[4]?.getBoundingClientRect();
  if (!box) throw new Error('no block');
  const at = { clientX: box.left + box.width / 2, clientY: box.top + 2, bubbles: true };
  all('svg')[0]?.dispatchEvent(new MouseEvent('click', at));
  expect(calls).toEqual([['goToCall', 5]]);
});

test('64 lanes scroll, and the lane of the shown step is in view', async () => {
  const { lanes, all } = await mountLanes(runOf(SCENARIOS.many()), 60);
  expect(all('text')).toHaveLength(64);
  const view = lanes.getBoundingClientRect();
  expect(view.height).toBeLessThanOrEqual(120);
  // call 60 is the 59th add_23: instance 58
  const label = all('text')[58]?.getBoundingClientRect();
  expect(label?.top).toBeGreaterThanOrEqual(view.top);
  expect(label?.bottom).toBeLessThanOrEqual(view.bottom);
});
