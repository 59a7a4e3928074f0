// The records of the compact log. A function's accesses are told by segments of straight code; a segment has a number, and
// its record is that number and slots. What the slots hold is planned from the function's code alone, so that no table needs
// to be kept: who reads a log plans the function again.
import type { AccessInstruction } from '../../code/memoryAccess.ts';
import type { Numbers } from '../recorder.ts';

/** A value that is written into a record. */
export interface Capture {
  readonly value: number;
  /** Type code of the value. */
  readonly type: number;
  /** Bytes written: the low ones of the value. */
  readonly width: number;
  /** Bytes from the start of the record. */
  offset: number;
  /**
   * Where the code gets it: `local` at the start, `result` of an instruction, `local-after` that instruction, or one of the
   * operands of an access, before it.
   */
  readonly source: 'local' | 'result' | 'local-after' | 'address-operand' | 'value-operand';
  /** Index of the instruction (none for `local`). */
  readonly instruction: number;
  /** Index of the local for `local` and `local-after`. */
  readonly local: number;
}

/** An access as a segment tells it. */
export interface PlannedAccess {
  /** Index of the instruction. */
  readonly instruction: number;
  readonly access: AccessInstruction;
  /** Values; -1 where nothing is stored. */
  readonly address: number;
  readonly value: number;
  /** Whether it belongs to the recording, or is only looked at to find where a loop trapped. */
  readonly recorded: boolean;
}

/** A local that a loop's expressions use, and its value in the next iteration. */
export interface LoopLocal {
  readonly local: number;
  readonly type: number;
  /** The value that stands for the local in an iteration, and that of its end (-1 where it does not change). */
  readonly value: number;
  readonly next: number;
  /** Bytes from the start of the record that holds it at the loop's entry. */
  readonly offset: number;
}

export type Segment = {
  /** Instructions from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Bytes of the record, its number included. */
  readonly size: number;
} & (
  | {
      readonly kind: 'straight';
      readonly captures: readonly Capture[];
      readonly accesses: readonly PlannedAccess[];
      /** Values that are written whole, in this record or in those of the chain before. */
      readonly captured: ReadonlySet<number>;
    }
  /** One access with all that is known of it, see `fixedRecord.ts`. */
  | { readonly kind: 'fixed'; readonly access: AccessInstruction }
  /** What a loop starts with; its iterations follow as `iteration` records. */
  | { readonly kind: 'entry'; readonly locals: readonly LoopLocal[] }
  | {
      readonly kind: 'iteration';
      readonly captures: readonly Capture[];
      readonly accesses: readonly PlannedAccess[];
      readonly captured: ReadonlySet<number>;
      readonly locals: readonly LoopLocal[];
    }
  /**
   * A whole loop whose iterations can be computed. Its record has this number while the loop runs, and the next one when it
   * has ended; only then `countOffset` holds the final value of the induction variable, or the number of iterations.
   */
  | {
      readonly kind: 'counted';
      readonly ended: boolean;
      readonly accesses: readonly PlannedAccess[];
      readonly locals: readonly LoopLocal[];
      readonly induction: { readonly local: LoopLocal; readonly step: 1 | -1 } | null;
      readonly countOffset: number;
    }
);

/** Takes the segments of a function, by their numbers. */
export type TakeSegment = (number: number, segment: Segment) => void;

/** Numbers below this are written in two bytes, others in four. */
const SHORT_NUMBERS = 0x8000;

export const numberBytes = (number: number): number => (number < SHORT_NUMBERS ? 2 : 4);

export const nextNumber = (numbers: Numbers): number => ++numbers.segment;

/** Two numbers that are written in the same number of bytes. @returns the first */
export function nextPair(numbers: Numbers): number {
  if (numberBytes(numbers.segment + 1) !== numberBytes(numbers.segment + 2)) numbers.segment++;
  numbers.segment += 2;
  return numbers.segment - 1;
}

/** What is written for a number: the upper bit of the first two bytes says that two more follow. */
export const encodedNumber = (number: number): number =>
  number < SHORT_NUMBERS ? number : ((number >>> 15) << 16) | SHORT_NUMBERS | (number & 0x7fff);

/** Number of the record at an offset of a log; 0 behind the last one. */
export function readNumber(log: DataView, at: number): number {
  const short = log.getUint16(at, true);
  return short < SHORT_NUMBERS ? short : (short & 0x7fff) | (log.getUint16(at + 2, true) << 15);
}
