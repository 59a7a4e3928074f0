import type { RecordLevel } from '../../protocol/run.ts';
import type { FunctionBody } from './functionBody.ts';
import type { FunctionWriter } from './functionWriter.ts';

/** How many there are so far, in the order of the file. */
export interface Numbers {
  /** Sites: the next one has this number. */
  site: number;
  /** Records of the compact log: the last one has this number. */
  segment: number;
}

/** How a log writes the numbers of records. */
export interface RecordNumbers {
  readonly bytes: (number: number) => number;
  readonly encoded: (number: number) => number;
}

/** A kind of log, as the rewriter sees it. */
export interface FunctionRecorder {
  readonly numbers: RecordNumbers;
  /** Whether a function that it recorded has `try_table`. */
  readonly hasTryTable: boolean;
  /** What a call of each function does to the log, as `RecordingPlan` has it. */
  readonly effects: Int32Array;
  /**
   * Writes a function's instructions with what records its accesses.
   * @param numbers those before the function; those behind it afterwards
   * @param level `calls`: without what records them
   */
  record(writer: FunctionWriter, body: FunctionBody, numbers: Numbers, level: RecordLevel): void;
}
