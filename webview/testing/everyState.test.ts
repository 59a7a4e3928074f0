// Every state of the panel and of the editor of modules, in the rooms that VS Code leaves and in its four themes: what a person would
// see at once to be wrong. Pictures of the same: screenshots.ts.
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CanvasColors, contrastFaults, Grounds } from './contrast.ts';
import { settle } from './dom.ts';
import { focusFaults, type Kinds } from './focusRings.ts';
import { geometryFaults } from './looks.ts';
import { ROOMS } from './rooms.ts';
import { STATES } from './states.ts';
import { applyTheme, THEMES, type ThemeName } from './themes.ts';

/** What may be wider than its room: code; and where nothing else is left to give way, a row of bytes. */
const SCROLLS = '.wide, wsm-code-of-write';
const SCROLLS_IN_LITTLE = `${SCROLLS}, wsm-memory-grid`;
/** Less than VS Code's own side bar at its least width and 100 %, in CSS pixels. */
const LITTLE = 200;

afterEach(() => applyTheme('dark'));

const themes = Object.keys(THEMES) as ThemeName[];
const kinds: Kinds = new Set();
const drawn = new CanvasColors();

beforeAll(() => drawn.watch());

// Seconds where nothing else runs; a busy machine takes many times as long.
test.each(Object.entries(STATES))('%s', { timeout: 120_000 }, async (_, show) => {
  const { root, stop } = await show();
  onTestFinished(stop);
  const faults: string[] = [];
  const found = (where: string, what: readonly string[]): unknown =>
    faults.push(...new Set(what.map(fault => `${where}: ${fault}`)));
  for (const [i, { name, width, height }] of ROOMS.entries()) {
    // Each theme comes with one of the first rooms, so that a state is laid out no more often than there are rooms.
    const theme = themes[i];
    drawn.clear();
    if (theme) applyTheme(theme);
    Object.assign(root.style, { width: `${width}px`, height: `${height}px` });
    await settle();
    found(name, geometryFaults(root, width < LITTLE ? SCROLLS_IN_LITTLE : SCROLLS));
    if (!theme) continue;
    const grounds = new Grounds();
    found(theme, [...contrastFaults(root, grounds), ...drawn.faults(grounds)]);
    if (i === 0) found(theme, focusFaults(root, kinds, grounds));
  }
  expect(faults.join('\n')).toBe('');
});
