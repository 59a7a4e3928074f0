// npm run differential: compares random modules with and without recording; test/differential/main.ts describes the options.
import { join } from 'node:path';
import { main, ROOT, run, TRANSFORM_TYPES } from './lib/project.ts';

await main(() => {
  const args = [...process.execArgv, ...TRANSFORM_TYPES, join(ROOT, 'test', 'differential', 'main.ts')];
  return run(process.execPath, [...args, ...process.argv.slice(2)], { stdout: 'stdout' });
});
