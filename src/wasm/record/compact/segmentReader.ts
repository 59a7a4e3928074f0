// Reads the record of one segment: takes the slots, computes what follows from them, tells the accesses.
import { TYPE } from '../../code/numberTypes.ts';
import type { AccessVisitor, PointerSource, StoppedAccess } from '../accessVisitor.ts';
import type { Site } from '../sites.ts';
import { Computation, type Numbers } from './computation.ts';
import type { Capture, LoopLocal, PlannedAccess } from './segments.ts';
import { type SymbolicValues, WIDTHS } from './symbolicValues.ts';

/** An access with its site. */
export interface ReadableAccess extends PlannedAccess {
  readonly site: Site;
  /** Where its address comes from. */
  readonly source: PointerSource;
}

const scratch = new Uint8Array(16);
const scratchView = new DataView(scratch.buffer);
/** The start of the scratch bytes, by how many. */
const scratchOf = new Map([1, 2, 4, 8, 16].map(width => [width, scratch.subarray(0, width)]));

/** An access as it is told. */
interface ToldAccess {
  readonly recorded: boolean;
  readonly site: Site;
  readonly address: number;
  /** Whether the address has 64 bits. Of an access that was made the upper ones are zero. */
  readonly isWide: boolean;
  readonly memoryOffset: number;
  /** -1 for a load. */
  readonly value: number;
  /** Whether the bytes stored stand in the log. */
  readonly isVector: boolean;
  /** Where the bytes stored are put for the visitor. */
  readonly bytes: Uint8Array;
}

export class SegmentReader {
  private readonly computation: Computation;
  private readonly told: readonly ToldAccess[];
  /** Values that a loop's locals take over in its next iteration, from `sources` to `targets`, by way of the halves. */
  private readonly sources: Int32Array;
  private readonly targets: Int32Array;
  private readonly lows: Int32Array;
  private readonly highs: Int32Array;

  constructor(
    values: SymbolicValues,
    private readonly numbers: Numbers,
    private readonly captures: readonly Capture[],
    readonly accesses: readonly ReadableAccess[],
    captured: ReadonlySet<number>,
    private readonly locals: readonly LoopLocal[],
  ) {
    const changing = locals.filter(({ next }) => next !== -1);
    const wanted = [...accesses.flatMap(({ address, value }) => [address, value]), ...changing.map(({ next }) => next)];
    this.computation = new Computation(values, wanted, captured);
    this.told = accesses.map(({ recorded, site, address, value }) => {
      const isVector = value !== -1 && values.type[value] === TYPE.v128;
      return {
        recorded,
        site,
        address,
        isWide: values.type[address] === TYPE.i64,
        memoryOffset: site.memoryOffset,
        value,
        isVector,
        bytes: scratchBytes(site.width),
      };
    });
    this.sources = Int32Array.from(changing, ({ next }) => next);
    this.targets = Int32Array.from(changing, ({ value }) => value);
    this.lows = new Int32Array(changing.length);
    this.highs = new Int32Array(changing.length);
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
    this.computation.run(this.numbers);
  }

  /** Tells the accesses before an index. */
  tell(log: DataView, end: number, visitor: AccessVisitor): void {
    const { told } = this;
    const { low } = this.numbers;
    for (let i = 0; i < end; i++) {
      const access = told[i];
      if (!access.recorded) continue;
      const at = (low[access.address] >>> 0) + access.memoryOffset;
      if (access.value === -1) visitor.load(access.site, at);
      else visitor.store(access.site, at, this.bytesOf(log, access));
    }
  }

  /** Tells iterations of a loop that can be computed, and goes on to the one behind them. */
  tellIterations(log: DataView, count: number, visitor: AccessVisitor): void {
    for (let i = 0; i < count; i++) {
      this.compute();
      this.tell(log, this.told.length, visitor);
      this.step();
    }
  }

  /** Goes on to the loop's next iteration. */
  step(): void {
    const { sources, targets, lows, highs } = this;
    const { low, high } = this.numbers;
    // All are read before one is written: a local may take over what another held.
    for (let i = 0; i < sources.length; i++) {
      lows[i] = low[sources[i]];
      highs[i] = high[sources[i]];
    }
    for (let i = 0; i < targets.length; i++) {
      low[targets[i]] = lows[i];
      high[targets[i]] = highs[i];
    }
  }

  /** Address behind the last byte of the access at an index, as computed last. */
  endOf(index: number): number {
    const { address, isWide, memoryOffset, site } = this.told[index];
    const { low, high } = this.numbers;
    return (isWide ? (high[address] >>> 0) * 2 ** 32 : 0) + (low[address] >>> 0) + memoryOffset + site.width;
  }

  /** The access at an index, which was not made, as computed last. */
  stopped(index: number): StoppedAccess {
    const { site, source } = this.accesses[index];
    const { address, isWide } = this.told[index];
    const { low, high } = this.numbers;
    const upper = isWide ? BigInt(high[address] >>> 0) << 32n : 0n;
    return { site, operand: upper + BigInt(low[address] >>> 0), bulk: null, source };
  }

  /** For each access the address behind its last byte, as computed last. */
  ends(): number[] {
    return this.accesses.map((_, index) => this.endOf(index));
  }

  /** Whether all accesses computed last lie in a memory of so many bytes. */
  isWithin(memoryBytes: number): boolean {
    for (let i = 0; i < this.accesses.length; i++) if (this.endOf(i) > memoryBytes) return false;
    return true;
  }

  /** Whether memory holds what the stores computed last have written. */
  isIn(log: DataView, memory: Uint8Array): boolean {
    for (let i = 0; i < this.told.length; i++) {
      const access = this.told[i];
      if (access.value === -1) continue;
      const bytes = this.bytesOf(log, access);
      const start = this.endOf(i) - bytes.length;
      for (let k = 0; k < bytes.length; k++) if (memory[start + k] !== bytes[k]) return false;
    }
    return true;
  }

  /** The bytes that an access stores; valid until they are asked for again. */
  private bytesOf(log: DataView, { value, isVector, bytes }: ToldAccess): Uint8Array {
    const { low, high } = this.numbers;
    if (isVector) {
      const start = low[value];
      for (let i = 0; i < bytes.length; i++) bytes[i] = log.getUint8(start + i);
    } else {
      scratchView.setInt32(0, low[value], true);
      if (bytes.length > 4) scratchView.setInt32(4, high[value], true);
    }
    return bytes;
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

function scratchBytes(width: number): Uint8Array {
  const bytes = scratchOf.get(width);
  if (!bytes) throw new RangeError(`no access has ${width} bytes`);
  return bytes;
}
