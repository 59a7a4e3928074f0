// The engine's client: what the extension and the terminal use to run guests.
import type { TellWork } from '../protocol/work.ts';
import { RecordingFileError } from '../recording/file/recordingFileError.ts';
import { RecordedRun } from './client/recordedRun.ts';
import type { OngoingRun, Run, RunRequest } from './client/run.ts';
import { emptySnapshot } from './client/runState.ts';
import { WorkerRun } from './client/workerRun.ts';
import { InputError } from './input/errors.ts';
import { readStaticMemory } from './input/lookAt.ts';

export { type Connection, connect, type Listener, listenForOne } from '../platform/sockets.ts';
export { SpareThreads } from '../platform/threads.ts';
export { looksLikeRecording } from '../recording/file/magic.ts';
export { RecordingFileError } from '../recording/file/recordingFileError.ts';
export type { Course } from '../scenario/scenario.ts';
export { RemoteRun } from './client/remoteRun.ts';
export type { CancelEffect, OngoingRun, PausableRun, Recording, Run, RunRequest, Subscription } from './client/run.ts';
export { RunServer, type ServableRun } from './client/runServer.ts';
export { InputError } from './input/errors.ts';
export { inspectModule } from './input/inspect.ts';
export { type InspectedMemory, type Inspection, inspectClaims, type KindCounts } from './input/inspectClaims.ts';
export { ModuleClient } from './module/moduleClient.ts';
export { type EndedProgram, ProgramRun, type ProgramToRecord } from './program/programRun.ts';

/** Runs a module in a worker of its own. */
export function startRun(request: RunRequest): OngoingRun {
  return new WorkerRun(request);
}

/**
 * Reads a file without running anything of it: step 0 holds what its data segments put into memory.
 * @param name what the user calls the file
 * @param workerFolder folder of the built worker scripts
 */
export function lookAt(bytes: Uint8Array, name: string, workerFolder: string): Run {
  try {
    const { summary, changes, memoryBytes } = readStaticMemory(bytes, name);
    const snapshot = {
      ...emptySnapshot(),
      status: 'looked-at',
      modules: [summary],
      initialMemoryBytes: memoryBytes,
    } as const;
    return new RecordedRun(snapshot, workerFolder, { kind: 'static', changes, memoryBytes });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new RecordedRun({ ...emptySnapshot(), status: 'rejected', problem: error.problem }, workerFolder, null);
  }
}

const CANCELLED = 'The opening of the recording was cancelled.';

/** Whoever asked for a recording does not want it any more. */
export class OpeningCancelled extends Error {
  override readonly name = 'OpeningCancelled';
}

export interface Opening {
  /** Told how far it is, where that takes long. */
  readonly tell?: TellWork;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Opens an exported recording: nothing runs.
 * @throws RecordingFileError where the file is no recording that can be read
 * @throws OpeningCancelled
 */
export async function openRecording(
  bytes: Uint8Array,
  workerFolder: string,
  { tell = () => {}, signal }: Opening = {},
): Promise<Run> {
  if (signal?.aborted) throw new OpeningCancelled(CANCELLED);
  const run = new RecordedRun(emptySnapshot(), workerFolder, { kind: 'file', bytes });
  const following = run.recording.followWork(tell);
  const cancel = (): void => run.dispose();
  signal?.addEventListener('abort', cancel);
  try {
    const opened = await run.recording.request('openedRun', null);
    signal?.throwIfAborted();
    if (opened.kind === 'bad-file') throw new RecordingFileError(opened.reason, opened.message, opened.offset);
    run.show(opened.run);
    return run;
  } catch (error) {
    run.dispose();
    throw signal?.aborted ? new OpeningCancelled(CANCELLED) : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    following.dispose();
  }
}
