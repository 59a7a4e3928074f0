// A folder to open in VS Code: the guests of test/guests, copied, so that nothing done there changes the repository.
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, TEST_DATA } from './project.ts';

/** Folders of test/guests by their name in the workspace; what runs as it should comes first in every list. */
const FOLDERS = { demo: 'demo', misbehaving: 'misbehaving', print: 'print', unreadable: 'bad' };

/**
 * Makes the sample workspace anew and returns its path.
 * @param user a folder name; who has the workspace open at the same time as others gets one of its own
 */
export function makeSampleWorkspace(user = ''): string {
  const workspace = join(TEST_DATA, user, 'sample-workspace');
  rmSync(workspace, { recursive: true, force: true });
  for (const [name, folder] of Object.entries(FOLDERS)) {
    cpSync(join(ROOT, 'test', 'guests', folder), join(workspace, name), {
      recursive: true,
      filter: source => !basename(source).endsWith('.mjs'), // what makes the files is no part of the sample
    });
  }
  return workspace;
}
