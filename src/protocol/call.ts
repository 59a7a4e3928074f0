// Calls of a run, as the panel, the terminal and JSON have them.
import type { OutOfBounds } from './outOfBounds.ts';
import type { RowChoice } from './traceRow.ts';
import type { Step } from './units.ts';

/** A WebAssembly value as JSON can hold it: i64 as a decimal string, non-finite floats as 'NaN', 'Infinity', '-Infinity'. */
export type WasmValue = number | string;

/** One frame of a trap's WebAssembly stack, innermost first. Offsets are those of the file the user has, not of the rewritten one. */
export interface StackFrame {
  /** Index of its module in the run. */
  readonly module: number;
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
  /** Where an access lay outside memory: which, as far as the recording tells. Absent for other traps, and at level `calls`. */
  readonly outOfBounds?: OutOfBounds;
}

/** How a call ended: it returned, it trapped, or the run was ended while it was under way. */
export type CallEnd = 'returned' | 'trapped' | 'stopped';

/** The value at the run's watched address around a call. */
export interface WatchedValue {
  /** Null where no value lay there before the call (the address was not known, or was outside memory). */
  readonly before: number | null;
  readonly after: number | null;
  /** What the guest said of it: the number at the end of the text it printed last; null where it printed none. */
  readonly printed: number | null;
}

/** How the making of an instance is called in the list of calls. */
export const INSTANTIATION = '(instantiation)';

/** What is known of a call when it begins. */
export interface BegunCall {
  /** Position in the recording, counted from 1, in the order in which calls begin. */
  readonly index: number;
  /** An `instantiation` makes a late instance: its segments and its start function write. */
  readonly kind: 'call' | 'instantiation';
  /** Calls of one thread follow or enclose each other; those of different threads may overlap. */
  readonly thread: number;
  /** The call whose host import made this one (guest → host → guest); null where the host made it by itself. */
  readonly parent: number | null;
  /** How many calls enclose it. */
  readonly depth: number;
  readonly instance: number;
  readonly function: string;
  /** What its module calls it, where the user has given it another name. */
  readonly ownName?: string;
  readonly args: readonly WasmValue[];
  /** When the function was entered: nanoseconds since the run began; null where only guests took part, who have no clock. */
  readonly startNs: number | null;
}

/** What is known of a call when it ends, without what the recording knows of it. */
export interface EndedCall {
  readonly end: CallEnd;
  readonly results: readonly WasmValue[];
  readonly trap: Trap | null;
  /** Time inside the function, in nanoseconds, without what it waited for its recording; null where it is not known. */
  readonly durationNs: number | null;
  /** Size of the memory after the call, in bytes. */
  readonly memoryBytes: number;
  /** Null where nothing is watched. */
  readonly watched: WatchedValue | null;
}

export interface CallRecord extends BegunCall, EndedCall {
  /** Memory before the call, and after it; the same where nothing was recorded in between. */
  readonly stepBefore: Step;
  readonly step: Step;
  /** Accesses recorded in the call, those of the calls in it too; 0 where accesses are not recorded. */
  readonly accesses: number;
  /** What the guest printed during the call, one string a `print`. */
  readonly printed: readonly string[];
  /** Bytes whose value after the call is not the one before. */
  readonly bytesChanged: number;
  /** Pages of 64 KiB by which the memory grew. */
  readonly grownPages: number;
}

/** Whether what the guest printed is not what memory holds. */
export function isDifference(watched: WatchedValue | null): watched is WatchedValue & { readonly printed: number } {
  return watched !== null && watched.printed !== null && watched.printed !== watched.after;
}

/** Which calls to tell. */
export interface CallFilter {
  /** Calls of this instance; null for all. */
  readonly instance: number | null;
  /** Calls of functions whose name has this text in it, in capital or small letters; empty for all. */
  readonly text: string;
  /** Calls that trapped, and calls with a difference; all where neither is set. */
  readonly trapped: boolean;
  readonly differs: boolean;
  /** Which kinds of rows of the trace. */
  readonly rows: RowChoice;
  /** Calls of functions with this name, all of it; absent for all. */
  readonly function?: string;
  /** These calls alone, by {@link CallRecord.index}; absent for all. */
  readonly only?: readonly number[];
  /** Calls in whose function's name this text is, or that took or gave the number that it says, in decimal or hexadecimal; absent for all. */
  readonly search?: string;
  /** Calls of which a part lies in a span; absent for all. */
  readonly span?: Span;
}

/** What a position in a trace is: nanoseconds since the run began, or steps. */
export const AXES = ['time', 'steps'] as const;
export type Axis = (typeof AXES)[number];

/** Part of an axis, both ends included. Of the steps a call has those that were made in it, and one without any the step where it begins. */
export interface Span {
  readonly axis: Axis;
  readonly from: number;
  readonly to: number;
}

export const EVERY_CALL: CallFilter = { instance: null, text: '', trapped: false, differs: false, rows: 'all' };

/** Calls that trapped, as whoever summarises a run asks for them: the first few, and how many there are. */
export const FIRST_TRAPPED = { filter: { ...EVERY_CALL, trapped: true }, from: 0, count: 3 };

/** What can be said of all calls of a function together. */
export const GROUP_ORDERS = ['function', 'calls', 'steps', 'bytes', 'time'] as const;
export type GroupOrder = (typeof GROUP_ORDERS)[number];

/** All calls of a function, those that they made with them; a call that is in another one of the group counts as a call alone. */
export interface CallGroup {
  readonly function: string;
  readonly calls: number;
  readonly trapped: number;
  /** Steps that were made while they were under way. */
  readonly steps: number;
  readonly bytesChanged: number;
  /** Of those whose time is known; null where that of none is. */
  readonly durationNs: number | null;
}

export interface CallGroups {
  /** Number of all groups. */
  readonly total: number;
  readonly groups: readonly CallGroup[];
}

/** Calls of one instance, thread and depth along an axis: one, or small ones that share a column of the drawing. */
export interface TimelineBlock {
  readonly instance: number;
  readonly thread: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  /** {@link CallRecord.index} of the first one. */
  readonly call: number;
  readonly calls: number;
  /** One of them trapped, was stopped, or has a difference. */
  readonly isInTrouble: boolean;
}

export interface CallTimeline {
  /** Of all calls: the axis begins and ends there. */
  readonly extent: { readonly from: number; readonly to: number };
  /** Calls whose place on the axis is not known. */
  readonly untimed: number;
  /** In the order in which their first calls began. */
  readonly blocks: readonly TimelineBlock[];
  /** Where memory grew. */
  readonly growths: readonly number[];
}

/** Part of the calls that a filter lets through. */
export interface CallWindow {
  /** Number of all calls that the filter lets through. */
  readonly total: number;
  readonly calls: readonly CallRecord[];
}

/** Where among the calls a step lies. */
export interface StepCall {
  /** The innermost call that made it; null for the first step, and for one that was made between calls. */
  readonly call: CallRecord | null;
  /** How many calls had ended before the step was made. */
  readonly endedBefore: number;
  /** How many have ended at the step. */
  readonly ended: number;
}

/** A value as an address or a size: unsigned, where it is an i32; an i64 is told as digits. 0 for what is neither. */
export function addressOf(value: WasmValue | undefined): number {
  if (typeof value === 'number') return value >>> 0;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : 0;
}
