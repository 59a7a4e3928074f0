import type { FunctionBody } from './functionBody.ts';
import type { FunctionWriter } from './functionWriter.ts';

/** A kind of log, as the rewriter sees it. */
export interface FunctionRecorder {
  /**
   * Writes a function's instructions with what records its accesses.
   * @param firstSite number of the function's first site
   * @returns the number of the function's sites
   */
  record(writer: FunctionWriter, bytes: Uint8Array, body: FunctionBody, firstSite: number): number;
}

/** The code section of a recorded module. */
export interface RecordedCode {
  readonly contents: Uint8Array;
  /** Offsets in the contents of each function's first instruction. */
  readonly starts: Uint32Array;
  /** Number of each function's first site; behind the last the number of sites. */
  readonly firstSites: Uint32Array;
}
