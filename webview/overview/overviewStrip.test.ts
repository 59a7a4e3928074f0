import { html } from 'lit';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/protocol/finding.ts';
import { pageIndex, type Step, step } from '../../src/protocol/units.ts';
import { OverviewData } from '../data/overviewData.ts';
import { DUPLICATES } from '../testing/foundRuns.ts';
import { mount, press, recordActions, settle, textOf, until } from '../testing/mount.ts';
import './overviewStrip.ts';

/** 16 pages: #1 wrote page 2 five times, initial data is in page 0, #2 wrote page 15 once. */
const SUMMARIES = [
  { page: pageIndex(0), owner: 1, writes: 0 },
  { page: pageIndex(2), owner: 5, writes: 5 },
  { page: pageIndex(15), owner: 6, writes: 1 },
];

async function mountStrip(hasOwners = true, marked: Step | null = null, findings: readonly Finding[] = []) {
  const { actions, calls } = recordActions();
  const data = new OverviewData({
    read: async () => SUMMARIES,
    differences: async () => [{ page: pageIndex(3), bytes: 9, ranges: 1 }],
    failed: message => {
      throw new Error(message);
    },
  });
  data.show({ runId: 1, step: step(1), since: marked, memoryBytes: 65_536 });
  await until(() => !data.busy);
  const strip = await mount(
    'wsm-overview-strip',
    html`<wsm-overview-strip .data=${data} .hasOwners=${hasOwners} .marked=${marked} .findings=${findings} .view=${actions}></wsm-overview-strip>`,
    { width: 400, height: 30 },
  );
  await settle();
  strip.showView(0x540, 0x700);
  const slider = strip.renderRoot.querySelector('[role=slider]');
  const canvas = strip.renderRoot.querySelector('canvas');
  if (!slider || !canvas) throw new Error('no strip');
  /** Colour of the lowest pixel that is drawn in the middle of a page's cell (patterns have gaps); null where none is. */
  const colorOf = (page: number): string | null => {
    const x = Math.floor(((page + 0.5) * canvas.width) / 16);
    const pixels = canvas.getContext('2d')?.getImageData(x, 0, 1, canvas.height).data ?? [];
    for (let at = pixels.length - 4; at >= 0; at -= 4) {
      if (pixels[at + 3] === 255) return [pixels[at], pixels[at + 1], pixels[at + 2]].join();
    }
    return null;
  };
  return { strip, calls, slider, canvas, colorOf };
}

test('a cell a page, in the colour of who wrote most of it', async () => {
  const { colorOf } = await mountStrip();
  // #1 is #e2a65c, #2 is #c586c0, initial data #9d9d9d
  expect([0, 1, 2, 3, 15].map(colorOf)).toEqual(['157,157,157', null, '226,166,92', null, '197,134,192']);
});

test('heat instead: only what was written, and the more often the stronger', async () => {
  const { strip, canvas, colorOf } = await mountStrip();
  const button = strip.renderRoot.querySelector('button');
  button?.click();
  await settle();
  expect([button?.ariaPressed, colorOf(0)]).toEqual(['true', null]);
  const alpha = (page: number) => {
    const x = Math.floor(((page + 0.5) * canvas.width) / 16);
    return canvas.getContext('2d')?.getImageData(x, canvas.height - 1, 1, 1).data[3] ?? 0;
  };
  expect(alpha(2)).toBe(255);
  expect(alpha(15)).toBeGreaterThan(50);
  expect(alpha(15)).toBeLessThan(255);
});

test('the legend of heat says how often the bars were written, by their heights', async () => {
  const { strip } = await mountStrip();
  expect(strip.renderRoot.querySelector('.legend')).toBeNull();
  strip.renderRoot.querySelector('button')?.click();
  await settle();
  const legend = strip.renderRoot.querySelector('.legend');
  // At most 5 writes: by thirds of log 6 that is 0.8, 2.3 and 5.
  expect(textOf(legend)).toBe('writes to each 4 KiB up to this step: 1 2 5');
  expect([...(legend?.querySelectorAll('.mark') ?? [])].map(textOf)).toEqual(['1', '2', '5']);
  const heights = [...(legend?.querySelectorAll('rect') ?? [])].map(bar => Number(bar.getAttribute('height')));
  expect(heights.map(Math.round)).toEqual([5, 9, 14]); // 14 px × log 2, log 3 and log 6 over log 6
});

test('without owners there is heat alone', async () => {
  const { strip, colorOf } = await mountStrip(false);
  expect([strip.renderRoot.querySelector('button')?.hidden, colorOf(0)]).toEqual([true, null]);
  expect(colorOf(2)).not.toBeNull();
});

test('a click goes to the page, and dragging on', async () => {
  const { calls, slider, canvas } = await mountStrip();
  slider.setPointerCapture = () => undefined;
  const { left, width, top } = canvas.getBoundingClientRect();
  const pointer = (type: string, page: number) =>
    slider.dispatchEvent(
      new PointerEvent(type, { clientX: left + ((page + 0.5) * width) / 16, clientY: top + 5, button: 0 }),
    );
  pointer('pointerdown', 2);
  pointer('pointermove', 15);
  pointer('pointerup', 15);
  pointer('pointermove', 3);
  expect(calls).toEqual([
    ['jump', 0x2000],
    ['select', 0xf000],
  ]);
});

test('arrow keys go from cell to cell and say what is there, Enter goes to it', async () => {
  const { calls, slider } = await mountStrip();
  press(slider, 'ArrowRight');
  await settle();
  press(slider, 'ArrowRight');
  await settle();
  expect(slider.getAttribute('aria-valuetext')).toBe('0x2000 … 0x2fff: #1, 5 writes');
  expect([slider.ariaValueMin, slider.ariaValueNow, slider.ariaValueMax]).toEqual(['0', '8192', '65535']);
  press(slider, 'Enter');
  press(slider, 'End');
  press(slider, 'Enter');
  expect(calls).toEqual([
    ['jump', 0x2000],
    ['jump', 0xf000],
  ]);
});

test('marks what the grid shows, at least as wide as is seen', async () => {
  const { strip } = await mountStrip();
  strip.showView(0x8000, 0xa000);
  const [box, track] = ['.view', '.strip'].map(s => strip.renderRoot.querySelector(s)?.getBoundingClientRect());
  if (!box || !track) throw new Error('no marker');
  expect((box.left - track.left) / track.width).toBeCloseTo(0.5, 1);
  expect(box.width / track.width).toBeCloseTo(0.125, 1);
  strip.showView(0, 16);
  expect(strip.renderRoot.querySelector('.view')?.getBoundingClientRect().width).toBeGreaterThanOrEqual(5);
});

test('pages that differ from the step that is compared with have a mark in a lane above the cells', async () => {
  const { slider, canvas, calls } = await mountStrip(true, step(0));
  const drawnAtTop = (page: number): boolean => {
    const x = Math.floor(((page + 0.5) * canvas.width) / 16);
    return canvas.getContext('2d')?.getImageData(x, 1, 1, 1).data[3] === 255;
  };
  expect([0, 2, 3, 15].map(drawnAtTop)).toEqual([false, false, true, false]);
  for (let page = 0; page < 3; page++) press(slider, 'ArrowRight');
  await settle();
  expect(slider.ariaValueText).toBe('0x3000 … 0x3fff: never written, 0 writes, 9 bytes differ from step 0');
  expect(calls).toEqual([]);
});

test('a flag at the top of the cell of each finding, which says how many there are', async () => {
  // Both at 0x548, in page 0.
  const { canvas, slider } = await mountStrip(true, null, DUPLICATES);
  expect(slider.getAttribute('aria-valuetext')).toBe('0x0 … 0xfff: initial data, 0 writes, 2 findings');
  const topOf = (page: number) => {
    const x = Math.floor(((page + 0.5) * canvas.width) / 16);
    return [...(canvas.getContext('2d')?.getImageData(x, 1, 1, 1).data ?? [])].join();
  };
  // #f85149 is the dark theme's colour of errors.
  expect([topOf(0), topOf(1)]).toEqual(['248,81,73,255', '0,0,0,0']);
});
