// Takes pictures of the panel: `node webview/testing/screenshots.ts FOLDER [SCENARIO …]`, in Node 24 or newer.
// Prints what the browser's console said, so that a violation of the content security policy is seen.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { startHarness } from './harnessServer.ts';

const WIDTHS = [260, 292, 700, 1400];
const THEMES = ['dark', 'light', 'hc-dark', 'hc-light'];
const [folder = 'screenshots', ...scenarios] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
const harness = await startHarness();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  for (const scenario of scenarios.length > 0 ? scenarios : ['demo']) {
    for (const theme of THEMES) {
      for (const width of WIDTHS) {
        const height = width < 620 ? 900 : 780;
        const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 1.5 });
        page.on('console', message => console.log(`${scenario} ${theme} ${width}: ${message.text()}`));
        page.on('pageerror', error => console.log(`${scenario} ${theme} ${width}: ${error.message}`));
        await page.goto(`${harness.url}?scenario=${scenario}&theme=${theme}`);
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(folder, `${scenario}-${theme}-${width}.png`) });
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await harness.close();
}
