// The engine protocol: events of the engine worker to its client, and what the client asks of a worker that waits after its last call.
// One worker runs one request. What becomes of calls and memory goes to the recording thread (recording.ts), which the client hears of by it.
import type { Problem } from './problem.ts';
import type { ModuleSummary, RecordLevel } from './run.ts';
import type { Address } from './units.ts';

/** Pages of 4 KiB that changed: page `pages[i]` holds `contents[i × 4096 …]`. */
export interface PageChanges {
  readonly pages: Uint32Array<ArrayBuffer>;
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** What a guest printed at a time. */
export interface Printed {
  readonly kind:
    | 'text'
    /** what was given to `print` is no text, and is compared with nothing */
    | 'arguments'
    /** a piece of a stream: its lines may come in several */
    | 'stdout'
    | 'stderr';
  readonly text: string;
}

export type EngineEvent =
  /** The files can be run. */
  | {
      readonly type: 'modules';
      readonly modules: readonly ModuleSummary[];
      /** How often each import was called, by its index in the first module's `imports`; only stubs count. */
      readonly importCalls: Uint32Array;
      /** What is recorded, and why it is less than asked for; null where it is not. */
      readonly record: RecordLevel;
      readonly recordNote: string | null;
      /** What else is to be known of the run, a few sentences each. */
      readonly notes: readonly string[];
    }
  /** Guest code is about to run: instances are made. */
  | { readonly type: 'running' }
  /** What it does until the first call. */
  | { readonly type: 'phase'; readonly kind: 'making'; readonly instance: number }
  | { readonly type: 'phase'; readonly kind: 'reading' | 'calling' }
  /** The value that the scenario should reach. */
  | { readonly type: 'expects'; readonly expected: number }
  /** The last event. `status` is `rejected` where the input can't be run. `goesOn`: the worker waits for {@link EngineRequests}, else it ends. */
  | {
      readonly type: 'finished';
      readonly status: 'completed' | 'trapped' | 'rejected';
      /** The watched value at the end. */
      readonly actual: number | null;
      readonly problem: Problem | null;
      readonly goesOn: boolean;
    };

/** What a worker does that waits. */
export interface EngineRequests {
  /** The user writes to memory. Answered when the recording is told; rejects where the bytes do not lie in memory. */
  write: {
    params: { readonly address: Address; readonly bytes: Uint8Array<ArrayBuffer> };
    result: null;
  };
}
