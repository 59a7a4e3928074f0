// Where there is little room: what of the panel is still in view, what folds, and what the user changes of it.
import { expect, onTestFinished, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { focused } from '../controls/focused.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type ScenarioName } from '../testing/scenarios.ts';

/** The side bar as VS Code opens it. */
const NARROW = 292;

async function mountIn(name: ScenarioName, width: number, height: number, stored?: unknown) {
  const mounted = await mountPanel(SCENARIOS[name](), stored);
  Object.assign(mounted.panel.style, { width: `${width}px`, height: `${height}px` });
  await until(() => mounted.session.data.findings.isComplete && mounted.session.data.lastChange.answer !== null);
  await settle();
  await settle();
  const { panel, all } = mounted;
  /** How much of an element is in the panel's view, in CSS pixels. */
  const seen = (element: Element | undefined): number => {
    const [box, view] = [element?.getBoundingClientRect(), panel.getBoundingClientRect()];
    return box ? Math.min(box.bottom, view.bottom) - Math.max(box.top, view.top) : 0;
  };
  // The canvas draws rows as far from each other as the theme's font asks for: at most 19 px.
  const rowsSeen = (): number => Math.floor(seen(all('wsm-memory-grid')[0]) / 19);
  const named = (label: string) => all(`[role=separator][aria-label="${label}"]`)[0];
  const titles = () => all('.fold').filter(each => each instanceof HTMLElement);
  const title = (text: string) => titles().find(each => textOf(each).endsWith(text));
  return { ...mounted, seen, rowsSeen, named, titles, title };
}

test.each([
  ['corrupted', 720],
  ['corrupted', 480],
  ['modules', 720],
  ['modules', 480],
] as const)(
  '%s, 292 × %i pixels: eight rows of bytes are in view, and the inspector’s first lines',
  async (name, height) => {
    const { rowsSeen, seen, all } = await mountIn(name, NARROW, height);
    expect(rowsSeen()).toBeGreaterThanOrEqual(8);
    expect(seen(all('.who')[0])).toBeGreaterThanOrEqual(18);
  },
);

test.each(['corrupted', 'modules', 'everyFinding'] as const)(
  '%s in an editor of 1366 × 768 at 150 %: layout and findings fold to their titles, eight rows of bytes are in view',
  async name => {
    const { rowsSeen, all, title } = await mountIn(name, 911, 512);
    expect(rowsSeen()).toBeGreaterThanOrEqual(8);
    expect(all('wsm-layout-map .rows')).toHaveLength(0);
    if (name !== 'modules') expect(title('Findings')?.ariaExpanded).toBe('false');
    title('Findings')?.click();
    await settle();
    // Opened, they take a third of the height at most, and cover nothing.
    const [list] = all('wsm-finding-list');
    expect(list?.getBoundingClientRect().height ?? 0).toBeLessThanOrEqual(512 / 3);
    expect(rowsSeen()).toBeGreaterThanOrEqual(4);
  },
);

test('a title folds its section and opens it, says so, and the choice comes back', async () => {
  const { title, all, session } = await mountIn('corrupted', NARROW, 720);
  const trace = title('Call trace');
  expect([trace?.ariaExpanded, all('wsm-call-list').length, all('wsm-call-lanes').length]).toEqual(['true', 1, 1]);
  trace?.click();
  await settle();
  expect([title('Call trace')?.ariaExpanded, all('wsm-call-list').length, all('wsm-call-lanes').length]).toEqual([
    'false',
    0,
    0,
  ]);
  expect(session.persisted.sections).toEqual([{ name: 'head', open: false }]);
  const again = await mountIn('corrupted', NARROW, 720, session.persisted);
  expect(again.all('wsm-call-list')).toHaveLength(0);
  again.title('Call trace')?.click();
  await settle();
  expect(again.all('wsm-call-list')).toHaveLength(1);
});

test('a border is moved by keys and by the pointer, says how high its section is, and the height comes back', async () => {
  const { named, all, session } = await mountIn('demo', NARROW, 900);
  const border = named('Height of the inspector');
  if (!(border instanceof HTMLElement)) throw new Error('no border');
  const high = () => Math.round(all('wsm-inspector')[0]?.getBoundingClientRect().height ?? 0);
  await until(() => border.ariaValueNow === String(high()));
  const before = high();
  border.focus();
  press(border, 'ArrowUp'); // it is the upper border: up makes the inspector higher
  await settle();
  expect(high()).toBe(before + 18);
  await until(() => border.ariaValueNow === String(before + 18));
  press(border, 'Home');
  await settle();
  expect(high()).toBe(26);
  const { top } = border.getBoundingClientRect();
  border.setPointerCapture = () => {}; // a pointer that a test makes up can't be captured
  const point = (type: string, y: number) =>
    border.dispatchEvent(new PointerEvent(type, { clientX: 20, clientY: y, bubbles: true, composed: true }));
  point('pointerdown', top);
  point('pointermove', top - 40);
  point('pointerup', top - 40);
  await settle();
  expect([high(), session.persisted.sections]).toEqual([66, [{ name: 'inspector', height: 66 }]]);
  const again = await mountIn('demo', NARROW, 900, session.persisted);
  expect(Math.round(again.all('wsm-inspector')[0]?.getBoundingClientRect().height ?? 0)).toBe(66);
  press(again.named('Height of the inspector') ?? document.body, 'Delete');
  await settle();
  expect(again.session.persisted.sections).toEqual([{ name: 'inspector' }]);
});

test('what is folded for want of room opens where the user is led to it', async () => {
  const { all, title } = await mountIn('corrupted', NARROW, 720);
  expect([title('Findings')?.ariaExpanded, all('.row').length]).toEqual(['false', 0]);
  const pill = all('button.pill')[0];
  if (pill instanceof HTMLElement) pill.click();
  await settle();
  expect([title('Findings')?.ariaExpanded, all('.row')[0]?.matches(':focus')]).toEqual(['true', true]);
});

test('what there is to say is never folded where there is nothing else', async () => {
  const { panel, all } = await mountPanel(SCENARIOS.nothingRecorded());
  Object.assign(panel.style, { width: `${NARROW}px`, height: '480px' });
  await settle();
  await settle();
  expect(textOf(all('[role=alert]')[0])).toMatch(/^The script has instantiated no module/);
  expect(textOf(all('.remedy')[0])).toBe('Record a program that uses WebAssembly.');
});

test('controls that have no room are in menus', async () => {
  const { all, session } = await mountIn('demo', NARROW, 480);
  const menu = all('vscode-button[aria-label="More actions"]')[0];
  if (!(menu instanceof HTMLElement)) throw new Error('no menu');
  menu.click();
  await settle();
  const items = all('[role=menuitem]').map(textOf);
  expect(items.slice(0, 4)).toEqual([
    'Search memory (Ctrl+F)',
    'Compare other steps with this one (Alt+M)',
    'Bookmark this step',
    'Buttons and slider go over calls',
  ]);
  const [, compare] = all('[role=menuitem]');
  if (compare instanceof HTMLElement) compare.click();
  expect(session.view.marked).toBe(16);
  expect(all('vscode-button[aria-label="Search memory (Ctrl+F)"]')).toHaveLength(0);
});

test('where there is room, nothing is folded and no control is in a menu', async () => {
  const { titles, all } = await mountIn('corrupted', 1400, 800);
  expect(titles().map(each => each.ariaExpanded)).not.toContain('false');
  expect(all('vscode-button[aria-label="Search memory (Ctrl+F)"]')).toHaveLength(1);
  expect(all('wsm-finding-story')).toHaveLength(1);
});

test('with 64 instances at most 12 stops of Tab lead from the top to the bytes', async () => {
  const { panel, all } = await mountIn('many', 1400, 800);
  const before = document.createElement('button');
  panel.before(before);
  onTestFinished(() => before.remove());
  before.focus();
  const stops: string[] = [];
  const grid = all('[role=grid]')[0];
  for (let presses = 0; presses < 100 && !grid?.matches(':focus'); presses++) {
    await userEvent.keyboard('{Tab}');
    const at = focused();
    stops.push(`${at?.localName} ${at?.ariaLabel ?? textOf(at)}`);
  }
  expect(stops.at(-1)).toBe('div Memory');
  expect(stops.length, stops.join('\n')).toBeLessThanOrEqual(12);
  expect(stops.length).toBeGreaterThan(5);
});

test('arrow keys reach what Tab passes by', async () => {
  const { all } = await mountIn('demo', 1400, 800);
  const next = all('vscode-button[aria-label="Previous step"]')[0];
  if (!(next instanceof HTMLElement)) throw new Error('no button');
  next.focus();
  press(next, 'ArrowRight');
  await settle();
  // At the last step there is no next one: what can't be used is passed by.
  expect(focused()?.closest('*')?.getRootNode()).not.toBe(next.shadowRoot);
  const toolbar = all('.mark[aria-label^="Compare"]')[0];
  expect(toolbar?.matches(':focus')).toBe(true);
});
