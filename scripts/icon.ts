// npm run icon: draws media/icon.png (256 × 256) from scripts/icon.svg. The Marketplace takes no SVG.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../test/host/workbench.ts';
import { main, ROOT } from './lib/project.ts';

await main(async () => {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  const svg = readFileSync(join(ROOT, 'scripts', 'icon.svg'), 'base64');
  await page.goto(`data:image/svg+xml;base64,${svg}`);
  await page.screenshot({ path: join(ROOT, 'media', 'icon.png'), omitBackground: true });
  await browser.close();
  return 0;
});
