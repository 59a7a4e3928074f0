// npm run package: makes wasm-shared-memory-<version>.vsix and prints where it is.
import { statSync } from 'node:fs';
import { main } from './lib/project.ts';
import { packageExtension } from './lib/vsix.ts';

await main(async () => {
  const file = await packageExtension();
  console.log(`${file} (${Math.round(statSync(file).size / 1000)} KB)`);
  return 0;
});
