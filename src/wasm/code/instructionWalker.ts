// Walks over the instructions of an expression: one object for all instructions, no allocation on the way, since a large
// module has millions of them.
import { WasmFormatError } from '../errors.ts';
import { REF, REF_NULL } from '../types.ts';
import { MEMORY_INDEX_FOLLOWS, PREFIX_ATOMIC, PREFIX_GC, prefixed, slotOf } from './instructionCodes.ts';
import { IMMEDIATES, IMMEDIATES_OF } from './instructions.ts';

/** No instruction has this sub-opcode: numbers behind it do not fit into the number of an instruction. */
const NO_SUB_OPCODE = 0xfff;

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
    if (opcode < PREFIX_GC || opcode > PREFIX_ATOMIC) {
      this.code = opcode;
      const kind = IMMEDIATES_OF[opcode];
      if (kind === IMMEDIATES.u32) this.first = this.u32();
      else if (kind === IMMEDIATES.memoryArgument) this.memoryArgument();
      else if (kind !== IMMEDIATES.none) this.immediates(kind);
    } else {
      const sub = this.u32();
      this.code = prefixed(opcode, Math.min(sub, NO_SUB_OPCODE));
      this.immediates(IMMEDIATES_OF[slotOf(this.code)] ?? IMMEDIATES.unknown);
    }
    if (this.offset > this.limit) {
      throw new WasmFormatError('malformed', 'an instruction runs past the end of its function', start);
    }
    return true;
  }

  private immediates(kind: number): void {
    switch (kind) {
      case IMMEDIATES.none:
        return;
      case IMMEDIATES.u32:
        this.first = this.u32();
        return;
      case IMMEDIATES.u32u32:
        this.first = this.u32();
        this.second = this.u32();
        return;
      case IMMEDIATES.s32:
        this.first = this.s32();
        return;
      case IMMEDIATES.s64:
      case IMMEDIATES.heapType:
        this.skipInteger();
        return;
      case IMMEDIATES.f32:
        this.offset += 4;
        return;
      case IMMEDIATES.f64:
        this.offset += 8;
        return;
      case IMMEDIATES.memoryArgument:
        this.memoryArgument();
        return;
      case IMMEDIATES.memoryArgumentLane:
        this.memoryArgument();
        this.second = this.bytes[this.offset++];
        return;
      case IMMEDIATES.lane:
        this.offset++;
        return;
      case IMMEDIATES.bytes16:
        this.offset += 16;
        return;
      case IMMEDIATES.blockType:
        this.skipType();
        return;
      case IMMEDIATES.valueTypes:
        for (let count = this.u32(); count > 0 && this.offset < this.limit; count--) this.skipType();
        return;
      case IMMEDIATES.labels: {
        this.labels.length = 0;
        const count = this.u32();
        for (let i = 0; i <= count && this.offset < this.limit; i++) this.labels.push(this.u32());
        return;
      }
      case IMMEDIATES.catches:
        this.catches();
        return;
      case IMMEDIATES.castBranch:
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
    this.first = this.u64();
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

  /** Unsigned LEB128 of at most 32 bits. */
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

  /** Unsigned LEB128 of at most 64 bits; rounded from 2^53 on. */
  private u64(): number {
    const { bytes } = this;
    let byte = bytes[this.offset++];
    let result = byte & 0x7f;
    for (let scale = 128; byte & 0x80; scale *= 128) {
      byte = bytes[this.offset++];
      result += (byte & 0x7f) * scale;
    }
    return result;
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
