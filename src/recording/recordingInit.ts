// What the recording thread is started with.
import type { MessagePort } from 'node:worker_threads';
import type { PageChanges } from '../protocol/engine.ts';
import type { Backlog } from '../protocol/recording.ts';

/** The recording thread's `workerData`. */
export type RecordingInit =
  | {
      readonly kind: 'run';
      /** The module as the user has it: its sites are read from it. */
      readonly bytes: Uint8Array;
      readonly limitBytes: number;
      /** Where the engine worker's events arrive. */
      readonly port: MessagePort;
      readonly backlog: Backlog;
    }
  /** An exported recording. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  /** A file that was only read: its memory is all there is. */
  | { readonly kind: 'static'; readonly changes: PageChanges; readonly memoryBytes: number };
