import { html } from 'lit';
import { expect, test, vi } from 'vitest';
import type { CallFilter } from '../../src/protocol/call.ts';
import { paramsOf } from '../../src/protocol/queries.ts';
import { placeAfterCall } from '../data/moments.ts';
import { mount, settle, textOf } from '../testing/mount.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { shownRun } from '../testing/syntheticRun.ts';
import './timeline.ts';

/** Along the steps 0 … 16 of the demo's calls, each of which makes one: 534 pixels behind 34 for the labels. */
async function mountTimeline() {
  const run = shownRun(runOf(SCENARIOS.demo()));
  const went: number[] = [];
  const filters: (CallFilter | null)[] = [];
  const view = {
    goToCall: (index: number) => void went.push(index),
    setCallFilter: (filter: CallFilter | null) => void filters.push(filter),
  };
  const timeline = await mount(
    'wsm-timeline',
    html`<wsm-timeline axis="steps" style="margin: 0" .run=${run} .place=${placeAfterCall(run, 16)} .view=${view}></wsm-timeline>`,
    { width: 34 + 16 * 30, height: 200 },
  );
  await settle();
  const canvas = timeline.renderRoot.querySelector('canvas');
  if (!canvas) throw new Error('no canvas');
  const key = async (name: string, shiftKey = false) => {
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey, bubbles: true, cancelable: true }));
    await settle();
  };
  const label = () => canvas.getAttribute('aria-label')?.split('.')[0];
  return { timeline, canvas, key, label, went, filters };
}

test('keys zoom, move and show all again', async () => {
  const { key, label } = await mountTimeline();
  expect(label()).toBe('Timeline, steps 0 to 16, 16 calls');
  await key('+'); // 16 ÷ 1.6 around the middle
  expect(label()).toMatch(/^Timeline, steps 3 to 13,/);
  await key('ArrowRight'); // by a fifth of 10
  expect(label()).toMatch(/^Timeline, steps 5 to 15,/);
  await key('ArrowRight');
  await key('ArrowRight');
  expect(label()).toMatch(/^Timeline, steps 6 to 16,/);
  await key('-');
  expect(label()).toMatch(/^Timeline, steps 0 to 16,/);
  await key('+');
  await key('0');
  expect(label()).toMatch(/^Timeline, steps 0 to 16,/);
});

test('of what is zoomed into no more is told, or drawn, than is in view', async () => {
  const { timeline, key, label } = await mountTimeline();
  await key('+');
  // Call i makes step i: those from 3 on that end, up to 14, which begins at 13.
  expect(label()).toBe('Timeline, steps 3 to 13, 12 calls');
  const run = shownRun(runOf(SCENARIOS.corrupted()));
  timeline.run = run;
  await settle();
  expect(label()).toMatch(/^Timeline, steps 0 to 16,/); // another run has another axis
});

test('however wide it is, the host is asked for no more columns than it tells', async () => {
  const run = shownRun(runOf(SCENARIOS.demo()));
  const asked = vi.spyOn(run.calls, 'timeline');
  await mount('wsm-timeline', html`<wsm-timeline axis="steps" .run=${run}></wsm-timeline>`, {
    width: 4000,
    height: 200,
  });
  await settle();
  const params = asked.mock.calls.at(-1)?.[0];
  expect(params?.columns).toBeGreaterThan(4000);
  expect(() => paramsOf('callTimeline')(params, 'params')).not.toThrow();
});

test('Ctrl and the wheel zoom at the pointer, the wheel alone moves', async () => {
  const { canvas, label } = await mountTimeline();
  const wheel = async (init: WheelEventInit, at: number) => {
    const { left, top } = canvas.getBoundingClientRect();
    const event = new WheelEvent('wheel', { ...init, clientX: left + at, clientY: top + 20, cancelable: true });
    canvas.dispatchEvent(event);
    await settle();
    return event.defaultPrevented;
  };
  expect(await wheel({ deltaY: 30 }, 100)).toBe(false); // all is shown: the panel scrolls
  await wheel({ deltaY: -1, ctrlKey: true }, 34); // at its beginning
  expect(label()).toMatch(/^Timeline, steps 0 to 10,/);
  expect(await wheel({ deltaY: 48 }, 100)).toBe(true); // a tenth of 480 pixels
  expect(label()).toMatch(/^Timeline, steps 1 to 11,/);
});

test('a click goes to the call under it', async () => {
  const { canvas, went } = await mountTimeline();
  const { left, top } = canvas.getBoundingClientRect();
  // Call 1 of #0 makes step 1: it lies at 0 … 1, in the first lane.
  const at = { clientX: left + 34 + 15, clientY: top + 16 + 2, bubbles: true, pointerId: 1 };
  canvas.setPointerCapture = () => {};
  canvas.dispatchEvent(new PointerEvent('pointerdown', at));
  canvas.dispatchEvent(new PointerEvent('pointerup', at));
  expect(went).toEqual([1]);
});

test('calls without times are drawn along steps, and it is said', async () => {
  const demo = runOf(SCENARIOS.demo());
  const run = shownRun({ ...demo, calls: demo.calls.map(call => ({ ...call, startNs: null })) });
  const timeline = await mount(
    'wsm-timeline',
    html`<wsm-timeline axis="time" .run=${run} .place=${placeAfterCall(run, 16)}></wsm-timeline>`,
  );
  await settle();
  expect(timeline.renderRoot.querySelector('canvas')?.getAttribute('aria-label')).toMatch(/^Timeline, steps 0 to 16,/);
  expect(textOf(timeline.renderRoot.querySelector('p'))).toBe('No call’s time is known: they are drawn along steps.');
});

test('a selected span is summed up, and lists its calls', async () => {
  const { timeline, key, filters } = await mountTimeline();
  const said = () => textOf(timeline.renderRoot.querySelector('p[role=status]'));
  for (let times = 0; times < 5; times++) await key('ArrowRight', true); // 5 × 0.8 from step 8 on
  expect(said()).toMatch(/^steps 8–12: 5 calls · 5 stores · \d+ B · [\d.]+ µs list these · clear$/);
  timeline.renderRoot.querySelector<HTMLElement>('p .link')?.click();
  expect(filters[0]?.span?.axis).toBe('steps');
  expect([filters[0]?.span?.from, filters[0]?.span?.to]).toEqual([8, expect.closeTo(12, 6)]);
  await key('Escape');
  expect(said()).toBe('');
});
