import { MAX_MEMORY_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
// What rewriter, host and decoder agree on about the log.

/**
 * What a rewritten module imports beside its own imports. The module name has a number behind it where imports of the
 * module's own have that name.
 */
export const ADDED_IMPORTS = {
  module: 'wasm-shared-memory',
  /** memory 0, where the module defined it */
  memory: 'memory',
  /** shared memory of one chunk or more */
  log: 'log',
  /** mutable i32 global: byte offset in the log where the next record goes */
  position: 'log-position',
  /** mutable i32 global: whose code runs, see `entries.ts`; imported by a module with entries, as are the next two */
  frame: 'frame',
  /** i32 global: number of the instance */
  instance: 'instance',
  /** mutable i32 global that all instances of a log share: where the stack pointer of whose code runs stands; 0 where that is not known */
  outer: 'outer-stack',
  /** mutable i32 global: what the stack pointer was set to last; imported by a module of which that is known, as is the next */
  stack: 'stack',
  /** mutable i32 global: the lowest address that the stack pointer was set to */
  lowest: 'lowest',
  /** function `() -> ()`, called when a chunk is nearly full: sets the position to the start of another one, which is zero */
  flush: 'log-flush',
  /** a memory of marks, see `checkedAccess.ts`; imported by an exact module, as is the next */
  marks: 'marks',
  /** function `(address, size, writes, position, round, site) -> ()`, called before bytes are accessed whose part has no mark */
  come: 'come',
} as const;

/** What an exact module finds in the memory of marks for a part, beside 0. */
export const MARK = {
  /** it and the next part were compared since the host ran last */
  seen: 1,
  /** the same, and guests may have stored to them since */
  stored: 2,
} as const;

/**
 * Parts of so many bytes have a mark each, in an exact module. Smaller ones take less to compare where host and guest take turns often, larger ones
 * are fewer: sql.js takes the least time at 512 and 1024.
 */
export const MARKED_BYTES = 1024;
/** Size of the memory of marks: a byte for each part of 4 GiB. */
export const MARKS_PAGES = MAX_MEMORY_BYTES / MARKED_BYTES / WASM_PAGE_BYTES;

/** For {@link ADDED_IMPORTS.come}: the position of the log is the one in the global. */
export const POSITION_IN_GLOBAL = -1;
/** For {@link ADDED_IMPORTS.come}: no record is begun; what happened so far stands before the position. */
export const BEFORE_RECORD = -1;

/**
 * The log is written in chunks of this many bytes, each at a multiple of it; no record reaches over a border. A power of two,
 * so that code can tell from the position alone when a chunk is full.
 */
export const CHUNK_BYTES = 1 << 20;

/** Code looks at the position at certain places only; what it may write in between. */
export const CHUNK_SLACK = 65_536;
/** Past this position in its chunk the log is flushed. */
export const CHUNK_LIMIT = CHUNK_BYTES - CHUNK_SLACK;

/** No record is longer. */
export const MAX_RECORD_BYTES = 8192;
