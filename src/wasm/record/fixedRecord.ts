// The record of one access with all that is known of it: behind the number that says what it is stand the operands, in the
// order and with the widths given here. The simple log has only these; the compact one has them for rare instructions.
//
//   load, wait, notify   address
//   store                address, value (4, 8 or 16 bytes by its type)
//   rmw                  address, value in memory afterwards (8 bytes)
//   cmpxchg              address, value in memory afterwards (8 bytes), 1 where it was replaced
//   fill, copy, init     destination, second operand, size
//   grow                 pages, result
//
// Of an address, a size or a number of pages it has the low 4 bytes.
import type { RecordLevel } from '../../protocol/run.ts';
import { OP } from '../code/instructionCodes.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import type { AccessInstruction } from '../code/memoryAccess.ts';
import { TYPE_BYTES } from '../code/numberTypes.ts';
import type { AccessVisitor, StoppedAccess } from './accessVisitor.ts';
import { type FunctionWriter, LOW_STORE, WHOLE_STORE } from './functionWriter.ts';
import type { Site } from './sites.ts';

/** Whether an access is recorded at a level. */
export function isRecorded({ form }: AccessInstruction, level: RecordLevel): boolean {
  return level === 'all' || (level === 'stores' && form !== 'load' && form !== 'wait' && form !== 'notify');
}

/** Bytes of the operands, without the number before them. */
export function fixedRecordBytes({ form, type }: AccessInstruction): number {
  switch (form) {
    case 'load':
    case 'wait':
    case 'notify':
      return 4;
    case 'store':
      return 4 + TYPE_BYTES[type];
    case 'rmw':
    case 'fill':
    case 'copy':
    case 'init':
      return 12;
    case 'cmpxchg':
      return 16;
    case 'grow':
      return 8;
  }
}

const OPERANDS = ['operand0', 'operand1', 'operand2'] as const;

/** Reads an unsigned number of the same width from memory, for what an atomic instruction left there. */
const UNSIGNED_LOAD: Readonly<Record<string, number>> = {
  i32_1: OP.i32Load8U,
  i32_2: OP.i32Load16U,
  i32_4: OP.i32Load,
  i64_1: OP.i64Load8U,
  i64_2: OP.i64Load16U,
  i64_4: OP.i64Load32U,
  i64_8: OP.i64Load,
};

/**
 * Writes the access at the walker with its record around it. The position is not moved.
 * @param position local that holds the position of the record
 * @param at bytes between the position and the operands
 * @param begin writes what stands before the operands
 * @param instruction writes the access itself, whose operands are on the stack
 */
export function writeAccessWithRecord(
  writer: FunctionWriter,
  walker: InstructionWalker,
  access: AccessInstruction,
  position: number,
  at: number,
  begin: () => void,
  instruction: () => void = () => writer.instruction(walker),
): void {
  const { form, operands } = access;
  const { indices } = writer;
  const types = indices.operandTypes(walker, access);
  const locals = types.map((type, index) => writer.local(type, OPERANDS[index]));
  writer.copyUntil(walker.start);
  for (let i = locals.length - 1; i >= 0; i--) writer.set(locals[i]);
  begin();
  const put = (index: number, offset: number): void => {
    const store = operands[index] === 'address' ? LOW_STORE[types[index]] : WHOLE_STORE[types[index]];
    writer
      .get(position)
      .get(locals[index])
      .logStore(store, at + offset);
  };
  const bulk = form === 'fill' || form === 'copy' || form === 'init';
  put(0, 0);
  if (form === 'store' || bulk) put(1, 4);
  if (bulk) put(2, 8);
  for (const local of locals) writer.get(local);
  instruction();
  if (form === 'grow') {
    const type = indices.addressType(0);
    const result = writer.local(type, 'result');
    writer
      .set(result)
      .get(position)
      .get(result)
      .logStore(LOW_STORE[type], at + 4)
      .get(result);
  } else if (form === 'rmw' || form === 'cmpxchg') {
    writeOutcome(writer, walker, access, locals, position, at);
  }
}

/** Behind an atomic read-modify-write: what memory holds now, and for a compare-exchange whether it was replaced. */
function writeOutcome(
  writer: FunctionWriter,
  walker: InstructionWalker,
  { form, type, width }: AccessInstruction,
  locals: readonly number[],
  position: number,
  at: number,
): void {
  const result = writer.local(type, 'result');
  writer.set(result);
  writer.get(position).get(locals[0]).load(UNSIGNED_LOAD[`${type}_${width}`], walker.first);
  writer.logStore(WHOLE_STORE[type], at + 4);
  if (form === 'cmpxchg') {
    // Narrow operands are wrapped before they are compared: shift what is not compared out.
    const unused = TYPE_BYTES[type] * 8 - width * 8;
    writer.get(position).get(result).get(locals[1]);
    if (type === 'i32') writer.op(OP.i32Xor).i32(unused).op(OP.i32Shl).op(OP.i32Eqz);
    else writer.op(OP.i64Xor).i64(unused).op(OP.i64Shl).op(OP.i64Eqz);
    writer.logStore(OP.i32Store, at + 12);
  }
  writer.get(result);
}

const scratch = new Uint8Array(16);
const scratchOf = new Map<number, Uint8Array>([1, 2, 4, 8, 16].map(width => [width, scratch.subarray(0, width)]));

/** Tells the visitor the access whose operands stand at `at` in the log. */
export function decodeFixedRecord(log: DataView, at: number, site: Site, visitor: AccessVisitor): void {
  const operand = log.getUint32(at, true);
  const address = operand + site.memoryOffset;
  switch (site.instruction.form) {
    case 'load':
    case 'wait':
    case 'notify':
      visitor.load(site, address);
      return;
    case 'store':
      visitor.store(site, address, bytesAt(log, at + 4 + site.lane * site.width, site.width));
      return;
    case 'rmw':
      visitor.store(site, address, bytesAt(log, at + 4, site.width));
      return;
    case 'cmpxchg':
      if (log.getUint32(at + 12, true) === 0) visitor.load(site, address);
      else visitor.store(site, address, bytesAt(log, at + 4, site.width));
      return;
    case 'fill':
      visitor.fill(site, operand, log.getUint32(at + 8, true), log.getUint8(at + 4));
      return;
    case 'copy':
      visitor.copy(site, operand, log.getUint32(at + 8, true), log.getUint32(at + 4, true));
      return;
    case 'init':
      visitor.init(site, operand, log.getUint32(at + 8, true), log.getUint32(at + 4, true));
      return;
    case 'grow':
      visitor.grow(site, operand, log.getInt32(at + 4, true));
  }
}

/** The access whose operands stand at `at` in the log, of a memory with 32-bit addresses: of longer ones the log has a part. */
export function stoppedFixedAccess(log: DataView, at: number, site: Site): StoppedAccess {
  return {
    site,
    operand: BigInt(log.getUint32(at, true)),
    bulk: site.kind === 'bulk' ? { size: log.getUint32(at + 8, true), from: log.getUint32(at + 4, true) } : null,
    source: { kind: 'unknown' },
  };
}

function bytesAt(log: DataView, at: number, width: number): Uint8Array {
  const bytes = scratchOf.get(width);
  if (!bytes) throw new RangeError(`no access has ${width} bytes`);
  for (let i = 0; i < width; i++) bytes[i] = log.getUint8(at + i);
  return bytes;
}
