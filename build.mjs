#!/usr/bin/env node
// Builds everything that runs: one esbuild call per target, and the bundled guests: one with AssemblyScript's compiler, one with wabt.
//   node build.mjs [--production] [--tests]
//     --production  minified, without source maps: what the .vsix holds
//     --tests       also out/test/extension, the tests that run inside VS Code
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(ROOT, 'dist');

/**
 * What is imported at its first use is a bundle of its own. esbuild makes parts of ECMAScript modules only, and the extension is none.
 * @type {import('esbuild').Plugin}
 */
const LATER = {
  name: 'later',
  setup({ onResolve }) {
    onResolve({ filter: /\/later\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './later.js', external: true } : undefined,
    );
  },
};

/**
 * What each bundle is made of and where it runs.
 * @type {readonly import('esbuild').BuildOptions[]}
 */
const TARGETS = [
  {
    entryPoints: { extension: 'src/extension/extension.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    plugins: [LATER],
  },
  {
    entryPoints: { later: 'src/extension/later.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
  },
  // The engine runs under VS Code and under the Node of the user's terminal.
  { entryPoints: { worker: 'src/engine/guest/worker.ts' }, platform: 'node', format: 'cjs', target: 'node20' },
  {
    entryPoints: { program: 'src/engine/program/programThread.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  },
  {
    entryPoints: { module: 'src/engine/module/moduleThread.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  },
  { entryPoints: { recording: 'src/recording/recordingThread.ts' }, platform: 'node', format: 'cjs', target: 'node20' },
  {
    entryPoints: { cli: 'src/cli/main.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  },
  { entryPoints: { webview: 'webview/main.ts' }, platform: 'browser', format: 'iife', target: 'chrome128' },
  {
    entryPoints: { moduleEditor: 'webview/moduleMain.ts' },
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
  },
];

/** @returns {import('esbuild').BuildOptions} the test files as they are, one bundle each, so that none can be forgotten */
function testTarget() {
  const folder = 'test/extension';
  const files = readdirSync(join(ROOT, folder)).filter(name => name === 'index.ts' || name.endsWith('.test.ts'));
  const outdir = join(ROOT, 'out', folder);
  rmSync(outdir, { recursive: true, force: true }); // a deleted test must not run on
  return {
    entryPoints: files.map(name => `${folder}/${name}`),
    outdir,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
  };
}

/** Whether a bundled guest is newer than every file of guest/. */
function isFresh(out) {
  const folder = join(ROOT, 'guest');
  const changed = Math.max(...readdirSync(folder).map(name => statSync(join(folder, name)).mtimeMs));
  return existsSync(out) && statSync(out).mtimeMs > changed;
}

/** Assembles guest/luck.wat into dist/luck.wasm, with its names. */
async function buildLuck() {
  const out = join(DIST, 'luck.wasm');
  if (isFresh(out)) return;
  const { default: loadWabt } = await import('wabt');
  const module = (await loadWabt()).parseWat('luck.wat', readFileSync(join(ROOT, 'guest', 'luck.wat'), 'utf8'));
  writeFileSync(out, module.toBinary({ write_debug_names: true }).buffer);
  module.destroy();
}

/** Compiles guest/demo.ts into dist/guest.wasm. */
function buildGuest() {
  const out = join(DIST, 'guest.wasm');
  if (isFresh(out)) return;
  const asc = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const args = [asc, '--config', 'guest/asconfig.json', '--outFile', relative(ROOT, out)];
  // Its own process: the compiler is 15 MB of code that a fresh guest does without. Nothing of it goes to standard output.
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`asc could not compile guest/demo.ts (exit code ${status})`);
}

async function build() {
  const production = process.argv.includes('--production');
  mkdirSync(DIST, { recursive: true });
  if (production) for (const name of readdirSync(DIST)) if (name.endsWith('.map')) rmSync(join(DIST, name));
  const targets = process.argv.includes('--tests') ? [...TARGETS, testTarget()] : TARGETS;
  await Promise.all(
    targets.map(target =>
      esbuild.build({
        absWorkingDir: ROOT,
        outdir: DIST,
        bundle: true,
        minify: production,
        sourcemap: production ? false : 'linked',
        logLevel: 'warning',
        ...target,
      }),
    ),
  );
  buildGuest();
  await buildLuck();
}

try {
  await build();
} catch (error) {
  // What is wrong in a source file, esbuild or asc has printed.
  console.error(`build failed: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
}
