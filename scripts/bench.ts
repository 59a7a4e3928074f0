// npm run bench: prints the benchmark's table. Needs a browser and a VS Code server; the extension is built and packaged on the way.
import { join } from 'node:path';
import { requireChromium } from './lib/chromium.ts';
import { main, ROOT, run } from './lib/project.ts';
import { installServer } from './lib/vscodeServer.ts';

await main(async () => {
  const env = { CHROME_BIN: await requireChromium() };
  await installServer();
  // The engine's sources have parameter properties: types alone can't be stripped from them, as Node does by itself.
  const transform = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const args = [...process.execArgv, ...transform, join(ROOT, 'bench', 'main.ts')];
  return run(process.execPath, args, { env, stdout: 'stdout' });
});
