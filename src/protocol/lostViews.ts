// What is told of a program that may write through views of a buffer that growth of memory has cut off.
import type { Step } from './units.ts';

/** Who of the program writes: in calls of an import, or between calls, before those of an export. */
export interface Writer {
  readonly kind: 'import' | 'export';
  readonly instance: number;
  /** `env.read`; the name of the export. */
  readonly name: string;
}

export interface LostViews {
  readonly by: Writer;
  /** Calls in each of which, or before each of which, it wrote: all those for which all of memory was compared. */
  readonly wrote: number;
  /** Calls since, while the program had no view of memory as it is; 0 where it has written again. */
  readonly missed: number;
  /** Size of the buffer that the program had read, in bytes. */
  readonly bytes: number;
  /** Whether the program has read memory's buffer after that. */
  readonly isReadAgain: boolean;
}

/** The same with the first of the calls since: `CallRecord.index` of the call under way (null: none was), and memory after it. */
export interface SeenLostViews extends LostViews {
  readonly call: number | null;
  readonly step: Step;
}
