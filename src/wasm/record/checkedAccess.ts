// An access of an exact module. A host writes to memory 0 whenever it runs, and nobody tells. So before code accesses a part of 1 KiB
// for the first time since the host ran, it calls a function that compares the part with what guests know of it. Which parts were seen
// since then stands in a memory of marks, one byte a part. A mark is of its part and of the next one, so that the address operand
// alone says where it is, whatever the offset and the width of most accesses.
//
//   before   (i32.store offset=8 (a) (v))
//   after    (local.set $value (v)) (local.set $address (a))
//            (if (i32.ne (i32.load8_u $marks (i32.shr_u (local.get $address) (i32.const 10))) (i32.const 2))
//              (then (call $come (local.get $address) (i32.const 12) (i32.const 1) position round site)))
//            (i32.store offset=8 (local.get $address) (local.get $value))
//
// A load is content with any mark. No check traps where the access does not, since there is a mark for every address.

import type { RecordLevel } from '../../protocol/run.ts';
import { OP } from '../code/instructionCodes.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import type { AccessInstruction } from '../code/memoryAccess.ts';
import type { FunctionWriter } from './functionWriter.ts';
import { MARK, MARKED_BYTES } from './logFormat.ts';

/** Where in the log an access stands, for `ADDED_IMPORTS.come`. */
export interface PlaceInLog {
  /** Puts the position of the record under way on the stack, or that of the next one. */
  position(): void;
  /** Puts on the stack how often the loop that the record tells has gone round, or that no record is under way. */
  round(): void;
}

const PART_BITS = Math.log2(MARKED_BYTES);

const CHECKED = ['checked0', 'checked1', 'checked2'] as const;

/** Whether an access is checked in a function that is recorded at a level. One at level `calls` is left as it is. */
export const isChecked = ({ form }: AccessInstruction, level: RecordLevel): boolean =>
  level !== 'calls' && form !== 'notify' && form !== 'grow';

/** Whether bytes at an offset lie in the two parts of the mark of the address itself, wherever in the first that is. */
export const isNear = (offset: number, width: number): boolean => offset + width <= MARKED_BYTES;

export const storesTo = ({ form }: AccessInstruction): boolean => form !== 'load' && form !== 'wait';

const isBulk = ({ form }: AccessInstruction): boolean => form === 'fill' || form === 'copy' || form === 'init';

/**
 * Writes the access of memory 0 at the walker; its operands are on the stack, and all before it is copied.
 * @param site number of the access in the module
 */
export function writeCheckedAccess(
  writer: FunctionWriter,
  walker: InstructionWalker,
  access: AccessInstruction,
  site: number,
  place: PlaceInLog,
): void {
  const check = new Check(writer, site, place);
  const types = writer.indices.operandTypes(walker, access);
  const locals = types.map((type, index) => writer.local(type, CHECKED[index]));
  for (const local of locals.toReversed()) writer.set(local);
  const [address, second, size] = locals;
  if (isBulk(access)) {
    check.range(address, size, true);
    if (access.form === 'copy' && walker.second === 0) check.range(second, size, false);
  } else {
    check.bytes(address, walker.first >>> 0, access.width, storesTo(access));
  }
  for (const local of locals) writer.get(local);
  writer.instruction(walker);
}

class Check {
  private readonly is64: boolean;

  constructor(
    private readonly writer: FunctionWriter,
    private readonly site: number,
    private readonly place: PlaceInLog,
  ) {
    this.is64 = writer.indices.addressType(0) === 'i64';
  }

  /** So many bytes at an offset from the address in a local. */
  bytes(address: number, offset: number, width: number, writes: boolean): void {
    const { writer } = this;
    const near = isNear(offset, width);
    const from = (): void => {
      this.low(address);
      if (!near) writer.i32(offset | 0).op(OP.i32Add);
    };
    this.isUnmarked(from, writes);
    this.comeIf(from, () => writer.i32(near ? offset + width : width), writes);
  }

  /** As many bytes as a local says, from the address in another on. */
  range(address: number, size: number, writes: boolean): void {
    const { writer } = this;
    const from = (): void => this.low(address);
    this.isUnmarked(from, writes);
    this.low(size);
    writer.i32(MARKED_BYTES).op(OP.i32GtU).op(OP.i32Or);
    this.comeIf(from, () => this.low(size), writes);
  }

  private isUnmarked(from: () => void, writes: boolean): void {
    const { writer } = this;
    from();
    writer.i32(PART_BITS).op(OP.i32ShrU).access(OP.i32Load8U, writer.indices.marks, 0);
    if (writes) writer.i32(MARK.stored).op(OP.i32Ne);
    else writer.op(OP.i32Eqz);
  }

  private comeIf(from: () => void, size: () => void, writes: boolean): void {
    const { writer, place } = this;
    writer.unlikely();
    from();
    size();
    writer.i32(writes ? 1 : 0);
    place.position();
    place.round();
    writer.i32(this.site).call(writer.indices.come).op(OP.end);
  }

  /** The low 32 bits of an address or a size: of what lies in a memory, all. */
  private low(local: number): void {
    this.writer.get(local);
    if (this.is64) this.writer.op(OP.i32WrapI64);
  }
}
