// The recording protocol: engine worker -> recording thread (events, in order), and client <-> recording thread (requests).
import type { EngineEvent, PageChanges } from './engine.ts';
import type { SearchQuery } from './panel.ts';
import type {
  AccessView,
  LastChange,
  PageSummary,
  PageView,
  RecordLevel,
  RunSnapshot,
  StepView,
  WriteView,
} from './run.ts';
import type { Address, PageIndex, Step } from './units.ts';

/**
 * Bytes on their way, of the log by whole chunks, and most that may be (two words, shared): a guest that writes faster than it is
 * recorded waits here.
 */
export type Backlog = Int32Array<SharedArrayBuffer>;

export const BACKLOG = { bytes: 0, limit: 1 } as const;

/**
 * Most bytes of log that may be on their way: the memory that a guest may use to be ahead of its recording. The benchmark's
 * kernels write 5 to 8 bytes a store (outside of loops that one record stands for), so these are 8 to 13 million stores, which
 * take two or three seconds to record: a call that makes less of them never waits, and who cancels waits no longer.
 */
const BACKLOG_LIMIT_BYTES = 64 * 2 ** 20;

export function newBacklog(limitBytes = BACKLOG_LIMIT_BYTES): Backlog {
  const backlog = new Int32Array(new SharedArrayBuffer(8));
  backlog[BACKLOG.limit] = limitBytes;
  return backlog;
}

/** Where a guest was stopped in the middle of its code. */
export interface GuestStop {
  /** Byte offset in the original file of the instruction that trapped; null where the guest was ended from outside. */
  readonly offset: number | null;
  /** Size of memory at that moment, in bytes. */
  readonly memoryBytes: number;
}

/** The log of what host functions give back to guests; shared, so that what is in it outlives the worker. */
export interface ImportLogMemory {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Counted over all records ever written: where the bytes begin, and where they end. */
  readonly positions: Float64Array<SharedArrayBuffer>;
}

export type RecordingEvent =
  /** The memories, so that what they hold when the engine worker is ended can still be taken. */
  | {
      readonly type: 'attached';
      readonly level: RecordLevel;
      /** Null where it is not shared, and so ends with the engine worker. */
      readonly memory: WebAssembly.Memory | null;
      readonly log: WebAssembly.Memory | null;
      /** Byte offset in the log (one word, shared) up to which records were sent. */
      readonly taken: Int32Array;
      readonly imports: ImportLogMemory;
    }
  /** Step 0. */
  | { readonly type: 'begun'; readonly changes: PageChanges; readonly memoryBytes: number }
  | { readonly type: 'call-begun'; readonly index: number; readonly instance: number }
  /** Records were written: `bytes` of them from the byte offset `start` in the log on, where they are read. */
  | { readonly type: 'log'; readonly start: number; readonly bytes: number; readonly stop: GuestStop | null }
  /** The chunk from the byte offset `start` in the log on is full. The engine writes it again when it was cleared. */
  | { readonly type: 'chunk-left'; readonly start: number }
  /** What host functions gave back in the call under way (or while the instances were made); `end`: position behind it. */
  | { readonly type: 'imports'; readonly records: Uint8Array; readonly end: number }
  /** The accesses that follow are those of another instance, which the one of the call has called; or again those of the first. */
  | { readonly type: 'instance-switched'; readonly instance: number }
  | ({ readonly type: 'call-ended' } & ComparedMemory)
  /** The host wrote between two calls. */
  | ({ readonly type: 'host-wrote' } & ComparedMemory);

/**
 * What the engine worker posts at a time: to wake a thread that sleeps takes longer than many a call does, so what belongs
 * together goes together.
 */
export interface RecordingMessage {
  readonly events: readonly RecordingEvent[];
  /** Passed on to the client, who gets it together with what else there is to tell it. */
  readonly forClient: readonly CallEvent[];
}

/** A call of a program begins or ends. */
export type CallEvent = Extract<EngineEvent, { type: 'guest-entered' | 'call-ended' }>;

/** Memory after it was compared with what it held when it was compared last. */
export interface ComparedMemory {
  readonly changes: PageChanges;
  readonly memoryBytes: number;
  /** Pages of 64 KiB that were compared, ascending; null where all of memory was. */
  readonly lookedAt: Uint32Array | null;
}

/** Where a call lies in the recording. */
export interface RecordedCall {
  /** `CallRecord.index` */
  readonly index: number;
  readonly stepBefore: Step;
  readonly step: Step;
  readonly accesses: number;
}

/** What there is to tell the client since it was told last. */
export interface RecordingNews {
  /** Where the calls lie that were recorded; null stands for step 0. In their order. */
  readonly recorded: readonly (RecordedCall | null)[];
  readonly firstStep: Step;
  /** What the engine worker had for the client. */
  readonly events: readonly CallEvent[];
}

/** What the recording thread tells the client unasked. */
export interface RecordingNotices {
  news: { params: RecordingNews; result: null };
  /** `done`: 0 to 1 */
  searchProgress: { params: { readonly id: number; readonly done: number }; result: null };
}

/** What the last step is after the engine worker was ended. */
export interface StoppedMemory {
  /** Step 0 had not been recorded yet, and is what memory held now. */
  readonly begun: boolean;
  readonly memoryBytes: number;
  readonly bytesChanged: number;
  /** Bytes of log that were left unread at most, since it was asked for or nobody waits that long. */
  readonly unreadBytes: number;
  /** A loop was ended of which nobody knows how often it had gone round: not all that it stored is told. */
  readonly loopToldShort: boolean;
}

/** What came of a recording whose engine worker ended by itself. */
export interface SettledRecording {
  readonly firstStep: Step;
  readonly lastStep: Step;
  /** As in {@link StoppedMemory}. */
  readonly unreadBytes: number;
}

export interface RecordingRequests {
  /** Answers once all that the engine worker sent is recorded. */
  settle: { params: null; result: SettledRecording };
  /**
   * The engine worker was ended: what memory and log hold now becomes the end of the recording. Answers once all is recorded;
   * other requests are answered meanwhile.
   */
  stopped: { params: null; result: StoppedMemory };
  /** Leaves log unread that is still on its way, so that `settle` or `stopped` answer soon. */
  leaveRest: { params: null; result: null };
  readPages: {
    params: { readonly step: Step; readonly pages: readonly PageIndex[]; readonly since: Step | null };
    result: PageView[];
  };
  lastChange: { params: { readonly step: Step; readonly address: Address }; result: LastChange };
  describeStep: { params: { readonly step: Step }; result: StepView };
  accesses: { params: { readonly call: number; readonly from: number; readonly count: number }; result: AccessView[] };
  writesTo: {
    params: { readonly step: Step; readonly address: Address; readonly length: number; readonly count: number };
    result: WriteView[];
  };
  neighbourWrite: {
    params: { readonly step: Step; readonly address: Address; readonly direction: 'next' | 'previous' };
    result: WriteView | null;
  };
  overview: {
    params: { readonly step: Step; readonly first: PageIndex; readonly count: number };
    result: PageSummary[];
  };
  bytes: { params: { readonly step: Step; readonly address: Address; readonly length: number }; result: Uint8Array };
  /** `id` is the client's number for this search. Several may be under way: two panels may show one recording. */
  search: { params: { readonly id: number; readonly request: SearchRequest }; result: SearchMatch | null };
  cancelSearch: { params: { readonly id: number }; result: null };
  exportFile: { params: { readonly run: RunSnapshot }; result: Uint8Array };
  /** What the file says of its run; rejects where the file can't be read. */
  openedRun: { params: null; result: OpenedFile };
}

export type OpenedFile =
  | { readonly kind: 'run'; readonly run: RunSnapshot }
  | {
      readonly kind: 'bad-file';
      readonly reason: RecordingFileReason;
      readonly message: string;
      readonly offset: number;
    };

/** Why a file can't be read as a recording. */
export type RecordingFileReason =
  /** it is something else */
  | 'foreign'
  /** a later version of the extension wrote it */
  | 'newer'
  | 'truncated'
  | 'corrupt';

export interface SearchRequest {
  readonly step: Step;
  readonly query: SearchQuery;
  /** The match begins after this address (before it, for `previous`). */
  readonly from: Address;
  readonly direction: 'next' | 'previous';
}

export interface SearchMatch {
  readonly address: Address;
  readonly length: number;
}
