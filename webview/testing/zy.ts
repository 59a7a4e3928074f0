import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { startHarness } from './harnessServer.ts';
import { measureScrolling } from './scrollFrames.ts';

const harness = await startHarness();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
for (const s of ['huge', 'owned']) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${harness.url}?scenario=${s}&theme=dark`);
  await page.waitForTimeout(1500);
  const t = await measureScrolling(page, 12000);
  const q = (a: readonly number[], p: number) => [...a].sort((x, y) => x - y)[Math.floor(a.length * p)];
  console.log(
    s,
    'frames',
    t.frames.length,
    'median',
    q(t.frames, 0.5),
    'p95',
    q(t.frames, 0.95),
    'work median',
    q(t.work, 0.5),
    'p95',
    q(t.work, 0.95),
    'max',
    q(t.work, 0.999),
  );
  await page.close();
}
const page = await browser.newPage({ viewport: { width: 400, height: 900 } });
await page.goto(`${harness.url}?scenario=million&theme=dark`);
await page.waitForTimeout(500);
await page.locator('#call-1 .disclosure').click();
await page.waitForTimeout(300);
await page.screenshot({ path: '/tmp/shots3/million.png' });
const box = await page.locator('.accesses').boundingBox();
if (!box) throw new Error('no');
await page.evaluate(() => {
  const r: number[] = [];
  let b = performance.now();
  const f = () => {
    const n = performance.now();
    r.push(n - b);
    b = n;
    requestAnimationFrame(f);
  };
  requestAnimationFrame(f);
  Object.assign(window, { rr: r });
});
await page.mouse.move(box.x + 100, box.y + 50);
for (let i = 0; i < 100; i++) {
  await page.mouse.wheel(0, 3000);
}
await page.waitForTimeout(200);
const r = (await page.evaluate(() => Reflect.get(window, 'rr'))) as number[];
r.sort((a, b) => a - b);
console.log(
  'access frames',
  r.length,
  'median',
  r[r.length >> 1],
  'p95',
  r[Math.floor(r.length * 0.95)],
  'max',
  r.at(-1),
  await page.locator('.access').first().getAttribute('id'),
);
await browser.close();
await harness.close();
