// What rewriter, host and decoder agree on about the log.

/** The imports that a recorded module takes from the host beside its own. */
export const LOG_IMPORTS = {
  module: 'wasm-shared-memory',
  /** memory of {@link LOG_PAGES} pages, shared */
  log: 'log',
  /** mutable i32 global: byte offset in the log where the next record goes */
  position: 'log-position',
  /** function `() -> ()`, called when the log is nearly full: copies it out, clears it and sets the position back to 0 */
  flush: 'log-flush',
} as const;

/** Size of the log in pages of 64 KiB. It stays in the processor's cache: a larger one is slower. */
export const LOG_PAGES = 16;
export const LOG_BYTES = LOG_PAGES * 65_536;

/** Code looks at the position at certain places only; what it may write in between. */
export const LOG_SLACK = 65_536;
/** Past this position the log is flushed. */
export const LOG_LIMIT = LOG_BYTES - LOG_SLACK;

/** `stores`: what changes memory; `all`: what reads it too. */
export type RecordLevel = 'stores' | 'all';

/** `simple`: one record an access, the reference; `compact`: the same accesses in fewer bytes and less time. */
export type LogKind = 'simple' | 'compact';
