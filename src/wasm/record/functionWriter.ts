// Writes one function of the recorded module: original instructions with insertions, and the locals that these need.
import { ByteWriter } from '../byteWriter.ts';
import { MEMORY_INDEX_FOLLOWS, OP, PREFIX_VECTOR } from '../code/instructionCodes.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import { NUMBER_TYPES, type NumberType, TYPE, TYPE_ENCODING } from '../code/numberTypes.ts';
import { EXTERNAL_KIND } from '../types.ts';
import { writeMoved } from './copyInstructions.ts';
import type { FunctionBody } from './functionBody.ts';
import type { Indices } from './indices.ts';
import { CHUNK_BYTES, CHUNK_LIMIT } from './logFormat.ts';

export const EMPTY_BLOCK = 0x40;
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

/** The instruction that stores the low 4 bytes of an integer. */
export const LOW_STORE: Readonly<Record<string, number>> = { i32: OP.i32Store, i64: OP.i64Store32 };

/** What locals of our own hold. */
const ROLES = [
  'position',
  'counter',
  'round',
  'result',
  'operand0',
  'operand1',
  'operand2',
  'checked0',
  'checked1',
  'checked2',
] as const;
export type Role = (typeof ROLES)[number];

const NONE = -1;

/** The JavaScript API's limits (7.2, Implementation-defined limits): locals with the parameters, and bytes of a function's body. */
const MAX_LOCALS = 50_000;
const MAX_FUNCTION_BYTES = 7_654_321;

/** Tells where instructions went: `length` bytes from `original` (offset in the original file) stand at `written`. */
export type MarkRun = (written: number, original: number, length: number) => void;

export class FunctionWriter {
  readonly code = new ByteWriter(1 << 16);
  /** The vector of locals. */
  private readonly header = new ByteWriter();
  private readonly added: NumberType[] = [];
  /** By role and type. */
  private readonly temporaries = new Int32Array(ROLES.length * NUMBER_TYPES.length).fill(NONE);
  private localCount = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Original instructions from here on are not copied yet. */
  private copied = 0;
  private mark: MarkRun | null = null;
  private readonly hinted: number[] = [];

  constructor(readonly indices: Indices) {}

  /** Starts with a function. */
  begin(bytes: Uint8Array, body: FunctionBody, mark: MarkRun | null): void {
    this.code.clear();
    this.hinted.length = 0;
    this.added.length = 0;
    this.temporaries.fill(NONE);
    this.localCount = body.localCount;
    this.bytes = bytes;
    this.copied = body.code;
    this.mark = mark;
  }

  /**
   * Ends the function.
   * @returns whether engines take it: they limit the locals and the size of a function
   */
  end(body: FunctionBody): boolean {
    const { header, added } = this;
    this.copyUntil(body.end);
    header.clear();
    header.u32(body.localGroupCount + added.length).copy(this.bytes, body.localGroups, body.code);
    for (const type of added) header.byte(1).byte(TYPE_ENCODING[type]);
    return this.localCount + added.length <= MAX_LOCALS && header.size + this.code.size <= MAX_FUNCTION_BYTES;
  }

  /**
   * Writes the function that was ended, with its size.
   * @returns the offset in `out` of its first instruction
   */
  writeTo(out: ByteWriter): number {
    const { header, code } = this;
    out
      .u32(header.size + code.size)
      .bytes(header.finish())
      .bytes(code.finish());
    return out.size - code.size;
  }

  /** Of the function that was ended: where in its body the blocks of {@link unlikely} begin. */
  get unlikelies(): number[] {
    return this.hinted.map(at => this.header.size + at);
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
    if (walker.code === OP.globalSet && walker.first === this.indices.stackPointer) this.tellStack(walker.first);
  }

  /** The stack pointer was set. */
  private tellStack(stackPointer: number): void {
    const { stack, lowest, outer, entered } = this.indices;
    const get = (): this => this.getStack(stackPointer);
    get().global(OP.globalSet, stack);
    if (entered) get().global(OP.globalSet, outer);
    get().global(OP.globalGet, lowest).op(OP.i32LtU).op(OP.if).op(EMPTY_BLOCK);
    get().global(OP.globalSet, lowest).op(OP.end);
  }

  /** Takes where the stack stands. @param stackPointer its index in the original module */
  getStack(stackPointer: number): this {
    this.global(OP.globalGet, this.indices.moved(EXTERNAL_KIND.global, stackPointer));
    // Memory has 4 GiB at most.
    return this.indices.globalType(stackPointer) === 'i64' ? this.op(OP.i32WrapI64) : this;
  }

  /** Writes the instruction at the walker; all before it must be copied already. */
  instruction(walker: InstructionWalker): void {
    if (this.indices.moves(walker)) this.moved(walker);
    else this.copyUntil(walker.offset);
  }

  /** A local of our own: the same one for the same type and role. */
  local(type: NumberType, role: Role): number {
    const key = ROLES.indexOf(role) * NUMBER_TYPES.length + TYPE[type];
    const known = this.temporaries[key];
    if (known !== NONE) return known;
    const index = this.newLocal(type);
    this.temporaries[key] = index;
    return index;
  }

  /** One more local of our own. */
  newLocal(type: NumberType): number {
    return this.localCount + this.added.push(type) - 1;
  }

  /** Opens a block of code that is hardly ever run; the condition is on the stack. */
  unlikely(): this {
    this.hinted.push(this.code.size);
    return this.op(OP.if).op(EMPTY_BLOCK);
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

  /** @param op `global.get` or `global.set` */
  global(op: number, index: number): this {
    this.code.opcodeU32(op, index);
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
    return this.access(store, this.indices.log, offset);
  }

  /** A load or store of any memory, by its number; the operands are on the stack. */
  access(code: number, memory: number, offset: number): this {
    const flags = UNALIGNED | MEMORY_INDEX_FOLLOWS;
    if (code >>> 12 === PREFIX_VECTOR)
      this.code
        .byte(PREFIX_VECTOR)
        .u32(code & 0xfff)
        .u32(flags);
    else this.code.opcodeU32(code, flags);
    this.code.u32(memory).u32(offset);
    return this;
  }

  call(index: number): this {
    this.code.opcodeU32(OP.call, index);
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
      .unlikely();
    this.get(local).setPosition();
    this.code.opcodeU32(OP.call, this.indices.flush);
    this.loadPosition(local);
    afterFlush?.();
    return this.op(OP.end);
  }
}
