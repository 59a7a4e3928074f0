// Reads the record of one segment: takes the slots, computes what follows from them, tells the accesses.
import { OP } from '../../code/instructionCodes.ts';
import type { AccessVisitor } from '../accessVisitor.ts';
import type { Site } from '../sites.ts';
import { evaluate, highHalf } from './numericInstructions.ts';
import type { Capture, LoopLocal, PlannedAccess } from './segments.ts';
import { KIND, type SymbolicValues, TYPE, WIDTHS } from './symbolicValues.ts';

/** A function's values at a moment of reading: two halves each; for a v128 `low` is the offset of its bytes in the log. */
export interface Numbers {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** An access with its site. */
export interface ReadableAccess extends PlannedAccess {
  readonly site: Site;
}

const bytes = new Uint8Array(16);
const bytesOf = new Map<number, Uint8Array>([1, 2, 4, 8, 16].map(width => [width, bytes.subarray(0, width)]));
const view = new DataView(bytes.buffer);

export class SegmentReader {
  /** Pure values in an order in which each follows from those before it. */
  private readonly steps: readonly number[];

  constructor(
    private readonly values: SymbolicValues,
    private readonly numbers: Numbers,
    private readonly captures: readonly Capture[],
    readonly accesses: readonly ReadableAccess[],
    captured: ReadonlySet<number>,
    private readonly locals: readonly LoopLocal[],
  ) {
    const steps: number[] = [];
    const seen = new Set<number>();
    const visit = (value: number): void => {
      if (value === -1 || seen.has(value) || values.kind[value] !== KIND.pure || captured.has(value)) return;
      seen.add(value);
      visit(values.a[value]);
      visit(values.b[value]);
      visit(values.c[value]);
      steps.push(value);
    };
    for (const { address, value } of accesses) {
      visit(address);
      visit(value);
    }
    for (const { next } of locals) visit(next);
    this.steps = steps;
  }

  /** Takes the slots of the record at an offset of the log. */
  take(log: DataView, at: number): void {
    for (const { value, type, width, offset } of this.captures) this.numbersAt(log, at + offset, value, type, width);
  }

  /** Takes what the locals of a loop hold at its entry. */
  takeLocals(log: DataView, at: number): void {
    for (const { value, type, offset } of this.locals) this.numbersAt(log, at + offset, value, type, WIDTHS[type]);
  }

  /** Computes what follows from the slots. */
  compute(): void {
    const { low, high } = this.numbers;
    const { operation, a, b, c } = this.values;
    for (const value of this.steps) {
      const op = operation[value];
      if (op === OP.select) {
        const taken = low[c[value]] !== 0 ? a[value] : b[value];
        low[value] = low[taken];
        high[value] = high[taken];
      } else {
        const second = b[value] === -1 ? a[value] : b[value];
        low[value] = evaluate(op, low[a[value]], high[a[value]], low[second], high[second]);
        high[value] = highHalf;
      }
    }
  }

  /** Tells the accesses up to an index. */
  tell(log: DataView, count: number, visitor: AccessVisitor): void {
    for (let i = 0; i < count; i++) {
      const { recorded, site, address, value } = this.accesses[i];
      if (!recorded) continue;
      const at = (this.numbers.low[address] >>> 0) + site.memoryOffset;
      if (value === -1) visitor.load(site, at);
      else visitor.store(site, at, this.bytesOf(log, value, site.width));
    }
  }

  /** Goes on to the loop's next iteration. */
  step(): void {
    const { low, high } = this.numbers;
    const next = this.locals.map(local => (local.next === -1 ? local.value : local.next));
    const lows = next.map(value => low[value]);
    const highs = next.map(value => high[value]);
    for (const [index, { value }] of this.locals.entries()) {
      low[value] = lows[index];
      high[value] = highs[index];
    }
  }

  /** Address behind the last byte of the access at an index, as computed last. */
  endOf(index: number): number {
    const { address, site } = this.accesses[index];
    return (this.numbers.low[address] >>> 0) + site.memoryOffset + site.width;
  }

  /** Whether memory holds what the stores computed last have written. */
  isIn(log: DataView, memory: Uint8Array): boolean {
    return this.accesses.every(({ value, site }, index) => {
      if (value === -1) return true;
      const start = this.endOf(index) - site.width;
      return this.bytesOf(log, value, site.width).every((byte, i) => memory[start + i] === byte);
    });
  }

  private bytesOf(log: DataView, value: number, width: number): Uint8Array {
    const result = bytesOf.get(width);
    if (!result) throw new RangeError(`no access has ${width} bytes`);
    if (this.values.type[value] === TYPE.v128) {
      const start = this.numbers.low[value];
      for (let i = 0; i < width; i++) result[i] = log.getUint8(start + i);
    } else {
      view.setInt32(0, this.numbers.low[value], true);
      view.setInt32(4, this.numbers.high[value], true);
    }
    return result;
  }

  private numbersAt(log: DataView, at: number, value: number, type: number, width: number): void {
    const { low, high } = this.numbers;
    if (type === TYPE.v128) low[value] = at;
    else if (width === 1) low[value] = log.getUint8(at);
    else if (width === 2) low[value] = log.getUint16(at, true);
    else low[value] = log.getInt32(at, true);
    if (width === 8) high[value] = log.getInt32(at + 4, true);
  }
}
