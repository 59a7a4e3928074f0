// Constant expressions (WebAssembly specification, 3.3.13), as offsets of data segments and values of globals use them.
import type { ByteReader } from './byteReader.ts';
import { OP, PREFIX_GC, PREFIX_VECTOR, prefixed } from './code/instructionCodes.ts';

/** Number of index immediates of the GC instructions that a constant expression may hold, by sub-opcode. */
const GC_IMMEDIATES: Readonly<Record<number, number>> = {
  0: 1, // struct.new
  1: 1, // struct.new_default
  6: 1, // array.new
  7: 1, // array.new_default
  8: 2, // array.new_fixed
  26: 0, // any.convert_extern
  27: 0, // extern.convert_any
  28: 0, // ref.i31
};

/** The value of a global as an unsigned integer, by its index; null where it is not known. */
export type GlobalValue = (index: number) => number | null;

const NO_GLOBALS: GlobalValue = () => null;

/**
 * Passes over a constant expression and its `end`.
 * @returns its value as an unsigned integer; null where it is none, depends on a global that is not known, or is 2^53 or more
 */
export function readConstant(reader: ByteReader, globals = NO_GLOBALS): number | null {
  const start = reader.offset;
  if (reader.byte() === OP.i32Const) {
    const value = reader.s32() >>> 0;
    if (reader.byte() === OP.end) return value; // nearly all are this simple
  }
  reader.offset = start;
  const value = evaluate(reader, globals);
  return value === null || value > Number.MAX_SAFE_INTEGER ? null : Number(value);
}

/** Indices of the globals that a constant expression reads. */
export function globalsIn(reader: ByteReader): number[] {
  const found: number[] = [];
  evaluate(reader, index => {
    found.push(index);
    return null;
  });
  return found;
}

const OPERATIONS: Readonly<Record<number, (a: bigint, b: bigint) => bigint>> = {
  [OP.i32Add]: (a, b) => BigInt.asUintN(32, a + b),
  [OP.i32Sub]: (a, b) => BigInt.asUintN(32, a - b),
  [OP.i32Mul]: (a, b) => BigInt.asUintN(32, a * b),
  [OP.i64Add]: (a, b) => BigInt.asUintN(64, a + b),
  [OP.i64Sub]: (a, b) => BigInt.asUintN(64, a - b),
  [OP.i64Mul]: (a, b) => BigInt.asUintN(64, a * b),
};

function evaluate(reader: ByteReader, globals: GlobalValue): bigint | null {
  const stack: (bigint | null)[] = [];
  for (;;) {
    const start = reader.offset;
    const opcode = reader.byte();
    switch (opcode) {
      case OP.end:
        return stack.length === 1 ? stack[0] : null;
      case OP.i32Const:
        stack.push(BigInt.asUintN(32, BigInt(reader.s32())));
        break;
      case OP.globalGet:
        stack.push(bigIntOf(globals(reader.u32())));
        break;
      case OP.refFunc:
        reader.u32();
        stack.push(null);
        break;
      case OP.i64Const:
        stack.push(BigInt.asUintN(64, reader.s64()));
        break;
      case OP.f32Const:
        reader.take(4);
        stack.push(null);
        break;
      case OP.f64Const:
        reader.take(8);
        stack.push(null);
        break;
      case OP.refNull:
        reader.s33();
        stack.push(null);
        break;
      case PREFIX_VECTOR:
        if (prefixed(PREFIX_VECTOR, reader.u32()) !== OP.v128Const)
          throw reader.malformed('a constant expression holds another vector instruction', start);
        reader.take(16);
        stack.push(null);
        break;
      case PREFIX_GC: {
        const immediates = GC_IMMEDIATES[reader.u32()];
        if (immediates === undefined)
          throw reader.malformed('a constant expression holds another GC instruction', start);
        for (let i = 0; i < immediates; i++) reader.u32();
        stack.push(null);
        break;
      }
      default: {
        const operation = OPERATIONS[opcode];
        if (!operation) throw reader.malformed(`a constant expression holds opcode 0x${opcode.toString(16)}`, start);
        const b = stack.pop() ?? null;
        const a = stack.pop() ?? null;
        stack.push(a === null || b === null ? null : operation(a, b));
      }
    }
  }
}

const bigIntOf = (value: number | null): bigint | null => (value === null ? null : BigInt(value));
