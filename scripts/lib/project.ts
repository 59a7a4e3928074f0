// Where things are, and how the scripts start each other.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The project's own Node (a development dependency): VS Code's server needs a newer one than may be on PATH. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Everything that is downloaded or written for tests, beside node_modules; git-ignored. */
export const TEST_DATA = join(ROOT, '.vscode-test');

/** Where the command line's relative paths start: npm runs scripts in the project, whatever folder the user is in. */
export const USER_FOLDER = process.env.INIT_CWD ?? process.cwd();

/** The engine's sources have parameter properties: types alone can't be stripped from them, as Node does by itself. */
export const TRANSFORM_TYPES = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

export interface RunOptions {
  /** Working folder; the project where none is given. */
  readonly cwd?: string;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the program's standard output goes; standard error where nothing is said, as for all set-up. */
  readonly stdout?: 'stdout' | 'stderr';
}

/**
 * Runs a program to its end, without standard input.
 * @returns its exit code; 128 where a signal ended it
 * @throws Error where it could not be started
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.stdout === 'stdout' ? 1 : 2, 2],
    });
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 128));
  });
}

/** As {@link run}, where anything but exit code 0 is an error. `what` completes "could not …". */
export async function mustRun(what: string, command: string, args: readonly string[], options: RunOptions = {}) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`could not ${what} (${command} ended with exit code ${code})`);
}

/** Runs the build script; its flags are described there. */
export async function build(...flags: ('--production' | '--tests')[]): Promise<void> {
  await mustRun('build', process.execPath, [join(ROOT, 'build.mjs'), ...flags]);
}

/** Name and version as package.json has them. */
export function packageIdentity(): { readonly publisher: string; readonly name: string; readonly version: string } {
  // Our own package.json; the type says what is read of it.
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as ReturnType<typeof packageIdentity>;
}

/** Runs a script's main function; a failure is one sentence on standard error and exit code 1, never a stack trace. */
export async function main(body: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
