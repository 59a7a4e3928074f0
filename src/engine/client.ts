// The engine's client: what the extension and the terminal use to run guests. (Signatures; implementation follows.)
import type { LastChange, ModuleSummary, PageView, RunSnapshot } from '../protocol/run.ts';
import type { Address, PageIndex, Step } from '../protocol/units.ts';

export interface RunRequest {
  readonly bytes: Uint8Array;
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
  /** Limit of the time that guests run, in milliseconds. */
  readonly timeLimitMs: number;
  /** Path of the built worker script; the built bundles find it beside themselves. */
  readonly workerPath: string;
}

export interface Subscription {
  dispose(): void;
}

/** A run under way or ended, with everything recorded of it. Whoever started it disposes of it. */
export interface Run {
  readonly snapshot: RunSnapshot;
  /** Resolves with the last snapshot, however the run ended; never rejects. */
  readonly done: Promise<RunSnapshot>;
  onDidChange(listener: () => void): Subscription;
  /** Ends the worker; what was recorded until then stays. Does nothing once the run has ended. */
  cancel(): void;
  /** Pages as they were at a step. Throws a RangeError outside `firstStep … lastStep` or outside the memory. */
  readPages(step: Step, pages: readonly PageIndex[]): PageView[];
  lastChange(step: Step, address: Address): LastChange;
  /** Ends the worker and lets go of the memory. */
  dispose(): void;
}

export declare function startRun(request: RunRequest): Run;
/** Reads a file without running anything of it: step 0 holds what its data segments put into memory. */
export declare function lookAt(bytes: Uint8Array): Run;
/** Reads a file's imports, exports and memory. Throws an InputError that says what is wrong with the file. */
export declare function inspectModule(bytes: Uint8Array): ModuleSummary;
