// What a run looks like from outside: the same shapes go to the panel, to the terminal and into JSON.

import type { CallRecord, CallWindow } from './call.ts';
import type { Problem } from './problem.ts';
import type { Provided } from './provided.ts';
import { type Address, type Step, step } from './units.ts';

export interface MemorySummary {
  /** Whether the file imports its memory or defines it (a defined one is turned into an import before it runs). */
  readonly kind: 'imported' | 'defined';
  /** Declared limits in pages of 64 KiB; `maximum` is null where none is declared. */
  readonly minimum: number;
  readonly maximum: number | null;
  /** Whether the file itself declares the memory shared. */
  readonly shared: boolean;
  /** Pages of 64 KiB that a run creates: the minimum, or more where the data segments need it. */
  readonly pages: number;
}

export type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

export interface ImportSummary {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  /** The type in the text format's terms, for example `(i32, i32) -> i32` or `mut i32`. */
  readonly type: string;
  readonly provided: Provided;
}

export interface ExportSummary {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly type: string;
}

/** A module of a run. Its place in the list of modules is its index. */
export interface ModuleSummary {
  /** What the user calls it: a file's name, or what tells it from the other modules of a program. */
  readonly name: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
  readonly memory: MemorySummary;
  /** Of the instances that the run makes of it. */
  readonly instanceState: InstanceState;
  /** Functions of allocators that the user has named, see `allocatorTexts.ts`; absent where there are none. */
  readonly allocators?: readonly string[];
  readonly imports: readonly ImportSummary[];
  readonly exports: readonly ExportSummary[];
}

export interface StubUse {
  readonly module: string;
  readonly name: string;
  /** How often guests called it in this run. */
  readonly calls: number;
}

export type RunStatus =
  /** the worker reads and instantiates the module */
  | 'starting'
  | 'running'
  | 'completed'
  | 'trapped'
  | 'timed-out'
  | 'cancelled'
  /** the input can't be run: `problem` says why, there is no memory */
  | 'rejected'
  /** the file was only read: step 0 is what its data segments put into memory, nothing ran */
  | 'looked-at';

/** An instance of a run. Its place in the list of instances is its index: `#0`, `#1`, … */
export interface InstanceSummary {
  /** Index of its module. */
  readonly module: number;
  /** The call that tells of its making; null for an instance that was made before the first call, which step 0 comes after. */
  readonly call: number | null;
  /** Memory after it was made. */
  readonly step: Step;
}

/** A value in memory that a scenario looks at: an i32, little-endian. */
export interface Watch {
  readonly address: Address;
  readonly type: 'i32';
}

/** What a scenario expects, and what came of it. */
export interface Verdict {
  readonly expected: number;
  /** The watched value at the end; null while the run goes on, and where there is none. */
  readonly actual: number | null;
}

/** What of a run its recording tells. */
export interface RecordedSpan {
  /** Calls that are recorded; those under way are not counted. */
  readonly callCount: number;
  /** Calls that run now. */
  readonly callsUnderWay: number;
  /**
   * Steps that no guest made by a store, of those that are kept: growths of memory, and writes from outside of what is recorded. Null where they
   * are in a file, and nobody has asked for them.
   */
  readonly stepsBeside: number | null;
  /** Of the calls, those whose printed value is not the one in memory. */
  readonly differences: number;
  /** Accesses in calls that made no step. */
  readonly loads: number;
  /** Instances in whose calls memory was written, ascending. */
  readonly writers: readonly number[];
  /** The first call after which memory is still known (`CallRecord.index`). */
  readonly firstCall: number;
  /** The call that ended last; null where none has. */
  readonly lastCall: CallRecord | null;
  /** Steps from `firstStep` (older ones were dropped to keep within the recording's limit) to `lastStep` can be shown. */
  readonly firstStep: Step;
  readonly lastStep: Step;
  /** Size of the memory at step 0, in bytes; null while there is none. */
  readonly initialMemoryBytes: number | null;
}

export const NOTHING_RECORDED: RecordedSpan = {
  callCount: 0,
  callsUnderWay: 0,
  stepsBeside: 0,
  differences: 0,
  loads: 0,
  writers: [],
  firstCall: 1,
  lastCall: null,
  firstStep: step(0),
  lastStep: step(0),
  initialMemoryBytes: null,
};

/** What a run does before its first call, which may take long. */
export interface RunPhase {
  readonly kind: /** modules are read, rewritten and compiled, and memory is asked for */
    | 'preparing'
    /** an instance is made: its data segments are put into memory, and its start function runs */
    | 'making'
    /** all are made, and what memory holds is read for step 0 */
    | 'reading';
  /** The instance that is being made; 0 in other phases. */
  readonly instance: number;
  /** When it began, in milliseconds since the epoch. */
  readonly since: number;
  /** Seconds that guests may run in all. */
  readonly limit: number;
}

/** The whole state of a run but its calls and the memory's contents, which queries tell. A new object after each change. */
export interface RunSnapshot extends RecordedSpan {
  readonly status: RunStatus;
  readonly modules: readonly ModuleSummary[];
  readonly instances: readonly InstanceSummary[];
  /** Absent once calls are made, and where that is not told. */
  readonly phase?: RunPhase;
  /** Null until a scenario watches something. */
  readonly watch: Watch | null;
  /** Null where nothing is expected: the module fits no scenario, or a program runs. */
  readonly verdict: Verdict | null;
  /** Nothing is recorded of a program from its next call on, until that is switched on again. */
  readonly isPaused: boolean;
  readonly record: RecordLevel;
  /** Why accesses are not recorded although they were asked for, in one sentence; null otherwise. */
  readonly recordNote: string | null;
  /** What else is to be known of the run, a few sentences each: why what it computed may be wrong, what was not looked at. */
  readonly notes: readonly string[];
  readonly stubsCalled: readonly StubUse[];
  readonly problem: Problem | null;
  /** See {@link FIRST_TRAPPED}; known once the run has ended. The host of a program may have caught what they threw. */
  readonly trapped: CallWindow;
}

/**
 * `separate`: each instance of a module has its own mutable globals, and runs its own data segments and start function, as in every
 * engine. `shared`: all have one set of mutable globals, and data segments and start function ran once.
 */
export type InstanceState = 'separate' | 'shared';

/** What of a guest's accesses is recorded: nothing, what changes memory, or what reads it too. */
export type RecordLevel = 'calls' | 'stores' | 'all';
