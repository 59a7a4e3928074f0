// npm run demo [-- FILE.wasm --instances 5 …]: builds, then runs the command line tool with the same arguments.
import { join } from 'node:path';
import { build, main, ROOT, run, USER_FOLDER } from './lib/project.ts';

await main(async () => {
  await build();
  const cli = join(ROOT, 'dist', 'cli.js');
  return run(process.execPath, [cli, 'run', ...process.argv.slice(2)], { cwd: USER_FOLDER, stdout: 'stdout' });
});
