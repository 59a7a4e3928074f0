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
  | 'placeholder'
  /** whatever the recorded program gave */
  | 'program';

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
  /** Position in the run, counted from 1. */
  readonly index: number;
  /** Memory before the call, and after it; the same where nothing was recorded in between. */
  readonly stepBefore: Step;
  readonly step: Step;
  /** Accesses recorded in the call; 0 where accesses are not recorded. */
  readonly accesses: number;
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
  /** When the export was entered: nanoseconds since the run began. */
  readonly startNs: number;
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
  // An exported recording can't be opened.
  | 'bad-recording'
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
  readonly record: RecordLevel;
  /** Why accesses are not recorded although they were asked for, in one sentence; null otherwise. */
  readonly recordNote: string | null;
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
  /** Bytes that the write that made this step changed, as flat pairs `start, end` (end exclusive) of offsets into the page. */
  readonly changed: readonly number[];
  /** {@link OWNER_CODE} of each byte; null where nobody ever wrote to the page, or owners are not recorded. */
  readonly owners: Uint8Array | null;
}

/** What of a guest's accesses is recorded: nothing, what changes memory, or what reads it too. */
export type RecordLevel = 'calls' | 'stores' | 'all';

/** Who last wrote a byte. */
export type Owner =
  | { readonly kind: 'instance'; readonly instance: number }
  /** a host import, or the user's edit */
  | { readonly kind: 'host' }
  /** the byte changed, and no record says why */
  | { readonly kind: 'unrecorded' }
  /** what data segments and start functions put there before step 0 */
  | { readonly kind: 'initial' }
  | { readonly kind: 'never' };

/** An owner as one byte: `firstInstance + i` is instance `#i`. */
export const OWNER_CODE = { never: 0, initial: 1, host: 2, unrecorded: 3, firstInstance: 4 } as const;

/** The instruction that accessed memory, in the terms of the user's file. */
export interface SiteView {
  readonly function: string;
  readonly functionIndex: number;
  /** Byte offset of the instruction in the file, and from the start of its function's body. */
  readonly offset: number;
  readonly functionOffset: number;
  /** As the text format writes it: `i32.store8`. */
  readonly instruction: string;
}

interface AccessBase {
  /** Number of the access in the recording, from 0. */
  readonly access: number;
  /** The step that a write makes; for a load the step at which it read. */
  readonly step: Step;
  /** {@link CallRecord.index} of the call it belongs to; null for one between calls. */
  readonly call: number | null;
  readonly owner: Owner;
  /** Null where no instruction is known (host, unrecorded). */
  readonly site: SiteView | null;
}

/** Bytes of a long access that are told. */
export const TOLD_BYTES = 64;

export interface WriteView extends AccessBase {
  readonly kind: 'write';
  readonly address: Address;
  /** Bytes written. */
  readonly length: number;
  /** What was there and what is there since: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface ReadView extends AccessBase {
  readonly kind: 'read';
  readonly address: Address;
  readonly length: number;
  /** What was read: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly value: Uint8Array;
}

export interface GrowView extends AccessBase {
  readonly kind: 'grow';
  /** Pages of 64 KiB added. */
  readonly pages: number;
  /** Size of the memory since, in bytes. */
  readonly memoryBytes: number;
}

export type AccessView = WriteView | ReadView | GrowView;

/** What one step is. */
export interface StepView {
  readonly step: Step;
  /** Size of the memory at the step, in bytes. */
  readonly memoryBytes: number;
  /** What made the step; null for step 0. */
  readonly access: WriteView | GrowView | null;
}

/** One page of 4 KiB in the overview of memory. */
export interface PageSummary {
  readonly page: PageIndex;
  /** {@link OWNER_CODE} of most of its bytes that have an owner. */
  readonly owner: number;
  /** Writes to it up to the step. */
  readonly writes: number;
}

/** Who last changed a byte, seen from one step. */
export type LastChange =
  /** a recorded write */
  | { readonly kind: 'write'; readonly write: WriteView }
  /** the call with this index (see {@link CallRecord.index}) */
  | { readonly kind: 'call'; readonly index: number }
  /** it has had its value since step 0, and that value is not zero: initial data */
  | { readonly kind: 'initial' }
  /** it has been zero all along */
  | { readonly kind: 'never' }
  /** before `firstStep`, where history was dropped */
  | { readonly kind: 'dropped' };
