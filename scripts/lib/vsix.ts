// The packaged extension.
import { join } from 'node:path';
import { mustRun, packageIdentity, ROOT } from './project.ts';

/** Builds for production and packages the extension. Returns the path of the .vsix, which .vscodeignore decides the content of. */
export async function packageExtension(): Promise<string> {
  const { name, version } = packageIdentity();
  const file = join(ROOT, `${name}-${version}.vsix`);
  // Nothing is asked, on the terminal or on the network: dependencies are bundled, and there is no public repository (yet) whose
  // address the README's links could be completed with.
  const quiet = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await mustRun('package the extension', 'vsce', ['package', ...quiet, '--out', file]);
  return file;
}
