// Constant expressions (WebAssembly specification, 3.3.13), as offsets of data segments and values of globals use them.
import type { ByteReader } from './byteReader.ts';

const END = 0x0b;
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const F32_CONST = 0x43;
const F64_CONST = 0x44;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const I32_MUL = 0x6c;
const I64_ADD = 0x7c;
const I64_MUL = 0x7e;
const REF_NULL = 0xd0;
const REF_FUNC = 0xd2;
const GC_PREFIX = 0xfb;
const VECTOR_PREFIX = 0xfd;

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

/**
 * Passes over a constant expression and its `end`.
 * @returns its value as an unsigned i32, or null where it is no i32 or depends on a global.
 */
export function readConstantI32(reader: ByteReader): number | null {
  const start = reader.offset;
  if (reader.byte() === I32_CONST) {
    const value = reader.s32() >>> 0;
    if (reader.byte() === END) return value; // nearly all are this simple
  }
  reader.offset = start;
  return evaluate(reader);
}

function evaluate(reader: ByteReader): number | null {
  const stack: (number | null)[] = [];
  const binary = (operation: (a: number, b: number) => number): void => {
    const b = stack.pop() ?? null;
    const a = stack.pop() ?? null;
    stack.push(a === null || b === null ? null : operation(a, b) >>> 0);
  };
  for (;;) {
    const start = reader.offset;
    const opcode = reader.byte();
    switch (opcode) {
      case END:
        return stack.length === 1 ? stack[0] : null;
      case I32_CONST:
        stack.push(reader.s32() >>> 0);
        break;
      case I32_ADD:
        binary((a, b) => a + b);
        break;
      case I32_SUB:
        binary((a, b) => a - b);
        break;
      case I32_MUL:
        binary(Math.imul);
        break;
      case GLOBAL_GET:
      case REF_FUNC:
        reader.u32();
        stack.push(null);
        break;
      case I64_CONST:
        reader.s64();
        stack.push(null);
        break;
      case F32_CONST:
        reader.take(4);
        stack.push(null);
        break;
      case F64_CONST:
        reader.take(8);
        stack.push(null);
        break;
      case REF_NULL:
        reader.s33();
        stack.push(null);
        break;
      case VECTOR_PREFIX:
        if (reader.u32() !== 12)
          throw reader.malformed('a constant expression holds another vector instruction', start);
        reader.take(16);
        stack.push(null);
        break;
      case GC_PREFIX: {
        const immediates = GC_IMMEDIATES[reader.u32()];
        if (immediates === undefined)
          throw reader.malformed('a constant expression holds another GC instruction', start);
        for (let i = 0; i < immediates; i++) reader.u32();
        stack.push(null);
        break;
      }
      default:
        if (opcode < I64_ADD || opcode > I64_MUL)
          throw reader.malformed(`a constant expression holds opcode 0x${opcode.toString(16)}`, start);
        binary(() => 0);
        stack[stack.length - 1] = null;
    }
  }
}
