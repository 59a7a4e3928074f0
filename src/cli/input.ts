// From the command line to a run: a guest is run, a recording is opened.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRecording, RecordingFileError, type Run, startRun } from '../engine/client.ts';
import type { Problem, RunSnapshot } from '../protocol/run.ts';
import { onInterrupt } from './interrupts.ts';
import { type RunOptions, UsageError } from './options.ts';
import { CommandError, systemCode } from './output.ts';

/** How a document names the file: as the user did, or `bundled`. */
export const nameOf = ({ file }: RunOptions): string => file ?? 'bundled';

/** Runs the guest that the command line names. Whoever starts it disposes of it. */
export async function runGuest(options: RunOptions): Promise<Run> {
  const bytes = await read(options);
  if (isRecording(nameOf(options), bytes))
    throw new CommandError(`${nameOf(options)}: this is a recording, not a module. Ask it with 'who' or 'trace'.`);
  return start(bytes, options);
}

/** Runs the guest, or opens the recording, that the command line names. Whoever opens it disposes of it. */
export async function runOrOpen(options: RunOptions): Promise<Run> {
  const bytes = await read(options);
  if (!isRecording(nameOf(options), bytes)) return start(bytes, options);
  try {
    return await openRecording(bytes, __dirname);
  } catch (error) {
    if (!(error instanceof RecordingFileError)) throw error;
    throw new CommandError(`${nameOf(options)}: ${error.message} ${error.remedy}`);
  }
}

/** The problem of a run, as one line. */
export const problemLine = (options: RunOptions, { message, remedy }: Problem): string =>
  `${nameOf(options)}: ${message} ${remedy}`;

/** Whether the demo was begun: else there are no calls to tell of. */
export const tookPlace = ({ status, problem }: RunSnapshot): boolean =>
  status !== 'rejected' && problem?.kind !== 'demo-exports-missing';

/** Whether a run ended as it should. */
export const isAsExpected = ({ status, problem }: RunSnapshot): boolean => status === 'completed' && problem === null;

/** `\x89WSM`: what a recording that was cut short still begins with; no module does. */
const MAGIC = [0x89, 0x57, 0x53, 0x4d];

function isRecording(file: string, bytes: Uint8Array): boolean {
  return file.endsWith('.wsmrec') || MAGIC.every((byte, i) => bytes[i] === byte);
}

async function read({ file }: RunOptions): Promise<Uint8Array> {
  if (file === null) return readFile(join(__dirname, 'guest.wasm'));
  try {
    return await readFile(file);
  } catch (error) {
    const code = systemCode(error);
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it can't be read (${code})`;
    throw new UsageError(`${file}: ${reason}.`);
  }
}

function start(bytes: Uint8Array, { instances, timeLimitMs, record, recordingLimitBytes }: RunOptions): Run {
  const run = startRun({ bytes, instances, timeLimitMs, record, recordingLimitBytes, workerFolder: __dirname });
  onInterrupt(() => run.cancel());
  return run;
}
