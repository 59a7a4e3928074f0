// What the engine worker is started with.
import type { MessagePort } from 'node:worker_threads';
import type { Backlog } from '../../protocol/recording.ts';
import type { RecordLevel } from '../../protocol/run.ts';

/** The engine worker's `workerData`. */
export interface WorkerRequest {
  readonly bytes: Uint8Array;
  /** What of the accesses is asked to be recorded. */
  readonly record: RecordLevel;
  /** Where the recording thread takes its events. */
  readonly recording: MessagePort;
  readonly backlog: Backlog;
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
}
