import type { FunctionBody } from './functionBody.ts';
import type { FunctionWriter } from './functionWriter.ts';

/** How many there are so far, in the order of the file. */
export interface Numbers {
  /** Sites: the next one has this number. */
  site: number;
  /** Segments of the compact log: the last one has this number. */
  segment: number;
}

/** A kind of log, as the rewriter sees it. */
export interface FunctionRecorder {
  /**
   * Writes a function's instructions with what records its accesses.
   * @param numbers those before the function; those behind it afterwards
   */
  record(writer: FunctionWriter, body: FunctionBody, numbers: Numbers): void;
}

/** The code section of a recorded module. */
export interface RecordedCode {
  /** Offsets in the section's contents of each function's first instruction. */
  readonly starts: Uint32Array;
  /** Number of each function's first site; behind the last the number of sites. */
  readonly firstSites: Uint32Array;
  /** Number of the last segment before each function; behind the last the number of segments. */
  readonly segmentsBefore: Uint32Array;
}
