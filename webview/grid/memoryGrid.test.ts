import { html } from 'lit';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MemoryAtStep } from '../memory/memoryAtStep.ts';
import { loadedMemory } from '../testing/memory.ts';
import { mount, press, recordActions, settle } from '../testing/mount.ts';
import { applyTheme } from '../testing/themes.ts';
import type { MemoryGrid } from './memoryGrid.ts';
import './memoryGrid.ts';

const SIZE = 17 * 65536;
let memory: MemoryAtStep;

beforeEach(async () => {
  const bytes = new Array<number>(0x60).fill(0);
  bytes.splice(0x48, 4, 0x95, 0, 0, 0);
  bytes.splice(0x54, 5, 0x68, 0x65, 0x6c, 0x6c, 0x6f);
  memory = await loadedMemory(SIZE, bytes, [0x48, 0x49]);
});

async function mountGrid(overrides: Partial<MemoryGrid> = {}, width = 700) {
  const { actions, calls } = recordActions();
  const grid = await mount(
    'wsm-memory-grid',
    html`<wsm-memory-grid
      style="height: 100%"
      .memory=${overrides.memory ?? memory}
      .bytesPerRow=${overrides.bytesPerRow ?? 16}
      .selected=${overrides.selected ?? 0x48}
      .valueAddress=${0x48}
      .changedBy=${2}
      .actions=${actions}
    ></wsm-memory-grid>`,
    { width, height: 300 },
  );
  const all = (selector: string) => [...grid.renderRoot.querySelectorAll(selector)];
  const [surface] = all('[role=grid]');
  const [canvas] = all('canvas');
  const [scrollBar] = all('wsm-scroll-bar');
  if (!surface || !(canvas instanceof HTMLCanvasElement) || !scrollBar) throw new Error('no grid');
  return { grid, calls, all, surface, canvas, scrollBar };
}

/** Colours of a canvas's pixels in a box of CSS pixels, as a set of `r,g,b`. */
function colors(canvas: HTMLCanvasElement, x: number, y: number, width: number, height: number): Set<string> {
  const scale = canvas.width / canvas.getBoundingClientRect().width;
  const { data } = canvas.getContext('2d')?.getImageData(x * scale, y * scale, width * scale, height * scale) ?? {
    data: [],
  };
  const found = new Set<string>();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) found.add([data[i], data[i + 1], data[i + 2]].join());
  return found;
}

describe('the ARIA grid', () => {
  test('has the selected row, and says how large the whole is', async () => {
    const { surface, all } = await mountGrid();
    expect(surface.getAttribute('aria-rowcount')).toBe(String(SIZE / 16));
    expect(surface.getAttribute('aria-colcount')).toBe('17');
    expect(all('[role=row]').map(row => row.getAttribute('aria-rowindex'))).toEqual(['5']);
    expect(all('[role=rowheader]').map(header => header.textContent)).toEqual(['0x40']);
    expect(all('[role=gridcell]')).toHaveLength(16);
  });

  test('says of each byte what the canvas shows', async () => {
    const { surface, all } = await mountGrid();
    const labels = all('[role=gridcell]').map(cell => cell.getAttribute('aria-label'));
    expect(labels.slice(7, 10)).toEqual([
      '0x47: 00 hex',
      '0x48: 95 hex, changed, part of the demo’s i32',
      '0x49: 00 hex, part of the demo’s i32',
    ]);
    const active = surface.getAttribute('aria-activedescendant');
    expect(all('[aria-selected=true]').map(cell => cell.id)).toEqual([active]);
    const text = await mountGrid({ selected: 0x54 });
    expect(text.all('[aria-selected=true]')[0]?.getAttribute('aria-label')).toBe('0x54: 68 hex, character h');
  });

  test('the canvas is no part of it', async () => {
    const { canvas } = await mountGrid();
    expect(canvas.getAttribute('aria-hidden')).toBe('true');
  });
});

describe('keys', () => {
  test.each([
    ['ArrowRight', {}, 'select', 0x49],
    ['ArrowDown', {}, 'select', 0x58],
    ['End', { ctrlKey: true }, 'jump', SIZE - 1],
  ])('%s %j', async (key, modifiers, action, target) => {
    const { surface, calls } = await mountGrid();
    const event = press(surface, key, modifiers);
    expect(calls).toEqual([[action, target]]);
    expect(event.defaultPrevented).toBe(true);
  });

  test('keys of others go through', async () => {
    const { surface, calls } = await mountGrid();
    expect(press(surface, 'g', { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(calls).toEqual([]);
  });
});

describe('scrolling', () => {
  test('the wheel moves the rows and the scroll bar', async () => {
    const { surface, scrollBar } = await mountGrid();
    surface.dispatchEvent(
      new WheelEvent('wheel', { deltaY: 100, deltaMode: WheelEvent.DOM_DELTA_LINE, cancelable: true }),
    );
    await settle();
    expect(scrollBar.ariaValueNow).toBe('100');
    expect(scrollBar.ariaValueText).toBe('0x640');
  });

  test('at the top, scrolling up is left to the panel around', async () => {
    const { surface } = await mountGrid();
    const event = new WheelEvent('wheel', { deltaY: -100, cancelable: true });
    surface.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  test('the scroll bar’s end is the end of 4 GiB', async () => {
    const huge = await loadedMemory(2 ** 32, []);
    const { grid, scrollBar } = await mountGrid({ memory: huge, selected: 2 ** 32 - 1 });
    expect(scrollBar.ariaValueNow).toBe(scrollBar.ariaValueMax);
    // 2^28 rows, of which 300 px / 19 px = 15.8 are visible
    expect(scrollBar.ariaValueMax).toBe('268435440');
    expect(grid.renderRoot.querySelector('[role=row]')?.getAttribute('aria-rowindex')).toBe(String(2 ** 28));
  });

  test('dragging the thumb goes through the whole memory', async () => {
    const { scrollBar } = await mountGrid();
    const { left, top, bottom } = scrollBar.getBoundingClientRect();
    scrollBar.setPointerCapture = () => undefined;
    const pointer = (type: string, clientY: number) =>
      scrollBar.dispatchEvent(new PointerEvent(type, { clientX: left + 5, clientY, button: 0, bubbles: true }));
    pointer('pointerdown', top + 2);
    pointer('pointermove', bottom);
    pointer('pointerup', bottom);
    await settle();
    expect(scrollBar.ariaValueNow).toBe(scrollBar.ariaValueMax);
    pointer('pointermove', top);
    await settle();
    expect(scrollBar.ariaValueNow).toBe(scrollBar.ariaValueMax);
  });

  test('rows wider than the view scroll sideways', async () => {
    const { surface } = await mountGrid({ bytesPerRow: 32, selected: 31 }, 300);
    expect(surface.scrollWidth).toBeGreaterThan(surface.clientWidth);
    expect(surface.scrollLeft).toBeGreaterThan(0);
  });
});

describe('the canvas', () => {
  test('a click selects the byte under the pointer', async () => {
    const { canvas, calls, grid } = await mountGrid();
    const bounds = canvas.getBoundingClientRect();
    // 8 digits and two characters, then cells of three characters: column 2 of the third row
    const char = charWidth(grid);
    const at = { clientX: bounds.left + 4 + (10 + 2 * 3 + 1) * char, clientY: bounds.top + 2 * 19 + 9 };
    canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at, bubbles: true, composed: true }));
    expect(calls).toEqual([['select', 0x22]]);
  });

  test('draws bytes, fainter zeros and marks', async () => {
    const { canvas, grid } = await mountGrid();
    const char = charWidth(grid);
    const cell = (address: number) => ({
      x: 4 + (10 + (address % 16) * 3 + Math.floor((address % 16) / 4)) * char,
      y: Math.floor(address / 16) * 19,
    });
    const at = (address: number) => colors(canvas, cell(address).x - 2, cell(address).y, 2 * char + 4, 19);
    // #cccccc is the theme's foreground; zeros have half of its opacity, so no opaque pixel at all
    expect(at(0x54).has('204,204,204')).toBe(true);
    expect(at(0x20).size).toBe(0);
    // instance 2's colour below the changed byte, and only there
    expect(at(0x48).has('197,134,192')).toBe(true);
    expect(at(0x54).has('197,134,192')).toBe(false);
    // the box around the i32
    expect(at(0x4b).has('204,167,0')).toBe(true);
  });

  test('is drawn again when the theme changes', async () => {
    const { canvas } = await mountGrid();
    expect(colors(canvas, 0, 0, 500, 300).has('59,59,59')).toBe(false);
    applyTheme('light');
    await settle();
    // #3b3b3b, the light theme's foreground
    expect(colors(canvas, 0, 0, 500, 300).has('59,59,59')).toBe(true);
    applyTheme('dark');
  });

  test('has the screen’s own pixels', async () => {
    const { canvas } = await mountGrid();
    expect(canvas.width).toBe(Math.round(canvas.getBoundingClientRect().width * devicePixelRatio));
  });
});

/** Width of a character of the grid's font, measured as text. */
function charWidth(grid: Element): number {
  const span = document.createElement('span');
  const style = getComputedStyle(grid);
  span.style.font = `12px ${style.getPropertyValue('--vscode-editor-font-family')}`;
  span.textContent = '0'.repeat(100);
  document.body.append(span);
  const width = span.getBoundingClientRect().width / 100;
  span.remove();
  return width;
}
