// Walks over the instructions of an expression: one object for all instructions, no allocation on the way, since a large
// module has millions of them.
import { WasmFormatError } from '../errors.ts';
import { IMMEDIATE, PLAIN_IMMEDIATES, PREFIXED_IMMEDIATES } from './immediates.ts';
import { prefixed } from './instructionCodes.ts';

const MEMORY_INDEX_FOLLOWS = 0x40;
const REF_NULL = 0x63;
const REF = 0x64;

/**
 * A cursor over instructions. After {@link next} the fields describe the instruction passed over. The code must be valid
 * (an engine validated it): the walker refuses what it can't read, and does not check more.
 */
export class InstructionWalker {
  /** Number of the instruction, see `instructionCodes.ts`. */
  code = 0;
  /** Byte offset in the file where the instruction starts; it ends at {@link offset}. */
  start = 0;
  /**
   * The first immediate: an index, a label, an i32 constant (signed), a memory offset. Of `try_table`, `select t` and
   * `ref.null` nothing.
   */
  first = 0;
  /** The second immediate: an index, or a lane. */
  second = 0;
  /** Memory index of an instruction with a memory argument. */
  memory = 0;
  /** Log2 of the alignment of an instruction with a memory argument. */
  align = 0;
  /** Byte offset of the memory offset's encoding in an instruction with a memory argument. */
  memoryOffsetStart = 0;
  /** Labels of `br_table` (the default last) and of the clauses of `try_table`. */
  readonly labels: number[] = [];
  offset: number;

  /** @param bytes the whole file, so that offsets are those of the file */
  constructor(
    readonly bytes: Uint8Array,
    offset: number,
    readonly limit: number,
  ) {
    this.offset = offset;
  }

  /**
   * Passes over one instruction.
   * @returns false at the end of the range
   * @throws WasmFormatError for an unknown opcode, or where the range ends inside the instruction
   */
  next(): boolean {
    const start = this.offset;
    if (start >= this.limit) return false;
    this.start = start;
    const opcode = this.bytes[this.offset++];
    const immediates = PREFIXED_IMMEDIATES[opcode];
    if (immediates === null) {
      this.code = opcode;
      const kind = PLAIN_IMMEDIATES[opcode];
      if (kind === IMMEDIATE.u32) this.first = this.u32();
      else if (kind === IMMEDIATE.memory) this.memoryArgument();
      else if (kind !== IMMEDIATE.none) this.immediates(kind);
    } else {
      const sub = this.u32();
      this.code = prefixed(opcode, sub);
      this.immediates(immediates[sub] ?? IMMEDIATE.unknown);
    }
    if (this.offset > this.limit) {
      throw new WasmFormatError('malformed', 'an instruction runs past the end of its function', start);
    }
    return true;
  }

  private immediates(kind: number): void {
    switch (kind) {
      case IMMEDIATE.none:
        return;
      case IMMEDIATE.u32:
        this.first = this.u32();
        return;
      case IMMEDIATE.u32u32:
        this.first = this.u32();
        this.second = this.u32();
        return;
      case IMMEDIATE.s32:
        this.first = this.s32();
        return;
      case IMMEDIATE.s64:
      case IMMEDIATE.heapType:
        this.skipInteger();
        return;
      case IMMEDIATE.f32:
        this.offset += 4;
        return;
      case IMMEDIATE.f64:
        this.offset += 8;
        return;
      case IMMEDIATE.memory:
        this.memoryArgument();
        return;
      case IMMEDIATE.memoryLane:
        this.memoryArgument();
        this.second = this.bytes[this.offset++];
        return;
      case IMMEDIATE.lane:
        this.offset++;
        return;
      case IMMEDIATE.bytes16:
        this.offset += 16;
        return;
      case IMMEDIATE.blockType:
        this.skipType();
        return;
      case IMMEDIATE.valueTypes:
        for (let count = this.u32(); count > 0; count--) this.skipType();
        return;
      case IMMEDIATE.labels: {
        this.labels.length = 0;
        const count = this.u32();
        for (let i = 0; i <= count && this.offset < this.limit; i++) this.labels.push(this.u32());
        return;
      }
      case IMMEDIATE.catches:
        this.catches();
        return;
      case IMMEDIATE.castBranch:
        this.offset++;
        this.first = this.u32();
        this.skipInteger();
        this.skipInteger();
        return;
      default:
        throw new WasmFormatError('malformed', `unknown instruction 0x${this.code.toString(16)}`, this.start);
    }
  }

  private memoryArgument(): void {
    const flags = this.u32();
    this.memory = flags & MEMORY_INDEX_FOLLOWS ? this.u32() : 0;
    this.align = flags & ~MEMORY_INDEX_FOLLOWS;
    this.memoryOffsetStart = this.offset;
    this.first = this.u32();
  }

  private catches(): void {
    this.skipType();
    this.labels.length = 0;
    for (let count = this.u32(); count > 0 && this.offset < this.limit; count--) {
      const kind = this.bytes[this.offset++];
      if (kind < 2) this.skipInteger(); // catch, catch_ref: the tag
      this.labels.push(this.u32());
    }
  }

  /** A value type or block type: one integer, or a reference marker and a heap type. */
  skipType(): void {
    const code = this.bytes[this.offset];
    this.skipInteger();
    if (code === REF_NULL || code === REF) this.skipInteger();
  }

  private skipInteger(): void {
    // Past the end of the file a byte is undefined, which ends the loop; next() sees that the range was left.
    while (this.bytes[this.offset++] & 0x80);
  }

  /** Unsigned LEB128; more than 32 bits (a 64-bit memory's offset) lose their upper part. */
  u32(): number {
    const { bytes } = this;
    let byte = bytes[this.offset++];
    if (byte < 0x80) return byte;
    let result = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[this.offset++];
      if (shift < 32) result |= (byte & 0x7f) << shift;
    }
    return result >>> 0;
  }

  private s32(): number {
    const { bytes } = this;
    let byte = bytes[this.offset++];
    let result = byte & 0x7f;
    let shift = 7;
    for (; byte & 0x80; shift += 7) {
      byte = bytes[this.offset++];
      result |= (byte & 0x7f) << shift;
    }
    return shift < 32 && byte & 0x40 ? result | (-1 << shift) : result | 0;
  }
}
