// What a run looks like from outside: the same shapes go to the panel, to the terminal and into JSON.
import type { Address, PageIndex, Step } from './units.ts';

/** A WebAssembly value as JSON can hold it: i64 as a decimal string, non-finite floats as 'NaN', 'Infinity', '-Infinity'. */
export type WasmValue = number | string;

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

/** What the host gives for an import. */
export type Provided =
  /** the run's memory */
  | 'memory'
  /** AssemblyScript's `abort`: ends the call with its message */
  | 'abort'
  /** `print`: what the guest prints is recorded */
  | 'print'
  /** a function that does nothing but return zeros; its calls are counted and reported */
  | 'stub'
  /** a table, global, tag or further memory with the declared type and zero contents */
  | 'placeholder';

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

export interface ModuleSummary {
  /** Size of the file in bytes. */
  readonly size: number;
  readonly memory: MemorySummary;
  readonly imports: readonly ImportSummary[];
  readonly exports: readonly ExportSummary[];
}

/** One frame of a trap's WebAssembly stack, innermost first. Offsets are those of the file the user has, not of the rewritten one. */
export interface StackFrame {
  /** Name from the name section, else the export's name, else `func[i]`. */
  readonly function: string;
  readonly functionIndex: number;
  /** Byte offset in the file; null where the engine does not tell. */
  readonly offset: number | null;
}

export interface Trap {
  /** The engine's own words, or the guest's message where it aborted. */
  readonly message: string;
  readonly stack: readonly StackFrame[];
}

/** What the guest printed against what memory holds at the address, where they differ. */
export interface Difference {
  readonly printed: number;
  readonly memory: number | null;
}

/** How a call ended: it returned, it trapped, or the run was ended while it was under way. */
export type CallEnd = 'returned' | 'trapped' | 'stopped';

export interface CallRecord {
  /** Position in the run, counted from 1. Memory after the call is the step of the same number. */
  readonly index: number;
  readonly step: Step;
  readonly instance: number;
  readonly function: string;
  readonly args: readonly WasmValue[];
  readonly results: readonly WasmValue[];
  readonly end: CallEnd;
  /** What the guest printed during the call, one string a `print`. */
  readonly printed: readonly string[];
  /** The i32 at the run's address before and after the call; null where there is no such address (yet). */
  readonly valueBefore: number | null;
  readonly valueAfter: number | null;
  readonly difference: Difference | null;
  /** Bytes whose value after the call is not the one before. */
  readonly bytesChanged: number;
  /** Time inside the export, in nanoseconds. */
  readonly durationNs: number;
  /** Pages of 64 KiB by which the memory grew. */
  readonly grownPages: number;
  /** Size of the memory after the call, in bytes. */
  readonly memoryBytes: number;
  readonly trap: Trap | null;
}

export interface StubUse {
  readonly module: string;
  readonly name: string;
  /** How often guests called it in this run. */
  readonly calls: number;
}

export type ProblemKind =
  // The input can't be run at all.
  | 'unreadable-file'
  | 'empty-file'
  | 'not-wasm'
  | 'component'
  | 'relocatable-object'
  | 'truncated'
  | 'malformed'
  | 'unsupported-feature'
  | 'no-memory'
  | 'unsupported-memory'
  | 'memory-not-available'
  | 'link-error'
  // The module can be instantiated, but is no guest of the demo.
  | 'demo-exports-missing'
  // The run ended early, or not as expected.
  | 'trap'
  | 'timed-out'
  | 'cancelled'
  | 'address-outside-memory'
  | 'wrong-value'
  | 'engine-failure'
  // Not run on purpose.
  | 'untrusted-workspace';

export interface Problem {
  readonly kind: ProblemKind;
  /** One sentence: what is wrong, and where. Ends with a full stop. */
  readonly message: string;
  /** One sentence: what to do next. Ends with a full stop. */
  readonly remedy: string;
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

/** The whole state of a run but the memory's contents. A new object after each change. */
export interface RunSnapshot {
  readonly status: RunStatus;
  readonly module: ModuleSummary | null;
  readonly instances: number;
  /** Where the demo's i32 lives; null until a guest returned it. */
  readonly address: Address | null;
  readonly calls: readonly CallRecord[];
  /** Steps from `firstStep` (older ones were dropped to keep within the recording's limit) to `lastStep` can be shown. */
  readonly firstStep: Step;
  readonly lastStep: Step;
  /** Size of the memory at step 0, in bytes; null while there is none. */
  readonly initialMemoryBytes: number | null;
  /** 11 + 23 × calls of `add_23`; null where the module is no guest of the demo. */
  readonly expected: number | null;
  /** The i32 at `address` at the end; null where there is none. */
  readonly actual: number | null;
  readonly stubsCalled: readonly StubUse[];
  readonly problem: Problem | null;
}

/** A page of memory as it was at one step. */
export interface PageView {
  readonly page: PageIndex;
  /** {@link SHOWN_PAGE_BYTES} bytes; null where all are zero. */
  readonly bytes: Uint8Array | null;
  /** Bytes that the call ending at this step changed, as flat pairs `start, end` (end exclusive) of offsets into the page. */
  readonly changed: readonly number[];
}

/** Who last changed a byte, seen from one step. */
export type LastChange =
  /** the call with this index (see {@link CallRecord.index}) */
  | { readonly kind: 'call'; readonly index: number }
  /** it has had its value since step 0, and that value is not zero: initial data */
  | { readonly kind: 'initial' }
  /** it has been zero all along */
  | { readonly kind: 'never' }
  /** before `firstStep`, where history was dropped */
  | { readonly kind: 'dropped' };
