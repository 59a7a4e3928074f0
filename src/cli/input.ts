// From the command line to a run: a guest is run, a recording is opened.

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { looksLikeRecording, openRecording, RecordingFileError, type Run, startRun } from '../engine/client.ts';
import type { Problem } from '../protocol/problem.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { isAsExpected, isNoGuest } from '../protocol/runStatus.ts';
import { INSTANCES } from '../protocol/settings.ts';
import { count } from '../protocol/text.ts';
import { UsageError } from './command.ts';
import { EXIT, type ExitCode } from './exitCode.ts';
import { onInterrupt } from './interrupts.ts';
import type { RunOptions } from './options.ts';
import { CommandError, say, systemCode } from './output.ts';
import { runNotes } from './report.ts';
import { showingWork } from './workLine.ts';

/** How a document names what ran: as the user did, `a.wasm + b.wasm` where that was several, or `bundled`. */
export const nameOf = ({ files }: Pick<RunOptions, 'files'>): string => files.join(' + ') || BUNDLED;

const BUNDLED = 'bundled';

/** A file that the command line names, or the bundled guest. */
interface ReadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

async function readAll({ files }: RunOptions): Promise<ReadFile[]> {
  if (files.length === 0) return [{ path: BUNDLED, bytes: await readFile(join(__dirname, 'guest.wasm')) }];
  return Promise.all(files.map(async path => ({ path, bytes: await read(path) })));
}

/** Runs the guests that the command line names. Whoever starts it disposes of it. */
export async function runGuest(options: RunOptions): Promise<Run> {
  const files = await readAll(options);
  const recording = files.find(isRecording);
  if (recording)
    throw new CommandError(
      `${recording.path}: this is a recording, not a module. Ask it with 'who', 'dump', 'diff' or 'trace'.`,
    );
  return start(files, options);
}

/** Runs the guests, or opens the recording, that the command line names. Whoever opens it disposes of it. */
export async function runOrOpen(options: RunOptions): Promise<Run> {
  const files = await readAll(options);
  const recording = files.find(isRecording);
  if (!recording) return start(files, options);
  if (files.length > 1)
    throw new UsageError(`${recording.path} is a recording: it is opened by itself, without other files.`);
  if (options.allocators.length > 0)
    throw new UsageError(
      `${recording.path} is a recording, which has the allocators that it was recorded with: leave out --allocator.`,
    );
  return open(recording.path, recording.bytes);
}

/**
 * Opens a recording that has a memory. Whoever opens it disposes of it.
 * @throws CommandError
 */
export async function openFile(file: string): Promise<Run> {
  const bytes = await read(file);
  if (!isRecording({ path: file, bytes }))
    throw new CommandError(`${file}: this is no recording. Make one with 'run --export' or with 'record'.`);
  const run = await open(file, bytes);
  if (run.snapshot.initialMemoryBytes !== null) return run;
  run.dispose();
  throw new CommandError(`${file}: what was recorded ended before it had a memory.`);
}

/** The problem of a run, as one line. Where there are several files, it says itself which one it is about. */
export const problemLine = (options: RunOptions, { message, remedy }: Problem): string =>
  options.files.length > 1 ? `${message} ${remedy}` : `${nameOf(options)}: ${message} ${remedy}`;

/** Whether calls could be made: else there is nothing to tell of them. */
export const tookPlace = (run: RunSnapshot): boolean => run.status !== 'rejected' && !isNoGuest(run);

/** Tells the problem of a run, if there is one, and what its command exits with. */
export function endingOf(options: RunOptions, ended: RunSnapshot): ExitCode {
  if (ended.problem) say(problemLine(options, ended.problem));
  if (!tookPlace(ended)) return EXIT.cannotRun;
  return isAsExpected(ended) ? EXIT.expected : EXIT.unexpected;
}

/**
 * Answers a question about memory, from what the command line names, and tells what is to be known of it.
 * @param answer prints the answer
 */
export async function answerOf(
  options: RunOptions,
  answer: (run: Run, ended: RunSnapshot) => Promise<void>,
): Promise<ExitCode> {
  const run = await runOrOpen(options);
  try {
    const ended = await run.done;
    if (ended.initialMemoryBytes === null) {
      if (ended.problem) say(problemLine(options, ended.problem));
      return EXIT.cannotRun;
    }
    await answer(run, ended);
    for (const note of runNotes(ended)) say(note);
    if (ended.problem) say(problemLine(options, ended.problem));
    // A module that fits no scenario has memory all the same: that of its instances.
    return isAsExpected(ended) || isNoGuest(ended) ? EXIT.expected : EXIT.unexpected;
  } finally {
    run.dispose();
  }
}

export const isRecording = ({ path, bytes }: ReadFile): boolean =>
  path.endsWith('.wsmrec') || looksLikeRecording(bytes);

async function open(file: string, bytes: Uint8Array): Promise<Run> {
  try {
    return await openRecording(bytes, __dirname, { tell: showingWork(basename(file)) });
  } catch (error) {
    if (!(error instanceof RecordingFileError)) throw error;
    throw new CommandError(`${file}: ${error.message} ${error.remedy}`);
  }
}

/** @throws UsageError */
export async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = systemCode(error);
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it can't be read (${code})`;
    throw new UsageError(`${file}: ${reason}.`);
  }
}

function start(files: readonly ReadFile[], options: RunOptions): Run {
  const { timeLimitMs, record, state, recordingLimitBytes, allocators, allocates } = options;
  const several = files.length > 1;
  if (several && options.instances !== null)
    throw new UsageError('--instances is for one file: of several files each has one instance.');
  const instances = options.instances ?? INSTANCES.fallback;
  const late = lateOf(options, several ? files.length : instances, several);
  const settings = { instances, timeLimitMs, record, state, recordingLimitBytes, allocators, late, allocates };
  const paths = files.map(({ path }) => path);
  const names = paths.map(path => basename(path));
  // Files of one name are told apart by their folders.
  const named = new Set(names).size < names.length ? paths : names;
  const guests = files.map(({ bytes }, index) => ({ name: named[index], bytes }));
  const run = startRun({ ...settings, files: guests, workerFolder: __dirname });
  onInterrupt(() => run.cancel());
  return run;
}

function lateOf({ late }: RunOptions, instances: number, several: boolean): number {
  if (late === 'others') {
    if (several) return instances - 1;
    throw new UsageError('--late takes how many of the instances are late, where there is one file: --late 1.');
  }
  if (late >= instances)
    throw new UsageError(`--late ${late} leaves none of ${count(instances, 'instance')} to begin with: make it less.`);
  return late;
}
