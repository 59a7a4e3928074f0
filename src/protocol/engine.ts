// The engine protocol: engine worker -> its client. One worker runs one request and ends.
import type { CallRecord, ModuleSummary, Problem, StubUse } from './run.ts';
import type { Address, PageIndex } from './units.ts';

/** What the worker is started with (`workerData`). */
export interface WorkerRequest {
  readonly bytes: Uint8Array;
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
}

/** New contents of a page of 4 KiB that changed. */
export interface PageChange {
  readonly page: PageIndex;
  readonly bytes: Uint8Array;
}

export type EngineEvent =
  /** The file can be run. The memory is shared, so its contents outlive the worker. */
  | { readonly type: 'module'; readonly module: ModuleSummary; readonly memory: WebAssembly.Memory }
  /** Guest code is about to run: the time limit counts from here. `call` is null while instances are made. */
  | { readonly type: 'guest-entered'; readonly call: PendingCall | null }
  /** All instances are made: the contents of step 0. */
  | {
      readonly type: 'instantiated';
      readonly pages: readonly PageChange[];
      readonly memoryBytes: number;
      /** The final value that the demo should reach; null where the module is no guest of it. */
      readonly expected: number | null;
    }
  | {
      readonly type: 'call-ended';
      readonly call: CallRecord;
      readonly pages: readonly PageChange[];
      readonly address: Address | null;
    }
  | { readonly type: 'stub-called'; readonly use: StubUse }
  /** The last event. `status` is `rejected` where the input can't be run. */
  | {
      readonly type: 'finished';
      readonly status: 'completed' | 'trapped' | 'rejected';
      readonly actual: number | null;
      readonly problem: Problem | null;
    };

/** What is known of a call before it ends. */
export type PendingCall = Pick<CallRecord, 'index' | 'instance' | 'function' | 'args' | 'valueBefore'>;
