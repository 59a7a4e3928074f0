// Where output goes: standard output, standard error, and files.
import { randomUUID } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { clearWork } from './workLine.ts';

/** Why a command came to nothing, in whole sentences that say where. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Why there is no writing to a path, where no code of the system says so. */
class Unwritable extends Error {}

/** One line to standard error. */
export function say(text: string): void {
  clearWork();
  process.stderr.write(`${text}\n`);
}

/** Writes to standard output and waits until it is out: a pipe may still hold it when the process ends. */
export function print(output: string | Uint8Array): Promise<void> {
  clearWork();
  return new Promise((resolve, reject) => process.stdout.write(output, error => (error ? reject(error) : resolve())));
}

/**
 * Prints a JSON document whose last property is a list that may be too long to be held.
 * @param head the properties before it: one at least
 */
export async function printWithList<Entry>(
  head: object,
  name: string,
  parts: AsyncIterable<readonly Entry[]>,
  documentOf: (entry: Entry) => object,
): Promise<void> {
  // What `JSON.stringify` would write, piece by piece: the head without its last brace, then each entry.
  await print(`${JSON.stringify(head, null, 2).slice(0, -2)},\n  ${JSON.stringify(name)}: [`);
  let isEmpty = true;
  for await (const part of parts) {
    if (part.length === 0) continue;
    const entries = part.map(entry => `\n    ${JSON.stringify(documentOf(entry), null, 2).replaceAll('\n', '\n    ')}`);
    await print(`${isEmpty ? '' : ','}${entries.join(',')}`);
    isEmpty = false;
  }
  await print(`${isEmpty ? '' : '\n  '}]\n}\n`);
}

/** The code of a system error, such as `ENOENT`; empty where it is another error. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Fails where {@link writeWhole} would, before there is anything to write: what is to be written may take long to make.
 * @param others files that are read, or written too: none of them may be it
 * @throws CommandError
 */
export async function checkTarget(path: string, others: readonly string[] = []): Promise<void> {
  for (const other of others)
    if (await isSameFile(path, other)) throw new CommandError(refused(path, `it would take the place of ${other}`));
  try {
    const file = await fileOf(path);
    if (file !== null) await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw await refusal(path, error);
  }
}

/**
 * Writes a file whole or not at all: to a file beside it that then takes its name. What is no file (a pipe, a
 * device) is written to as it is.
 * @throws CommandError
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    await write(path, contents);
  } catch (error) {
    throw await refusal(path, error);
  }
}

/**
 * The same of what can't be made again: where it can't be written there, it goes to the system's folder of temporary files.
 * @param what it is, as a sentence begins
 * @throws CommandError which says where it is then
 */
export async function writeOrKeep(path: string, contents: Uint8Array, what: string): Promise<void> {
  try {
    await write(path, contents);
  } catch (error) {
    const { name, ext } = parse(path);
    const kept = join(tmpdir(), `${name}-${randomUUID()}${ext}`);
    try {
      await replace(kept, contents);
    } catch {
      throw await refusal(path, error);
    }
    throw new CommandError(`${path}: ${await reasonOf(path, error)}. ${what} is in ${kept}.`);
  }
}

async function write(path: string, contents: string | Uint8Array): Promise<void> {
  const file = await fileOf(path);
  await (file === null ? writeFile(path, contents) : replace(file, contents));
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  if (resolve(a) === resolve(b)) return true;
  try {
    const [one, other] = await Promise.all([stat(a), stat(b)]);
    return one.isFile() && one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false; // one of them is not there
  }
}

/** The file to make or to replace, behind links; null for what is no file. */
async function fileOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Unwritable('it is a folder');
    return found.isFile() ? await realpath(path) : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
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

const refused = (path: string, reason: string): string => `${path}: ${reason}. Choose another file.`;

const refusal = async (path: string, error: unknown): Promise<CommandError> =>
  new CommandError(refused(path, await reasonOf(path, error)));

async function reasonOf(path: string, error: unknown): Promise<string> {
  if (error instanceof Unwritable) return error.message;
  const code = systemCode(error);
  if (code === 'ENOSPC') return 'there is no room left for it';
  const isFolderGone = (code === 'ENOENT' || code === 'ENOTDIR') && !(await isFolder(dirname(path)));
  return isFolderGone ? 'there is no such folder' : `it can't be written (${code || 'for an unknown reason'})`;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
