// How the accesses of a module are recorded: decided where the module is rewritten, and needed where its log is read.
import type { RecordLevel } from './run.ts';

/** A level at which single accesses are recorded. */
export type AccessLevel = Exclude<RecordLevel, 'calls'>;

/** `simple`: one record an access, the reference; `compact`: the same accesses in fewer bytes and less time. */
export type LogKind = 'simple' | 'compact';

/** What a log does not tell of a module. */
export interface Unrecorded {
  /** Number of instructions that access another memory, and leave memory 0 as it is. */
  readonly otherMemories: number;
  /** Number of instructions that copy from another memory into memory 0: the log does not hold the bytes. */
  readonly copiesFromOthers: number;
  /** Indices of the functions that are left as they are, since with their records they would be past the limits of engines. */
  readonly functions: readonly number[];
}

/**
 * With the module, all that is needed to read its log. Functions are counted in the order of the code section; each table has
 * one entry more, for what lies behind the last of them.
 */
export interface RecordingPlan {
  readonly level: AccessLevel;
  readonly log: LogKind;
  /** Records have numbers by their module. Those of its entries and tellers come first, where it has some; this is the one before those of its code. */
  readonly numbersBefore: number;
  /** Whether the module has entries or tellers, see `entries.ts`. */
  readonly hasEntries: boolean;
  /** Indices of the functions that have tellers, ascending. */
  readonly told: readonly number[];
  /** Number of the first access instruction (site) of each function. */
  readonly firstSites: Uint32Array;
  /** Number of the last record of the compact log before each function. */
  readonly segmentsBefore: Uint32Array;
  /** What a call of each function does to the compact log, by function index (imports first); empty for the simple one. */
  readonly effects: Int32Array;
  readonly unrecorded: Unrecorded;
  /** Whether the log tells of every write to memory 0. */
  readonly isWhole: boolean;
}
