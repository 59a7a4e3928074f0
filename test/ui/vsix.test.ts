// The very file that `npm run package` makes: what is in it, and whether it runs in a VS Code that knows nothing of this repository.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { picturesIn } from '../../scripts/lib/extensionPage.ts';
import { NODE } from '../../scripts/lib/project.ts';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';
import { zipEntries, zipFile } from './zipEntries.ts';

const vsix = inject('vsix');
const folder = makeSampleWorkspace('vsix');
const workbench = useWorkbench(() => ({ folder, vsix }));

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
    'extension/dist/later.js',
    'extension/dist/luck.wasm',
    'extension/dist/module.js',
    'extension/dist/moduleEditor.js',
    'extension/dist/program.js',
    'extension/dist/recording.js',
    'extension/dist/webview.js',
    'extension/dist/worker.js',
    'extension/l10n/bundle.l10n.json',
    'extension/media/icon.png',
    'extension/media/recording-dark.svg',
    'extension/media/recording-light.svg',
    'extension/media/view.svg',
    ...['corruption', 'own', 'program', 'run', 'store'].flatMap(step =>
      ['dark', 'light'].map(theme => `extension/media/walkthrough/${step}-${theme}.png`),
    ),
    'extension/package.json',
    'extension/package.nls.json',
    'extension/readme.md',
  ]);
});

it('has a page whose pictures can be shown, and that begins with what its reader can do', () => {
  const archive = readFileSync(vsix);
  const page = zipFile(archive, 'extension/readme.md').toString('utf8');
  const inPackage = new Set(zipEntries(archive));
  // VS Code's page shows pictures of https addresses alone.
  const missing = picturesIn(page).filter(each => !each.startsWith('https:') && !inPackage.has(`extension/${each}`));
  expect(missing).toEqual([]);
  expect(page.match(/^## .*$/gm)?.[0]).toBe('## First steps');
  for (const [, link] of page.matchAll(/\]\((?!https:)([^)]*)\)/g)) expect(link).toMatch(/^#/);
});

it('has every picture and icon that its package.json names', () => {
  const archive = readFileSync(vsix);
  const manifest = zipFile(archive, 'extension/package.json').toString('utf8');
  const named = Array.from(manifest.matchAll(/"(media\/[^"]*)"/g), ([, file]) => `extension/${file}`);
  expect(named.length).toBeGreaterThan(20); // four a step of the walkthrough
  const inPackage = new Set(zipEntries(archive));
  expect(named.filter(file => !inPackage.has(file))).toEqual([]);
});

it('installs into a VS Code server and runs the demo to 356', async () => {
  await workbench().runAndChoose('Run shared-memory demo', 'Bundled guest');
  await workbench().sidePanel.result('356 as expected').waitFor();
});

it('records a Node program by F5', async () => {
  const program = join(folder, 'demo', 'program.cjs');
  writeFileSync(
    program,
    `const bytes = require('node:fs').readFileSync(__dirname + '/defined-memory.wasm');
    new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.alloc_11();`,
  );
  const configuration = { type: 'wasm-memory', request: 'launch', name: 'Record', program, runtimeExecutable: NODE };
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify({ configurations: [configuration] }));
  await workbench().runCommand('Debug: Start Debugging');
  const { sidePanel } = workbench();
  await sidePanel.title('program.cjs').waitFor();
  await sidePanel.result('○ 1 call').waitFor();
});
