// A run as the extension and the terminal see it.
import type { SearchMatch, SearchRequest } from '../../protocol/recording.ts';
import type {
  AccessView,
  LastChange,
  PageSummary,
  PageView,
  RecordLevel,
  RunSnapshot,
  StepView,
  WriteView,
} from '../../protocol/run.ts';
import type { Address, PageIndex, Step } from '../../protocol/units.ts';

export interface RunRequest {
  readonly bytes: Uint8Array;
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
  /** Limit of the time that guests run, in milliseconds. */
  readonly timeLimitMs: number;
  readonly record: RecordLevel;
  /** Limit of what the recording keeps, in bytes. */
  readonly recordingLimitBytes: number;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
}

export interface Subscription {
  dispose(): void;
}

/**
 * What a recording answers. All reject with a RangeError's message outside `firstStep … lastStep` or outside the memory;
 * {@link HostRequests} describes each.
 */
export interface Recording {
  /** `since`: the step against which `changed` is told; the step before where it is not given. */
  readPages(step: Step, pages: readonly PageIndex[], since?: Step): Promise<PageView[]>;
  lastChange(step: Step, address: Address): Promise<LastChange>;
  describeStep(step: Step): Promise<StepView>;
  accesses(call: number, from: number, count: number): Promise<AccessView[]>;
  writesTo(step: Step, address: Address, length: number, count: number): Promise<WriteView[]>;
  neighbourWrite(step: Step, address: Address, direction: 'next' | 'previous'): Promise<WriteView | null>;
  overview(step: Step, first: PageIndex, count: number): Promise<PageSummary[]>;
  bytes(step: Step, address: Address, length: number): Promise<Uint8Array>;
  search(request: SearchRequest, progress: (done: number) => void, signal: AbortSignal): Promise<SearchMatch | null>;
  /** The whole recording as a file's bytes (docs/recording-format.md). */
  exportFile(): Promise<Uint8Array>;
}

/** What {@link Run.cancel} does. */
export type CancelEffect = 'ends-guest' | 'leaves-rest';

/** A run under way or ended, with everything recorded of it. Whoever started it disposes of it. */
export interface Run {
  readonly snapshot: RunSnapshot;
  /** Resolves with the last snapshot, however the run ended; never rejects. */
  readonly done: Promise<RunSnapshot>;
  onDidChange(listener: () => void): Subscription;
  /**
   * Ends the guest; what it did until then stays. Where it has ended already, what is not recorded yet is left out, and
   * `recordNote` says so. Does nothing once the run has ended.
   */
  cancel(): CancelEffect;
  /** What memory held and who wrote it: asked of the recording's own thread. */
  readonly recording: Recording;
  /** Ends the worker and lets go of the memory. */
  dispose(): void;
}
