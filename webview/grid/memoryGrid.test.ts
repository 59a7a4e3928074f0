import { html } from 'lit';
import { beforeEach, describe, expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
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
  // #2 owns the value, #0 the text, and data segments the byte before it.
  const owners = new Array<number>(0x60).fill(0);
  owners.splice(0x48, 4, 6, 6, 6, 6);
  owners.splice(0x53, 6, 1, 4, 4, 4, 4, 4);
  memory = await loadedMemory(SIZE, bytes, [0x48, 0x49], owners);
});

async function mountGrid(overrides: Partial<MemoryGrid> = {}, width = 700) {
  const { actions, calls } = recordActions();
  const grid = await mount(
    'wsm-memory-grid',
    html`<wsm-memory-grid
      style="height: 100%"
      .memory=${overrides.memory ?? memory}
      .bytesPerRow=${overrides.bytesPerRow ?? 16}
      .cells=${overrides.cells ?? 'bytes'}
      .littleEndian=${overrides.littleEndian ?? true}
      .selected=${overrides.selected ?? 0x48}
      .valueAddress=${0x48}
      .changedBy=${overrides.changedBy ?? null}
      .onlyOwner=${overrides.onlyOwner ?? null}
      .range=${overrides.range ?? null}
      .finding=${overrides.finding ?? null}
      .firstEvent=${overrides.firstEvent ?? null}
      .regionOf=${overrides.regionOf ?? (() => null)}
      .view=${actions}
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
      '0x48: 95 hex, changed, written by #2, part of the demo’s i32',
      '0x49: 00 hex, written by #2, part of the demo’s i32',
    ]);
    const active = surface.getAttribute('aria-activedescendant');
    expect(all('[aria-selected=true]').map(cell => cell.id)).toEqual([active]);
    const text = await mountGrid({ selected: 0x54 });
    expect(text.all('[aria-selected=true]')[0]?.getAttribute('aria-label')).toBe(
      '0x54: 68 hex, character h, written by #0',
    );
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
    ['ArrowRight', { shiftKey: true }, 'extendSelection', 0x49],
    ['End', { ctrlKey: true, shiftKey: true }, 'extendSelection', SIZE - 1],
  ])('%s %j', async (key, modifiers, action, target) => {
    const { surface, calls } = await mountGrid();
    const event = press(surface, key, modifiers);
    expect(calls).toEqual([[action, target]]);
    expect(event.defaultPrevented).toBe(true);
  });

  test('Ctrl+C asks for a copy', async () => {
    const { grid, surface } = await mountGrid();
    let copies = 0;
    grid.addEventListener('copy-selection', () => copies++);
    expect(press(surface, 'c', { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(copies).toBe(1);
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
  /** Sends a pointer event to the middle of a byte's digits: 8 digits and two characters, then cells of three characters. */
  function pointAt(
    canvas: HTMLCanvasElement,
    grid: Element,
    address: number,
    type: string,
    init: PointerEventInit = {},
  ) {
    const bounds = canvas.getBoundingClientRect();
    const column = address % 16;
    const x = 4 + (10 + column * 3 + Math.floor(column / 4) + 1) * charWidth(grid);
    const at = { clientX: bounds.left + x, clientY: bounds.top + Math.floor(address / 16) * 19 + 9 };
    canvas.dispatchEvent(new PointerEvent(type, { ...at, bubbles: true, composed: true, ...init }));
  }

  test('a click selects the byte under the pointer', async () => {
    const { canvas, calls, grid } = await mountGrid();
    pointAt(canvas, grid, 0x22, 'pointerdown');
    expect(calls).toEqual([['select', 0x22]]);
  });

  test('the byte under the pointer is told with its region', async () => {
    const { canvas, surface, grid } = await mountGrid({ regionOf: at => (at < 0x30 ? 'stack of #1' : null) });
    pointAt(canvas, grid, 0x22, 'pointermove');
    expect(surface).toHaveProperty('title', '0x22: stack of #1');
    pointAt(canvas, grid, 0x35, 'pointermove');
    expect(surface).toHaveProperty('title', '0x35');
  });

  test('Shift and a click, and dragging, take the selection there', async () => {
    const { canvas, calls, grid } = await mountGrid();
    canvas.setPointerCapture = () => undefined;
    pointAt(canvas, grid, 0x22, 'pointerdown', { shiftKey: true });
    pointAt(canvas, grid, 0x35, 'pointermove', { buttons: 1 });
    pointAt(canvas, grid, 0x35, 'pointerup');
    pointAt(canvas, grid, 0x10, 'pointermove', { buttons: 1 });
    expect(calls).toEqual([
      ['extendSelection', 0x22],
      ['extendSelection', 0x35],
    ]);
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
    // below bytes the colour of who wrote them: #2's, #0's, and that of initial data
    expect(at(0x48).has('197,134,192')).toBe(true);
    expect(at(0x54).has('197,134,192')).toBe(false);
    expect(at(0x55).has('77,170,252')).toBe(true);
    // the box around the i32
    expect(at(0x4b).has('204,167,0')).toBe(true);
  });

  test('the bytes of a finding are in a box of their own, over as many rows as they have, and are said to be', async () => {
    // Four bytes at the end of a row, four at the beginning of the next.
    const { canvas, grid, all } = await mountGrid({ finding: { start: address(0x1c), length: 8 }, selected: 0x1f });
    const char = charWidth(grid);
    const has = (at: number) => {
      const x = 4 + (10 + (at % 16) * 3 + Math.floor((at % 16) / 4)) * char;
      return colors(canvas, x, Math.floor(at / 16) * 19, 2 * char, 19).has('248,81,73'); // the theme's #f85149
    };
    expect([0x1b, 0x1c, 0x1f, 0x20, 0x23, 0x24, 0x2c].map(has)).toEqual([false, true, true, true, true, false, false]);
    const labels = all('[role=gridcell]').map(cell => cell.ariaLabel);
    expect(labels.slice(11, 13)).toEqual(['0x1b: 00 hex', '0x1c: 00 hex, in the finding']);
  });

  test('the bytes of its first event are in another box, and are said to be', async () => {
    const finding = { start: address(0x12), length: 1 };
    const { canvas, grid, all } = await mountGrid({
      finding,
      firstEvent: { start: address(0x10), length: 4 },
      selected: 0x10,
    });
    const x = 4 + 10 * charWidth(grid);
    expect(colors(canvas, x, 19, charWidth(grid), 19).has('248,81,73')).toBe(true);
    const labels = all('[role=gridcell]').map(cell => cell.ariaLabel);
    expect(labels.slice(1, 5)).toEqual([
      '0x11: 00 hex, in the finding’s first event',
      '0x12: 00 hex, in the finding, in the finding’s first event',
      '0x13: 00 hex, in the finding’s first event',
      '0x14: 00 hex',
    ]);
  });

  test('without owners, changed bytes have the colour of who changed them', async () => {
    const { canvas, grid } = await mountGrid({ memory: await loadedMemory(SIZE, [1, 2, 3], [1, 2]), changedBy: 2 });
    const x = 4 + 10 * charWidth(grid);
    expect(colors(canvas, x, 0, 2 * charWidth(grid), 19).has('197,134,192')).toBe(false);
    expect(colors(canvas, x + 3 * charWidth(grid), 0, 2 * charWidth(grid), 19).has('197,134,192')).toBe(true);
  });

  test('of one owner alone, only its lines are drawn', async () => {
    const { canvas } = await mountGrid({ onlyOwner: 4 });
    const drawn = colors(canvas, 0, 0, 500, 300);
    expect([drawn.has('77,170,252'), drawn.has('197,134,192')]).toEqual([true, false]);
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

describe('typed cells', () => {
  test('each is a cell of the ARIA grid, with its value, its type and who wrote it', async () => {
    const { surface, all } = await mountGrid({ cells: 'u32', range: { start: address(0x48), length: 4 } });
    expect(surface.getAttribute('aria-colcount')).toBe('5');
    expect(surface.getAttribute('aria-description')).toBe('32-bit unsigned numbers');
    expect(all('[role=gridcell]').map(cell => cell.ariaLabel)).toEqual([
      '0x40: 0, u32 little endian',
      '0x44: 0, u32 little endian',
      '0x48: 149, u32 little endian, changed, written by #2, part of the demo’s i32',
      '0x4c: 0, u32 little endian',
    ]);
    expect(all('[aria-selected=true]').map(cell => cell.id)).toEqual([surface.getAttribute('aria-activedescendant')]);
    expect(all('[role=gridcell]').map(cell => cell.ariaColIndex)).toEqual(['2', '3', '4', '5']);
  });

  test('a byte inside of a cell selects the cell; several writers are all said', async () => {
    // 0x52 nobody, 0x53 initial data: 0, 0 little endian; 0x54 … are #0's text.
    const { surface, all } = await mountGrid({ cells: 'hex16', littleEndian: false, selected: 0x53 });
    expect(surface.getAttribute('aria-activedescendant')).toBe('byte-82');
    const labels = all('[role=gridcell]').map(cell => cell.ariaLabel);
    expect(labels.slice(1, 3)).toEqual([
      '0x52: 0000, hex16 big endian, initial data',
      '0x54: 6865, hex16 big endian, written by #0',
    ]);
  });

  test('memory that ends inside of a cell is said', async () => {
    const { all } = await mountGrid({ cells: 'u64', memory: await loadedMemory(12, [1, 2, 3]), selected: 9 });
    expect(all('[role=gridcell]').map(cell => cell.ariaLabel)).toEqual([
      '0x0: 197121, u64 little endian', // 0x030201
      '0x8: memory ends inside of it, u64 little endian',
    ]);
  });

  test('arrows go from cell to cell, and Enter goes where a pointer leads', async () => {
    const { surface, calls } = await mountGrid({ cells: 'ptr32' });
    press(surface, 'ArrowRight');
    press(surface, 'Enter');
    expect(calls).toEqual([
      ['select', 0x4c],
      ['jump', 0x95],
    ]);
    // 0x6c6c6568 is the text, and no address of this memory.
    const text = await mountGrid({ cells: 'ptr32', selected: 0x54 });
    expect(press(text.surface, 'Enter').defaultPrevented).toBe(false);
    expect(text.calls).toEqual([]);
  });

  test('a click selects a cell by its first byte; owners are marked below their own bytes', async () => {
    const { canvas, calls, grid } = await mountGrid({ cells: 'hex32' });
    const char = charWidth(grid);
    const bounds = canvas.getBoundingClientRect();
    const at = { clientX: bounds.left + 4 + (10 + 2 * 9 + 7) * char, clientY: bounds.top + 5 * 19 + 9 };
    canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at, bubbles: true, composed: true }));
    expect(calls).toEqual([['select', 0x58]]);
    // #0 wrote 0x54 … 0x58: all of the second cell, and of the third the byte whose digits are the last two.
    const owned = (cell: number, digit: number) =>
      colors(canvas, 4 + (10 + cell * 9 + digit) * char, 5 * 19, char, 19).has('77,170,252');
    expect([owned(1, 0), owned(1, 7), owned(2, 0), owned(2, 5), owned(2, 6), owned(2, 7)]).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
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

test('a selected byte that was in view stays there where the room gets smaller; one that was scrolled away does not come back', async () => {
  const { grid, surface, scrollBar } = await mountGrid({ selected: 0xd8 });
  const bar = scrollBar as HTMLElementTagNameMap['wsm-scroll-bar'];
  // Its row is 13, where a row has 16 bytes: 300 pixels have at least 15 rows of at most 20 pixels, 100 have at most 6.
  expect(bar.top).toBe(0);
  grid.style.height = '100px';
  await settle();
  expect(bar.top).toBeLessThanOrEqual(13);
  expect(bar.top + bar.area.visibleRows).toBeGreaterThanOrEqual(14);
  expect(bar.area.visibleRows).toBeLessThan(7);
  surface.dispatchEvent(
    new WheelEvent('wheel', { deltaY: 500, deltaMode: WheelEvent.DOM_DELTA_LINE, cancelable: true }),
  );
  await settle();
  const away = bar.top;
  expect(away).toBeGreaterThan(500);
  grid.style.height = '60px';
  await settle();
  expect(bar.top).toBe(away);
});
