// A run as the extension and the terminal see it.

import type { SpareThreads } from '../../platform/threads.ts';
import type { Answer, Params, QueryName } from '../../protocol/queries.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import type { SearchMatch, SearchRequest } from '../../protocol/search.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { TellWork } from '../../protocol/work.ts';
import type { Course } from '../../scenario/scenario.ts';
import type { GuestFile } from '../input/guestFile.ts';

export interface RunRequest extends RunSettings {
  /** One file runs in as many instances as the settings say; of several each has one, and they take turns. */
  readonly files: readonly GuestFile[];
  /** See {@link Course}: none are late and one allocates for all where it is not given. */
  readonly late?: Course['late'];
  readonly allocates?: Course['allocates'];
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
