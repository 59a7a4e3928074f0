import type { AccessVisitor } from './accessVisitor.ts';

/** Where a guest was stopped in the middle of its code. */
export interface Stop {
  /** Byte offset in the original file of the instruction that trapped; null where the guest was ended from outside. */
  readonly offset: number | null;
  /** Size of memory 0 in bytes at that moment. */
  readonly memoryBytes: number;
  /** For a guest that was ended from outside: memory 0 at that moment. */
  readonly memory?: Uint8Array;
}

/** Reads a log back into accesses. */
export interface LogDecoder {
  /**
   * Tells the accesses of a piece of log in their order.
   * @param log from the start of the log; zeros end it
   * @param stop given where the guest was stopped, so that the last record may be of code that did not come to its end
   */
  decode(log: DataView, visitor: AccessVisitor, stop: Stop | null): void;
}
