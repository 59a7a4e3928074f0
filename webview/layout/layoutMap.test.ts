import { html } from 'lit';
import { expect, test } from 'vitest';
import { type LayoutRow, layoutOf } from '../data/layout.ts';
import { DEMO_CLAIMS, MODULES_CLAIMS } from '../testing/claimed.ts';
import { modulesRun } from '../testing/moduleRuns.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { demoSnapshot, type MadeRun } from '../testing/syntheticRun.ts';
import './layoutMap.ts';

const BYTES = 0x110000;
const demo = demoSnapshot(3);

async function mountMap(
  rows: readonly LayoutRow[] = layoutOf(demo, DEMO_CLAIMS, BYTES),
  run: Pick<MadeRun, 'modules' | 'instances'> = demo,
  open = true,
) {
  const { actions, calls } = recordActions();
  const map = await mount(
    'wsm-layout-map',
    html`<wsm-layout-map .rows=${rows} .run=${run} .memoryBytes=${BYTES} .selected=${0x548} .open=${open} .view=${actions}></wsm-layout-map>`,
  );
  const all = (selector: string) => [...map.renderRoot.querySelectorAll<HTMLElement>(selector)];
  const focused = () => all('.region').findIndex(region => region.matches(':focus'));
  const region = (index: number) => {
    const found = all('.region')[index];
    if (!found) throw new Error(`no region ${index}`);
    return found;
  };
  const button = (text: string) => all('.zoom button').find(each => textOf(each) === text);
  const toFocused = async (key: string, shiftKey = false) => {
    const event = press(region(focused()), key, { shiftKey });
    await settle();
    return event;
  };
  return { map, calls, all, region, focused, button, toFocused };
}

const mountModules = () => {
  const run = modulesRun();
  return mountMap(layoutOf(run, MODULES_CLAIMS, BYTES), run);
};

test('a row a module with its regions, and what several claim is hatched', async () => {
  const { all } = await mountMap();
  expect(all('.claimant').map(textOf)).toEqual(['#0–#2']);
  expect(all('.region').map(textOf)).toEqual(['data', 'heap →']);
  expect(all('.region.guess').map(textOf)).toEqual(['heap →']);
  expect(all('.overlap').length).toBe(2);
  // 0x131 of data, and 0x110000 − 0x540 of heap: 305 + 1112768 = 1.0615 × 2^20
  expect(textOf(all('.facts')[0])).toBe('▲ overlaps: 1.06 MiB · 2 claims');
});

test('modules of different bytes have a row each; one without a place says so', async () => {
  const { all } = await mountModules();
  expect(all('.region').map(textOf)).toEqual([
    '.rodata',
    '.data',
    'bss',
    '← stack',
    'heap →',
    '← stack',
    '.rodata',
    'bss',
    'heap →',
  ]);
  expect(all('.unplaced').map(textOf)).toEqual(['dylink region: env.__memory_base + 0x0–0x24d4']);
  expect(textOf(all('.facts')[0])).toMatch(/^▲ .* · 10 claims$/);
});

test('no region of a row lies over the next one, and each can be seen', async () => {
  const { all } = await mountModules();
  const [line] = all('.line');
  const boxes = [...(line?.querySelectorAll('.region') ?? [])].map(each => each.getBoundingClientRect());
  expect(boxes.length).toBe(5);
  for (const [i, { left, width }] of boxes.entries()) {
    expect(width).toBeGreaterThan(15);
    expect(left).toBeGreaterThanOrEqual((boxes[i - 1]?.right ?? 0) - 0.5);
  }
});

test('a click goes to the region, a hover and the focus tell it', async () => {
  const { all, region, calls } = await mountMap();
  region(1).dispatchEvent(new PointerEvent('pointerenter'));
  await settle();
  expect(textOf(all('.told')[0])).toMatch(
    /^Heap: 0x540 to the end of memory.* A guess: the start function sets global 0 to it\./,
  );
  expect(region(1).ariaLabel).toBe(textOf(all('.told')[0]));
  region(1).click();
  expect(calls).toEqual([['jump', 0x540]]);
  all('.rows')[0]?.dispatchEvent(new PointerEvent('pointerleave'));
  region(0).focus();
  await settle();
  expect(textOf(all('.told')[0])).toMatch(/^Data: 0x40c to 0x53c, 305 bytes/);
  press(region(0), 'Escape');
  await settle();
  expect(all('.told')).toEqual([]);
});

test('keys go from region to region and from row to row; one of them is reached by Tab', async () => {
  const { region, focused, toFocused, all } = await mountModules();
  expect(all('.region').map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1, -1, -1, -1, -1, -1, -1]);
  region(0).focus();
  const visited: number[] = [];
  // Below .bss at 0x510 lies the other's stack; above that, at 0, is what comes first.
  for (const key of [
    'ArrowRight',
    'ArrowRight',
    'ArrowDown',
    'End',
    'ArrowRight',
    'ArrowUp',
    'ArrowLeft',
    'Home',
    'ArrowDown',
    'ArrowUp',
  ]) {
    expect((await toFocused(key)).defaultPrevented).toBe(true);
    visited.push(focused());
  }
  expect(visited).toEqual([1, 2, 5, 8, 8, 4, 3, 0, 5, 0]);
  expect((await toFocused('x')).defaultPrevented).toBe(false);
});

test('it zooms by keys, by buttons and to a region, and back to all', async () => {
  const { region, all, button, toFocused, map } = await mountMap();
  const widthOf = (index: number) => region(index).getBoundingClientRect().width;
  const whole = widthOf(0);
  region(0).focus();
  await toFocused('+');
  // One and a half times as wide, but for its left end, which is no longer shown: the middle stays where it was.
  expect(widthOf(0) / whole).toBeGreaterThan(1.3);
  expect(widthOf(0) / whole).toBeLessThan(1.5);
  await toFocused('-');
  expect(widthOf(0)).toBeCloseTo(whole);
  await toFocused('Enter', true);
  const line = all('.line')[0]?.clientWidth ?? 0;
  expect(widthOf(0) / line).toBeCloseTo(1 / 1.1, 1);
  // The gap before it weighs 1.5 and ends at 0x40c, the region 4 + log2(305) = 12.25; a twentieth of that is 0.41 of the gap.
  expect(textOf(all('.axis span')[0])).toBe('0x265');
  button('all')?.click();
  await settle();
  expect(widthOf(0)).toBeCloseTo(whole);
  expect(button('all')?.matches(':disabled')).toBe(true);
  region(1).dispatchEvent(new MouseEvent('dblclick'));
  await settle();
  expect(widthOf(1) / line).toBeGreaterThan(0.9);
  // Of what is shown one region is reached by Tab, also where the one with the focus before is not.
  region(0).focus();
  for (const key of ['0', '+', '+', '+']) await toFocused(key);
  region(0).dispatchEvent(new WheelEvent('wheel', { deltaX: 1e6, bubbles: true, cancelable: true }));
  await settle();
  expect(all('.region').map(each => [textOf(each), each.tabIndex])).toEqual([['heap →', 0]]);
  region(0).focus();
  await toFocused('0');
  // Other regions are shown as a whole.
  button('+')?.click();
  map.rows = layoutOf(modulesRun(), MODULES_CLAIMS, BYTES);
  await settle();
  expect(button('all')?.matches(':disabled')).toBe(true);
});

test('the wheel zooms with Ctrl alone, and moves what is zoomed', async () => {
  const { all, button } = await mountMap();
  const [rows] = all('.rows');
  const turn = (init: WheelEventInit) => {
    const event = new WheelEvent('wheel', { cancelable: true, bubbles: true, clientX: 400, ...init });
    rows?.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(turn({ deltaY: -100 })).toBe(false);
  expect(turn({ deltaX: 100 })).toBe(false);
  expect(turn({ deltaY: -100, ctrlKey: true })).toBe(true);
  await settle();
  expect(button('all')?.matches(':disabled')).toBe(false);
  expect(turn({ deltaX: 100 })).toBe(true);
});

test('closed it has its head alone', async () => {
  const { all, calls } = await mountMap(undefined, undefined, false);
  expect(all('.region')).toEqual([]);
  all('.opener')[0]?.click();
  expect(calls).toEqual([['showLayout', true]]);
});
