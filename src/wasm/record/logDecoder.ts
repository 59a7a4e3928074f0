import type { FoundWrite } from '../../protocol/recording.ts';
import type { RecordingPlan } from '../../protocol/recordingPlan.ts';
import type { Module } from '../module.ts';
import type { LogVisitor } from './accessVisitor.ts';
import type { Sites } from './sites.ts';

/** Where a guest was stopped in the middle of its code. */
export interface Stop {
  /** Byte offset in the original file of the instruction that trapped; null where the guest was ended from outside. */
  readonly offset: number | null;
  /** Index of that file's module among those that were added to the decoder. */
  readonly module: number;
  /** Size of memory 0 in bytes at that moment. */
  readonly memoryBytes: number;
  /** For a guest that was ended from outside: memory 0 at that moment. */
  readonly memory?: Uint8Array;
  /** Told where memory does not say how often a loop that was ended had gone round, so that less is told than happened. */
  readonly toldShort?: () => void;
}

/** Accesses that are told between two pauses, about. */
export const ACCESSES_BETWEEN_PAUSES = 2 ** 17;
/** The same for the iterations of a loop that one record stands for: mostly, one has few accesses. */
export const ITERATIONS_BETWEEN_PAUSES = 2 ** 16;

/** Reads a log back into accesses, and into calls between instances. */
export interface LogDecoder {
  /** One more module of which records may be met. */
  add(module: Module, plan: RecordingPlan, sites: Sites): void;

  /**
   * Tells the accesses of a piece of log in their order, and pauses now and then, so that who has something else to do can do
   * it: a few bytes may tell of billions of accesses. No other piece may be decoded in a pause.
   * @param log from the start of the log; zeros end it
   * @param found what the host was found to have written meanwhile
   * @param stop given where the guest was stopped, so that the last record may be of code that did not come to its end
   */
  decode(log: DataView, visitor: LogVisitor, stop: Stop | null, found: readonly FoundWrite[]): Generator<void>;
}
