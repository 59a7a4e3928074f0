// npm run packages: records programs over packages of npm, large ones too, and prints what that costs; test/packages/main.ts describes it.
import { join } from 'node:path';
import { build, main, ROOT, run, TRANSFORM_TYPES } from './lib/project.ts';

await main(async () => {
  await build();
  const args = [...process.execArgv, ...TRANSFORM_TYPES, join(ROOT, 'test', 'packages', 'main.ts')];
  return run(process.execPath, [...args, ...process.argv.slice(2)], { stdout: 'stdout' });
});
