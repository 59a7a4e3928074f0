// A run as the extension and the terminal see it.

import type { SpareThreads } from '../../platform/threads.ts';
import type { Answer, Params, QueryName } from '../../protocol/queries.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import type { SearchMatch, SearchRequest } from '../../protocol/search.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { Address, Step } from '../../protocol/units.ts';
import type { TellWork } from '../../protocol/work.ts';
import type { Course } from '../../scenario/scenario.ts';
import type { GuestFile } from '../input/guestFile.ts';

export interface RunRequest extends RunSettings {
  /** One file runs in as many instances as the settings say; of several each has one, and they take turns. */
  readonly files: readonly GuestFile[];
  /** See {@link Course}: none are late and one allocates for all where it is not given. */
  readonly late?: Course['late'];
  readonly allocates?: Course['allocates'];
  /** Its instances and their memory stay after the last call, see {@link OngoingRun}; they don't where it is not given. */
  readonly goesOn?: boolean;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
  /** Where threads may wait for this. */
  readonly spares?: SpareThreads;
}

export interface Subscription {
  dispose(): void;
}

/** What was recorded of a run. Queries and searches reject with a RangeError's message, see {@link QueryRequests}. */
export interface Recording {
  ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>>;
  search(request: SearchRequest, progress: (done: number) => void, signal: AbortSignal): Promise<SearchMatch | null>;
  /**
   * The whole recording as a file's bytes (docs/recording-format.md).
   * @param tell told how far it is, where that takes long
   */
  exportFile(tell?: TellWork): Promise<Uint8Array>;
}

/** What {@link Run.cancel} does. */
export type CancelEffect = 'ends-guest' | 'leaves-rest';

/** The run of a program, of which a part may be recorded. */
export interface PausableRun extends Run {
  /**
   * Switches recording off, or on again, from the program's next call on.
   * @returns false where the program has ended
   */
  setPaused(paused: boolean): Promise<boolean>;
}

/** A run whose instances and their memory may stay after its last call, for what its user does next. */
export interface OngoingRun extends Run {
  /** They are there: it has ended as it should, and was neither cancelled nor let go since. Told as any other change. */
  readonly goesOn: boolean;
  /**
   * Writes to its memory as the host, which makes the next step. Rejects where it does not go on, or where the bytes do not lie in memory.
   * @returns the last step, once it is recorded
   */
  write(at: Address, bytes: Uint8Array<ArrayBuffer>): Promise<Step>;
  /** Lets go of them; what is recorded stays. */
  letGo(): void;
}

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
