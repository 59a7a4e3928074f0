// The recording protocol: engine worker -> recording thread (events, in order), and client <-> recording thread (requests).

import type { BegunCall, EndedCall, Trap } from './call.ts';
import type { CallStack } from './callStack.ts';
import type { PageChanges, Printed } from './engine.ts';
import type { LostViews } from './lostViews.ts';
import type { QueryRequests } from './queries.ts';
import type { RecordingPlan } from './recordingPlan.ts';
import type { InstanceState, RecordedSpan, RecordLevel, RunSnapshot } from './run.ts';
import type { SearchMatch, SearchRequest } from './search.ts';
import type { ThreadDuplicate } from './threadAllocations.ts';
import type { Address } from './units.ts';
import type { Work } from './work.ts';

/** Where a guest was stopped in the middle of its code. */
export interface GuestStop {
  /** Byte offset in the original file of the instruction that trapped; null where the guest was ended from outside. */
  readonly offset: number | null;
  /** Index of that file's module in the run. */
  readonly module: number;
  /** Size of memory at that moment, in bytes. */
  readonly memoryBytes: number;
}

/** The log of what host functions give back to guests; shared, so that what is in it outlives the worker. */
export interface ImportLogMemory {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Counted over all records ever written: where the bytes begin, and where they end. */
  readonly positions: Float64Array<SharedArrayBuffer>;
}

/** What happens to memory, in order. Those that hold buffers or memories are posted, the others are plain JSON. */
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
      /** One byte a page of 64 KiB, shared: 1 where the recording has seen a write. */
      readonly touched: Uint8Array<SharedArrayBuffer>;
      /** The log tells of every write of a guest: memory need not be compared to find them. */
      readonly isWhole: boolean;
      /** Whether guests come upon what the host wrote, at the latest where they access it. */
      readonly isExact: boolean;
    }
  /** A module of the run; modules are numbered in the order of these events. */
  | {
      readonly type: 'module';
      readonly name: string;
      readonly bytes: Uint8Array;
      /** How its log is to be read; null where accesses are not recorded. */
      readonly plan: RecordingPlan | null;
      readonly instanceState: InstanceState;
      /** Functions of allocators that the user names, see `allocatorTexts.ts`. */
      readonly allocators: readonly string[];
    }
  /** An instance is made: before step 0, or in the call under way of a thread. Instances are numbered in the order of these events. */
  | { readonly type: 'instance'; readonly thread: number; readonly module: number }
  /** The instance told last is about to get its data segments into memory: index and address of each, in order. */
  | { readonly type: 'segments'; readonly placed: readonly (readonly [segment: number, address: number])[] }
  /** Step 0. `segments`: address and size of what data segments put there, as far as that is known: their zeros are initial data, too. */
  | {
      readonly type: 'begun';
      readonly changes: PageChanges;
      readonly memoryBytes: number;
      readonly segments: readonly (readonly [address: number, size: number])[];
    }
  | { readonly type: 'call-begun'; readonly call: Omit<BegunCall, 'index' | 'parent' | 'depth'> }
  /** Where the value lies that is watched from now on. */
  | { readonly type: 'watched'; readonly address: Address }
  | { readonly type: 'printed'; readonly thread: number; readonly printed: Printed }
  /**
   * Records of a thread were written: `bytes` of them from the byte offset `start` in the log on, where they are read. They belong
   * to its innermost call.
   */
  | {
      readonly type: 'log';
      readonly thread: number;
      readonly start: number;
      readonly bytes: number;
      readonly stop: GuestStop | null;
    }
  /** Guests ran of which records are missing: what they wrote is nobody's. */
  | { readonly type: 'records-left-out' }
  /** The chunk from the byte offset `start` in the log on is full. The engine writes it again when it was cleared. */
  | { readonly type: 'chunk-left'; readonly start: number }
  /** What host functions gave back in the call under way (or while the instances were made), bytes; `end`: position behind it. */
  | { readonly type: 'imports'; readonly records: Uint8Array | readonly number[]; readonly end: number }
  /** The innermost call of a thread is about to end: where the stack pointer was in it, if that is worth to be told. */
  | { readonly type: 'call-stack'; readonly thread: number; readonly stack: CallStack }
  /**
   * Calls that only the log told of end by a trap: those that more than `depth` others enclose. Nobody else has told of a call since.
   */
  | {
      readonly type: 'entered-trapped';
      readonly thread: number;
      readonly depth: number;
      readonly trap: Trap;
      readonly memoryBytes: number;
    }
  /**
   * The innermost call of a thread ends.
   * @property memory null where it was not compared
   */
  | {
      readonly type: 'call-ended';
      readonly thread: number;
      readonly call: EndedCall;
      readonly memory: ComparedMemory | null;
    }
  /** Before guests go on, what the host wrote since they were left was looked for. `within`: the host function that returns. */
  | ({ readonly type: 'host-wrote'; readonly within: ImportOf | null } & ComparedMemory & FromOutside)
  /** The same where nothing had changed. */
  | ({ readonly type: 'looked' } & Looked & FromOutside)
  /** A program writes by views that growth has cut off, as far as that can be told, or does so no more. */
  | { readonly type: 'views-lost'; readonly thread: number; readonly lost: LostViews }
  /** Two threads of a program were handed out the same; told again as it happens more often. `thread`: of the recording, which goes on. */
  | { readonly type: 'allocated-twice'; readonly thread: number; readonly duplicate: ThreadDuplicate }
  /**
   * A guest of a thread came upon what the host wrote since guests were left last. `at`: byte offset in the log. It stands in the records
   * that the next event `log` tells of, or where none comes behind what was told so far.
   */
  | ({ readonly type: 'host-found'; readonly isHosts: boolean } & FoundWrite)
  /** A host function wrote in the call under way (or while the instances were made), or the user between calls: what guests did before stands before it. */
  | ({ readonly type: 'host-wrote-bytes' } & HostWrite);

/** Bytes of memory that the host wrote, as a guest came upon them. */
export interface HostBytes {
  readonly address: number;
  readonly bytes: readonly number[];
}

/** What a guest came upon at one access. */
export interface FoundWrite {
  /** Where in the log the record under way is, or the next one, as a byte offset. */
  readonly at: number;
  /** How often the loop that the record tells had gone round, 0 for one that tells no loop; -1 where no record was begun. */
  readonly round: number;
  /** Number of the access, in the module of the record. */
  readonly site: number;
  readonly writes: readonly HostBytes[];
}

/** An import of an instance, by its index among all imports of the module. */
export interface ImportOf {
  readonly instance: number;
  readonly import: number;
}

/** What a host function wrote, or the user (`within` null), and the size of memory then, in bytes. */
export interface HostWrite {
  readonly address: Address;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly memoryBytes: number;
  readonly within: ImportOf | null;
}

/** Whose work it is what no record explains. */
export interface FromOutside {
  /** Another thread has the memory, too: what is found is told as its work, though it may be the host's. */
  readonly isThreaded: boolean;
}

/** How much of memory was compared with what it held when it was compared last. */
export interface Looked {
  /** Pages of 64 KiB that were compared, ascending; null where all of memory was. */
  readonly lookedAt: readonly number[] | null;
  /** How often it could have been compared since the last time, and was not at all. */
  readonly skipped: number;
}

export interface ComparedMemory extends Looked {
  readonly changes: PageChanges;
  readonly memoryBytes: number;
}

/** What the recording holds by now. */
export interface RecordingProgress extends RecordedSpan, Pick<RunSnapshot, 'instances' | 'watch'> {}

/** What the recording thread tells the client unasked. */
export interface RecordingNotices {
  progress: { params: RecordingProgress; result: null };
  /** `done`: 0 to 1 */
  searchProgress: { params: { readonly id: number; readonly done: number }; result: null };
  /** Something takes long. */
  work: { params: Work; result: null };
}

/** What came of a recording whose engine worker has ended. */
export interface SettledRecording {
  readonly progress: RecordingProgress;
  /** Bytes of log that were left unread at most, since it was asked for or nobody waits that long. */
  readonly unreadBytes: number;
  /** Why nothing more was recorded from some step on: a fault of the recording itself. Null where there was none. */
  readonly fault: string | null;
}

/** The same where the engine worker was ended from outside. */
export interface StoppedRecording extends SettledRecording {
  /** The innermost call that was under way; null where none was. */
  readonly call: Pick<BegunCall, 'index' | 'instance' | 'function'> | null;
  /** A loop was ended of which nobody knows how often it had gone round: not all that it stored is told. */
  readonly loopToldShort: boolean;
  /** The watched value now; null where there is none. */
  readonly watched: number | null;
}

/** Requests of the client. */
export type RecordingRequests = QueryRequests & {
  /** Answers once all that the engine worker sent is recorded. `goesOn`: it waits, and may send more; else it has ended. */
  settle: { params: { readonly goesOn: boolean }; result: SettledRecording };
  /** Answers once all that a waiting engine worker has sent until now is recorded. */
  catchUp: { params: null; result: RecordingProgress };
  /**
   * The engine worker was ended: what memory and log hold now becomes the end of the recording. Answers once all is recorded;
   * other requests are answered meanwhile. `durationNs`: how long the call under way had run.
   */
  stopped: { params: { readonly durationNs: number }; result: StoppedRecording };
  /** Leaves log unread that is still on its way, so that `settle` or `stopped` answer soon. */
  leaveRest: { params: null; result: null };
  /** `id` is the client's number for this search. Several may be under way: two panels may show one recording. */
  search: { params: { readonly id: number; readonly request: SearchRequest }; result: SearchMatch | null };
  cancelSearch: { params: { readonly id: number }; result: null };
  exportFile: { params: { readonly run: RunSnapshot }; result: Uint8Array };
  /** What the file says of its run; rejects where the file can't be read. */
  openedRun: { params: null; result: OpenedFile };
};

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
  /** it is packed in a way that this version of Node does not know */
  | 'unpackable'
  /** a version before the first release wrote it */
  | 'older'
  | 'truncated'
  | 'corrupt';
