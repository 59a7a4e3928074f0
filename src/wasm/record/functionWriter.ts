// Writes one function of the recorded module: original instructions with insertions, and the locals that these need.
import { ByteWriter } from '../byteWriter.ts';
import { OP, PREFIX_VECTOR } from '../code/instructionCodes.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import type { NumberType } from '../code/memoryAccess.ts';
import { writeMoved } from './copyInstructions.ts';
import type { FunctionBody } from './functionBody.ts';
import type { Indices } from './indices.ts';
import { CHUNK_BYTES, CHUNK_LIMIT } from './logFormat.ts';

const TYPE_CODES: Readonly<Record<NumberType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const EMPTY_BLOCK = 0x40;
const MEMORY_INDEX_FOLLOWS = 0x40;
/** Log2 of the widths of the stores used on the log; the log is not aligned, and alignment is only a hint. */
const UNALIGNED = 0;

/** The instruction that stores a whole value of a type. */
export const WHOLE_STORE: Readonly<Record<NumberType, number>> = {
  i32: OP.i32Store,
  i64: OP.i64Store,
  f32: OP.f32Store,
  f64: OP.f64Store,
  v128: OP.v128Store,
};

export const TYPE_BYTES: Readonly<Record<NumberType, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

const TYPE_NAMES: readonly NumberType[] = ['i32', 'i64', 'f32', 'f64', 'v128'];

/** What locals of our own hold. */
const ROLES = ['position', 'counter', 'result', 'operand0', 'operand1', 'operand2'] as const;
export type Role = (typeof ROLES)[number];

const NONE = -1;

/** Tells where instructions went: `length` bytes from `original` (offset in the original file) stand at `written`. */
export type MarkRun = (written: number, original: number, length: number) => void;

export class FunctionWriter {
  readonly code = new ByteWriter(1 << 16);
  private readonly added: NumberType[] = [];
  /** By role and type. */
  private readonly temporaries = new Int32Array(ROLES.length * TYPE_NAMES.length).fill(NONE);
  private localCount = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Original instructions from here on are not copied yet. */
  private copied = 0;
  private mark: MarkRun | null = null;

  constructor(private readonly indices: Indices) {}

  /** Starts with a function. */
  begin(bytes: Uint8Array, body: FunctionBody, mark: MarkRun | null): void {
    this.code.clear();
    this.added.length = 0;
    this.temporaries.fill(NONE);
    this.localCount = body.localCount;
    this.bytes = bytes;
    this.copied = body.code;
    this.mark = mark;
  }

  /**
   * Writes the function with its size to `out`.
   * @returns the offset in `out` of its first instruction
   */
  end(out: ByteWriter, body: FunctionBody): number {
    this.copyUntil(body.end);
    const header = new ByteWriter(body.code - body.start + 2 * this.added.length + 16);
    header.u32(body.localGroupCount + this.added.length).copy(this.bytes, body.localGroups, body.code);
    for (const type of this.added) header.byte(1).byte(TYPE_CODES[type]);
    out.u32(header.size + this.code.size);
    out.bytes(header.finish()).bytes(this.code.finish());
    return out.size - this.code.size;
  }

  /** Copies original bytes up to an offset of the file. */
  copyUntil(offset: number): void {
    if (offset <= this.copied) return;
    this.mark?.(this.code.size, this.copied, offset - this.copied);
    this.code.copy(this.bytes, this.copied, offset);
    this.copied = offset;
  }

  /** Writes the instruction at the walker anew, with its indices moved. */
  moved(walker: InstructionWalker): void {
    this.copyUntil(walker.start);
    this.mark?.(this.code.size, walker.start, 1);
    writeMoved(this.code, walker, this.indices);
    this.copied = walker.offset;
  }

  /** Writes the instruction at the walker; all before it must be copied already. */
  instruction(walker: InstructionWalker): void {
    if (this.indices.moves(walker)) this.moved(walker);
    else this.copyUntil(walker.offset);
  }

  /** A local of our own: the same one for the same type and role. */
  local(type: NumberType, role: Role): number {
    const key = ROLES.indexOf(role) * TYPE_NAMES.length + TYPE_NAMES.indexOf(type);
    const known = this.temporaries[key];
    if (known !== NONE) return known;
    const index = this.localCount + this.added.push(type) - 1;
    this.temporaries[key] = index;
    return index;
  }

  op(code: number): this {
    this.code.byte(code);
    return this;
  }

  get(local: number): this {
    this.code.opcodeU32(OP.localGet, local);
    return this;
  }

  set(local: number): this {
    this.code.opcodeU32(OP.localSet, local);
    return this;
  }

  tee(local: number): this {
    this.code.opcodeU32(OP.localTee, local);
    return this;
  }

  i32(value: number): this {
    this.code.byte(OP.i32Const).s32(value);
    return this;
  }

  i64(value: number): this {
    this.code.byte(OP.i64Const).s32(value);
    return this;
  }

  /** Loads from memory 0; the address is on the stack. */
  load(load: number, offset: number): this {
    this.code.byte(load).u32(UNALIGNED).u32(offset);
    return this;
  }

  /** Stores to the log; the operands are on the stack. */
  logStore(store: number, offset: number): this {
    const flags = UNALIGNED | MEMORY_INDEX_FOLLOWS;
    if (store === OP.v128Store) this.code.byte(PREFIX_VECTOR).opcodeU32(store & 0xff, flags);
    else this.code.opcodeU32(store, flags);
    this.code.u32(this.indices.log).u32(offset);
    return this;
  }

  /** Takes the position of the log into a local. */
  loadPosition(local: number): this {
    this.code.opcodeU32(OP.globalGet, this.indices.position);
    return this.set(local);
  }

  /** Sets the position of the log to what is on the stack. */
  setPosition(): this {
    this.code.opcodeU32(OP.globalSet, this.indices.position);
    return this;
  }

  /** Flushes the log where the position, in a local, is past the limit of its chunk. */
  flushWhenFull(local: number, afterFlush?: () => void): this {
    this.get(local)
      .i32(CHUNK_BYTES - 1)
      .op(OP.i32And)
      .i32(CHUNK_LIMIT)
      .op(OP.i32GtU)
      .op(OP.if)
      .op(EMPTY_BLOCK);
    this.get(local).setPosition();
    this.code.opcodeU32(OP.call, this.indices.flush);
    this.loadPosition(local);
    afterFlush?.();
    return this.op(OP.end);
  }
}
