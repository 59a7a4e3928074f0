// Extensions that do nothing but tell when they were activated: the peers of the activation time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same two spans as the extension takes (src/extension/extension.ts): evaluating the code, and activate(). */
const MAIN = `const startedAt = performance.now();
const evaluationMs = performance.now() - startedAt;
exports.activate = () => {
  const calledAt = performance.now();
  return { activationMs: evaluationMs + performance.now() - calledAt };
};
`;

export const EMPTY_PUBLISHER = 'benchmark';

/** Writes an extension that does nothing into a folder, and returns the folder. */
export function makeEmptyExtension(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    publisher: EMPTY_PUBLISHER,
    name,
    version: '1.0.0',
    engines: { vscode: '^1.106.0' },
    main: './main.js',
    activationEvents: [],
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), MAIN);
  return folder;
}
