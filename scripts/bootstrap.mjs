#!/usr/bin/env node
// Every npm script starts here, so that each works on a fresh clone with nothing but Node 20 and npm:
// installs the dependencies where they are missing or outdated, then runs a script with the project's own Node (the
// development dependency `node`), which has the V8 of VS Code's extension host and runs TypeScript files as they are.
//   node scripts/bootstrap.mjs SCRIPT [ARGUMENTS]
// What it prints itself goes to standard error: standard output belongs to the script.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
const NODE = join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * @param {string} path of a lock file
 * @returns {Record<string, { version?: string, optional?: boolean }>} its packages by folder
 */
const lockedPackages = path => JSON.parse(readFileSync(path, 'utf8')).packages;

/** @returns {boolean} whether node_modules holds what package-lock.json asks for, by the list that npm keeps at its end */
function installed() {
  try {
    const present = lockedPackages(join(MODULES, '.package-lock.json'));
    return Object.entries(lockedPackages(join(ROOT, 'package-lock.json'))).every(
      ([folder, { version, optional }]) => folder === '' || optional || present[folder]?.version === version,
    );
  } catch {
    return false; // nothing installed yet, or an installation that was interrupted
  }
}

function install() {
  console.error('installing the dependencies (npm ci) …');
  // npm tells its scripts where it is itself; without it, this script was started by hand.
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm'];
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`The dependencies could not be installed (${error?.message ?? `npm ci ended with ${status}`}).`);
  console.error('Check that this machine reaches its npm registry, then try again.');
  process.exit(1);
}

if (!installed()) install();
const [script = '', ...args] = process.argv.slice(2);
// package.json can't say that .ts files are ES modules (the built .js files are not), so Node finds out and would say so.
const child = spawn(NODE, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(ROOT, script), ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(MODULES, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(), // npm's name for the folder that the user is in
  },
});
// Ctrl+C reaches the child from the terminal itself: wait for it to clean up. A termination is handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', error => {
  console.error(`${NODE} does not start (${error.message}): remove node_modules and try again.`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
