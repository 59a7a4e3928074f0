// Runs the built command the way a terminal does.
import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT } from './fixtures.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects what a process prints until it has ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
}

/** Starts `wasm-shared-memory …args` in the repository's folder. */
export const startCli = (...args: readonly string[]): ChildProcess => startCliWith([], ...args);

/** @param options of Node, which its threads have, too */
export function startCliWith(options: readonly string[], ...args: readonly string[]): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return spawn(process.execPath, [...options, 'dist/cli.js', ...args], { cwd: ROOT, stdio: [...stdio] });
}

export const cli = (...args: readonly string[]): Promise<Ended> => ended(startCli(...args));

/** Runs a line of a shell in the repository's folder; `$NODE` is this Node. */
export function shell(line: string): Promise<Ended> {
  const env = { ...process.env, NODE: process.execPath };
  return ended(spawn('bash', ['-c', line], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The lines of a text that ends with a line end. */
export const lines = (text: string): string[] => text.split('\n').slice(0, -1);
