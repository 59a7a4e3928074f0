// The very file that `npm run package` makes: what is in it, and whether it runs in a VS Code that knows nothing of this repository.
import { readFileSync, statSync } from 'node:fs';
import { expect, inject, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';
import { zipEntries } from './zipEntries.ts';

const vsix = inject('vsix');
const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('vsix'), vsix }));

it('is smaller than 1 MB', () => {
  expect(statSync(vsix).size).toBeLessThan(1_000_000);
});

it('holds what runs, and nothing else', () => {
  expect(zipEntries(readFileSync(vsix)).sort()).toEqual([
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension/LICENSE.txt',
    'extension/changelog.md',
    'extension/dist/cli.js',
    'extension/dist/extension.js',
    'extension/dist/guest.wasm',
    'extension/dist/program.js',
    'extension/dist/recording.js',
    'extension/dist/webview.js',
    'extension/dist/worker.js',
    'extension/media/icon.png',
    'extension/media/view.svg',
    'extension/package.json',
    'extension/package.nls.json',
    'extension/readme.md',
  ]);
});

it('installs into a VS Code server and runs the demo to 356', async () => {
  await workbench().runAndChoose('Run shared-memory demo', 'Bundled guest');
  await workbench().sidePanel.result('356 as expected').waitFor();
});
