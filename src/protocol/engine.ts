// The engine protocol: engine worker -> its client. One worker runs one request and ends.
import type { CallRecord, ModuleSummary, Problem, RecordLevel } from './run.ts';
import type { Address } from './units.ts';

/** Pages of 4 KiB that changed: page `pages[i]` holds `contents[i × 4096 …]`. */
export interface PageChanges {
  readonly pages: Uint32Array<ArrayBuffer>;
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** A call as the engine knows it: where it lies in the recording is for the recording thread to say. */
export type EndedCall = Omit<CallRecord, 'stepBefore' | 'step' | 'accesses'>;

/** What is known of a call before it ends. */
export type PendingCall = Pick<CallRecord, 'index' | 'instance' | 'function' | 'args' | 'valueBefore' | 'startNs'>;

export type EngineEvent =
  /** The file can be run. */
  | {
      readonly type: 'module';
      readonly module: ModuleSummary;
      /** Shared, so that what it holds outlives the worker; null where it is not. */
      readonly memory: WebAssembly.Memory | null;
      /** How often each import was called, by its index in `module.imports`; only stubs count. */
      readonly importCalls: Uint32Array;
      /** What is recorded, and why it is less than asked for; null where it is not. */
      readonly record: RecordLevel;
      readonly recordNote: string | null;
    }
  /** Guest code is about to run: the time limit counts from here. `call` is null while instances are made. */
  | { readonly type: 'guest-entered'; readonly call: PendingCall | null }
  | { readonly type: 'guest-left' }
  /** The engine waits for the recording thread, which does not count; then it goes on. */
  | { readonly type: 'guest-waits' | 'guest-goes-on' }
  | { readonly type: 'printed'; readonly text: string }
  /** All instances are made: this is step 0. */
  | {
      readonly type: 'instantiated';
      /** How many there are. */
      readonly instances: number;
      readonly memoryBytes: number;
      /** The final value that the demo should reach; null where the module is no guest of it. */
      readonly expected: number | null;
    }
  | {
      readonly type: 'call-ended';
      readonly call: EndedCall;
      /** Where the demo's i32 lives; null until a guest returned it. */
      readonly address: Address | null;
    }
  /** The last event. `status` is `rejected` where the input can't be run. */
  | {
      readonly type: 'finished';
      readonly status: 'completed' | 'trapped' | 'rejected';
      /** The i32 at the address at the end. */
      readonly actual: number | null;
      readonly problem: Problem | null;
    };
