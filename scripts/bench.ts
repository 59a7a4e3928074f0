// npm run bench: prints the benchmark's table. Needs a browser and a VS Code server; the extension is built and packaged on the way.
import { join } from 'node:path';
import { requireChromium } from './lib/chromium.ts';
import { main, ROOT, run, TRANSFORM_TYPES } from './lib/project.ts';
import { installServer } from './lib/vscodeServer.ts';

await main(async () => {
  const env = { CHROME_BIN: await requireChromium() };
  await installServer();
  const args = [...process.execArgv, ...TRANSFORM_TYPES, join(ROOT, 'bench', 'main.ts')];
  return run(process.execPath, args, { env, stdout: 'stdout' });
});
