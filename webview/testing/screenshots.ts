// npm run states: pictures of the panel and of the editor of modules, with made-up recordings, into out/states.
//   npm run states -- [--to=FOLDER] [--room=narrow-100 …] [--theme=dark …] [STATE …]
// Each state in each room that VS Code leaves, in four themes; what is not named is all of it. The pictures of each room and theme are
// joined into sheets, `sheet-….png`, to be looked at together. Prints what the browser's console said, so that a violation of the
// content security policy is seen.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { startHarness } from './harnessServer.ts';
import { ROOMS, type Room } from './rooms.ts';

const ALL_THEMES = ['dark', 'light', 'hc-dark', 'hc-light'];
/** Width of a sheet in the screen's pixels, and how high its pictures are together at most. */
const SHEET = { width: 2000, height: 2400 };

const { values, positionals } = parseArgs({
  options: {
    to: { type: 'string', default: 'out/states' },
    room: { type: 'string', multiple: true },
    theme: { type: 'string', multiple: true },
  },
  allowPositionals: true,
});
const { to: folder } = values;
const themes = values.theme ?? ALL_THEMES;
const rooms = ROOMS.filter(({ name }) => values.room?.includes(name) ?? true);

const told = new Set<string>();

/** Each message once, with the first state that had it. */
function tell(message: string, state: string): void {
  if (!told.has(message)) console.log(`${state}: ${message}`);
  told.add(message);
}

/** The names of all states, as the harness has them. */
async function stateNames(browser: Browser, url: string): Promise<string[]> {
  const page = await browser.newPage();
  await page.goto(`${url}?state=empty`);
  await page.waitForFunction(() => Reflect.get(globalThis, 'isShown') === true);
  const names = await page.evaluate(() => Reflect.get(globalThis, 'stateNames') as string[]);
  await page.close();
  return names;
}

async function takePictures(browser: Browser, url: string, state: string, room: Room): Promise<Map<string, string>> {
  const { name, width, height, zoom } = room;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: zoom });
  page.on('console', message => tell(message.text(), state));
  page.on('pageerror', error => tell(error.message, state));
  await page.goto(`${url}?state=${encodeURIComponent(state)}`);
  await page.waitForFunction(() => Reflect.get(globalThis, 'isShown') === true);
  const files = new Map<string, string>();
  for (const theme of themes) {
    await page.evaluate(to => Reflect.get(globalThis, 'applyTheme')(to), theme);
    await page.waitForTimeout(60);
    const file = join(folder, `${state.replace(/[^\w]+/g, '-')}-${name}-${theme}.png`);
    await page.screenshot({ path: file, caret: 'initial' });
    files.set(theme, file);
  }
  await page.close();
  return files;
}

/** Joins pictures of one room into sheets, each under its state's name. */
async function makeSheets(
  browser: Browser,
  name: string,
  room: Room,
  pictures: readonly (readonly [string, string])[],
) {
  const width = room.width * room.zoom;
  const columns = Math.max(1, Math.floor(SHEET.width / width));
  const rows = Math.max(1, Math.floor(SHEET.height / (room.height * room.zoom)));
  const page = await browser.newPage({ viewport: { width: Math.max(SHEET.width, width), height: 100 } });
  for (let first = 0, sheet = 1; first < pictures.length; first += columns * rows, sheet++) {
    const figures = pictures.slice(first, first + columns * rows).map(([state, file]) => {
      const source = `data:image/png;base64,${readFileSync(file).toString('base64')}`;
      return `<figure><figcaption>${state}</figcaption><img src="${source}"></figure>`;
    });
    const style = `body { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; background: #808; font: 13px sans-serif; color: #fff }
      figure { width: ${width}px; margin: 0 } img { width: ${width}px }`;
    await page.setContent(`<style>${style}</style>${figures.join('')}`);
    await page.screenshot({ path: join(folder, `sheet-${name}-${sheet}.png`), fullPage: true });
  }
  await page.close();
}

mkdirSync(folder, { recursive: true });
const harness = await startHarness();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  const states = positionals.length > 0 ? positionals : await stateNames(browser, harness.url);
  for (const room of rooms) {
    const taken = [];
    for (const state of states) taken.push([state, await takePictures(browser, harness.url, state, room)] as const);
    for (const theme of themes) {
      const pictures = taken.map(([state, files]) => [state, files.get(theme) ?? ''] as const);
      await makeSheets(browser, `${room.name}-${theme}`, room, pictures);
    }
    console.log(`${room.name}: ${room.width} × ${room.height} at ${100 * room.zoom} %`);
  }
} finally {
  await browser.close();
  await harness.close();
}
