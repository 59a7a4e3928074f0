// Where output goes: standard output, standard error, and files.
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Why a command came to nothing, in whole sentences that say where. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** One line to standard error. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Writes to standard output and waits until it is out: a pipe may still hold it when the process ends. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, error => (error ? reject(error) : resolve())));
}

/** The code of a system error, such as `ENOENT`; empty where it is another error. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Writes a file whole or not at all: to a file beside it that then takes its name. What is no file (a pipe, a
 * device) is written to as it is.
 * @throws CommandError
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    const target = await existing(path);
    if (target === 'other') await writeFile(path, contents);
    else await replace(target === 'none' ? path : await realpath(path), contents);
  } catch (error) {
    throw new CommandError(`${path}: ${reasonOf(systemCode(error))}. Choose another file.`);
  }
}

async function existing(path: string): Promise<'none' | 'file' | 'other'> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'none';
    throw error;
  }
}

async function replace(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function reasonOf(code: string): string {
  switch (code) {
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such folder';
    case 'ENOSPC':
      return 'there is no room left for it';
    default:
      return `it can't be written (${code || 'for an unknown reason'})`;
  }
}
