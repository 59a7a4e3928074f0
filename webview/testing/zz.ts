import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { startHarness } from './harnessServer.ts';

const harness = await startHarness();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
for (const [theme, width] of [
  ['dark', 292],
  ['light', 1400],
  ['hc-dark', 292],
  ['hc-dark', 1400],
  ['dark', 700],
  ['dark', 260],
] as const) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1.5 });
  page.on('pageerror', e => console.log(e.message));
  await page.goto(`${harness.url}?scenario=owned&theme=${theme}`);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/shots3/z0-${theme}-${width}.png` });
  await page.locator('#call-3').click();
  await page.getByRole('tree').press('ArrowRight');
  await page.getByRole('tree').press('ArrowRight');
  await page.waitForTimeout(200);
  await page.locator('#access-3').click();
  await page.getByRole('grid').click({ position: { x: 120, y: 60 } });
  await page.getByRole('grid').press('Shift+ArrowDown');
  await page.getByText('all writes').click();
  await page.getByRole('grid').press('Control+f');
  await page.getByRole('textbox', { name: 'Search memory' }).fill('0b 0');
  await page.getByRole('textbox', { name: 'Search memory' }).press('Enter');
  await page.waitForTimeout(200);
  await page.screenshot({ path: `/tmp/shots3/z1-${theme}-${width}.png` });
  await page.getByRole('textbox', { name: 'Search memory' }).fill('ca fe');
  await page.getByRole('textbox', { name: 'Search memory' }).press('Enter');
  await page.getByRole('button', { name: '#1', exact: true }).click();
  await page.getByRole('button', { name: 'heat' }).click();
  await page.getByRole('button', { name: 'Copy or save' }).click();
  await page.waitForTimeout(200);
  await page.screenshot({ path: `/tmp/shots3/z2-${theme}-${width}.png` });
  await page.close();
}
await browser.close();
await harness.close();
