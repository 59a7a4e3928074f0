// The protocol of a run in another process, which keeps its recording: served run <-> whoever looks on. See MessageHandler.
import type { QueryRequests } from './queries.ts';
import type { RecordingNotices, RecordingRequests } from './recording.ts';
import type { RunSnapshot } from './run.ts';

/** Environment variable of the terminal's `record`: the address where somebody listens who looks on. */
export const ONLOOKER_VARIABLE = 'WASM_SHARED_MEMORY_ONLOOKER';

/** Requests of whoever looks on. */
export type ServedRunRequests = QueryRequests &
  Pick<RecordingRequests, 'search' | 'cancelSearch'> & {
    /** Does what Ctrl+C does in the terminal of that process. */
    interrupt: { params: null; result: null };
    /** Switches recording off, or on again, from the next call on. False where the program has ended. */
    setPaused: { params: { readonly paused: boolean }; result: boolean };
  };

/** What the process tells unasked. */
export interface ServedRunNotices extends Pick<RecordingNotices, 'searchProgress' | 'work'> {
  snapshot: { params: RunSnapshot; result: null };
  /** It is the last that it tells. */
  ended: { params: ServedRunEnd; result: null };
}

export type ServedRunEnd =
  /** the recording is in its file */
  | { readonly kind: 'recorded' }
  /** in one sentence, why there is no recording */
  | { readonly kind: 'nothing'; readonly reason: string };
