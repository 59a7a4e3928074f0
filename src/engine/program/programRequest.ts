// What the thread of a recorded program is started with, and what it tells its client.
import type { MessagePort } from 'node:worker_threads';
import type { EngineEvent } from '../../protocol/engine.ts';
import type { RecordLevel } from '../../protocol/run.ts';
import type { OutletWire } from '../../wire/recordingOutlet.ts';
import type { ProcessRequest } from './processApi.ts';
import type { PartRequest } from './recordedPart.ts';

/** The thread's `workerData`. Threads that the program starts inherit the preloaded script, but not this. */
export interface ProgramRequest {
  readonly wasmSharedMemoryProgram: true;
  readonly record: Exclude<RecordLevel, 'calls'>;
  /** Part of the name of an import or export of the module whose memory is recorded; null for the first module with code. */
  readonly moduleName: string | null;
  /** Number of the memory to record, from 1 on in the order in which modules with code first use them; null for the first, or the named module's. */
  readonly memoryNumber: number | null;
  readonly part: PartRequest;
  /** Whether guests look for what the host wrote where they access memory. */
  readonly exact: boolean;
  /** Functions of allocators that the user names, see `allocatorTexts.ts`. */
  readonly allocators: readonly string[];
  /** Options of Node that the program is to find in `process.execArgv`. */
  readonly nodeOptions: readonly string[];
  /** Where {@link ProgramEvent}s go: `parentPort` is the program's. */
  readonly events: MessagePort;
  readonly wire: OutletWire & { readonly port: MessagePort };
}

export type ProgramEvent =
  /** A module is recorded. */
  | Extract<EngineEvent, { type: 'modules' }>
  /** What the recording does not hold, in one sentence for the user. */
  | { readonly type: 'note'; readonly text: string }
  /** Something was thrown that nobody caught, unless the program has a listener for that; as Node writes it. `isTrap`: as guests throw it. */
  | { readonly type: 'uncaught'; readonly text: string | null; readonly message: string; readonly isTrap: boolean }
  /** The recording's thread is to be there before others are started, which wait for a 1. */
  | { readonly type: 'recordingFirst'; readonly isThere: Int32Array<SharedArrayBuffer> }
  | ProcessRequest;

export const isProgramRequest = (data: unknown): data is ProgramRequest =>
  typeof data === 'object' && data !== null && 'wasmSharedMemoryProgram' in data;
