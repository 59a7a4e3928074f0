// The packaged extension.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionPage } from './extensionPage.ts';
import { mustRun, packageIdentity, ROOT } from './project.ts';

/** Where the page of the extension is written, within the project: vsce takes it as the package's readme. */
const PAGE = 'out/readme.md';

/** Builds for production and packages the extension. Returns the path of the .vsix, which .vscodeignore decides the content of. */
export async function packageExtension(): Promise<string> {
  const { name, version } = packageIdentity();
  const file = join(ROOT, `${name}-${version}.vsix`);
  // Nothing is asked, on the terminal or on the network: dependencies are bundled, and there is no public repository (yet) whose
  // address the README's links could be completed with.
  const quiet = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(join(ROOT, PAGE), extensionPage(readFileSync(join(ROOT, 'README.md'), 'utf8')));
  await mustRun('package the extension', 'vsce', ['package', ...quiet, '--readme-path', PAGE, '--out', file]);
  return file;
}
