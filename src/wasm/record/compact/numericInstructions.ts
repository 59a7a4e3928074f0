// Result type and arity of the numeric instructions 0x45 to 0xc4, and which of them a reader can compute exactly.
import { TYPE } from './symbolicValues.ts';

const { i32, i64, f32, f64 } = TYPE;

export const FIRST_NUMERIC = 0x45;
export const LAST_NUMERIC = 0xc4;

const RESULT = new Uint8Array(256);
const ARITY = new Uint8Array(256);
const PURE = new Uint8Array(256);
const TRAPS = new Uint8Array(256);

function range(from: number, to: number, result: number, arity: number): void {
  RESULT.fill(result, from, to + 1);
  ARITY.fill(arity, from, to + 1);
}

range(0x46, 0x66, i32, 2); // comparisons
range(0x45, 0x45, i32, 1); // i32.eqz
range(0x50, 0x50, i32, 1); // i64.eqz
range(0x67, 0x69, i32, 1); // clz, ctz, popcnt
range(0x6a, 0x78, i32, 2);
range(0x79, 0x7b, i64, 1);
range(0x7c, 0x8a, i64, 2);
range(0x8b, 0x91, f32, 1);
range(0x92, 0x98, f32, 2);
range(0x99, 0x9f, f64, 1);
range(0xa0, 0xa6, f64, 2);
range(0xa7, 0xab, i32, 1); // wrap, truncations
range(0xac, 0xb1, i64, 1); // extensions, truncations
range(0xb2, 0xb6, f32, 1);
range(0xb7, 0xbb, f64, 1);
range(0xbc, 0xbc, i32, 1); // reinterpretations
range(0xbd, 0xbd, i64, 1);
range(0xbe, 0xbe, f32, 1);
range(0xbf, 0xbf, f64, 1);
range(0xc0, 0xc1, i32, 1); // sign extensions
range(0xc2, 0xc4, i64, 1);

// Floating-point arithmetic is left out: the payload of a NaN is not determined.
PURE.fill(1, 0x45, 0x53); // integer comparisons up to i64.ne
PURE[0x67] = 1; // i32.clz
PURE.fill(1, 0x6a, 0x79); // i32 arithmetic
PURE.fill(1, 0x7c, 0x7f); // i64.add, sub, mul
PURE.fill(1, 0x83, 0x89); // i64.and to shr_u
PURE[0xa7] = 1; // i32.wrap_i64
PURE.fill(1, 0xac, 0xae); // i64.extend_i32_*
PURE.fill(1, 0xb7, 0xb9); // f64.convert_i32_*
PURE.fill(1, 0xbc, 0xc0); // reinterpretations
PURE.fill(1, 0xc0, 0xc2); // i32.extend8_s, extend16_s

TRAPS.fill(1, 0x6d, 0x71); // i32.div, rem
TRAPS.fill(1, 0x7f, 0x83); // i64.div, rem
TRAPS.fill(1, 0xa8, 0xac); // i32.trunc
TRAPS.fill(1, 0xae, 0xb2); // i64.trunc

export const isNumeric = (code: number): boolean => code >= FIRST_NUMERIC && code <= LAST_NUMERIC;
/** Type code of the result of a numeric instruction. */
export const resultOf = (code: number): number => RESULT[code];
/** Number of operands of a numeric instruction. */
export const arityOf = (code: number): number => ARITY[code];
/** Whether a reader computes a numeric instruction from its operands. */
export const isPure = (code: number): boolean => PURE[code] === 1;
/** Whether a numeric instruction may trap. */
export const mayTrap = (code: number): boolean => TRAPS[code] === 1;

const number = new DataView(new ArrayBuffer(8));

/**
 * Computes a pure instruction. Values are pairs of 32-bit halves: `low` is the value of an i32 and the bits of an f32,
 * both halves are an i64 or the bits of an f64.
 * @returns the low half; the high one is in {@link highHalf}
 */
export function evaluate(code: number, al: number, ah: number, bl: number, bh: number): number {
  switch (code) {
    case 0x45:
      return al === 0 ? 1 : 0;
    case 0x46:
      return al === bl ? 1 : 0;
    case 0x47:
      return al !== bl ? 1 : 0;
    case 0x48:
      return al < bl ? 1 : 0;
    case 0x49:
      return al >>> 0 < bl >>> 0 ? 1 : 0;
    case 0x4a:
      return al > bl ? 1 : 0;
    case 0x4b:
      return al >>> 0 > bl >>> 0 ? 1 : 0;
    case 0x4c:
      return al <= bl ? 1 : 0;
    case 0x4d:
      return al >>> 0 <= bl >>> 0 ? 1 : 0;
    case 0x4e:
      return al >= bl ? 1 : 0;
    case 0x4f:
      return al >>> 0 >= bl >>> 0 ? 1 : 0;
    case 0x50:
      return (al | ah) === 0 ? 1 : 0;
    case 0x51:
      return al === bl && ah === bh ? 1 : 0;
    case 0x52:
      return al !== bl || ah !== bh ? 1 : 0;
    case 0x67:
      return Math.clz32(al);
    case 0x6a:
      return (al + bl) | 0;
    case 0x6b:
      return (al - bl) | 0;
    case 0x6c:
      return Math.imul(al, bl);
    case 0x6d:
      return (al / bl) | 0;
    case 0x6e:
      return ((al >>> 0) / (bl >>> 0)) | 0;
    case 0x6f:
      return (al % bl) | 0;
    case 0x70:
      return ((al >>> 0) % (bl >>> 0)) | 0;
    case 0x71:
      return al & bl;
    case 0x72:
      return al | bl;
    case 0x73:
      return al ^ bl;
    case 0x74:
      return al << bl;
    case 0x75:
      return al >> bl;
    case 0x76:
      return (al >>> bl) | 0;
    case 0x77:
      return (al << bl) | (bl & 31 ? al >>> (32 - (bl & 31)) : 0);
    case 0x78:
      return (al >>> bl) | (bl & 31 ? al << (32 - (bl & 31)) : 0);
    case 0xa7:
    case 0xbc:
    case 0xbe:
      return al;
    case 0xac:
      highHalf = al >> 31;
      return al;
    case 0xad:
      highHalf = 0;
      return al;
    case 0xb7:
      number.setFloat64(0, al, true);
      break;
    case 0xb8:
      number.setFloat64(0, al >>> 0, true);
      break;
    case 0xbd:
    case 0xbf:
      highHalf = ah;
      return al;
    case 0xc0:
      return (al << 24) >> 24;
    case 0xc1:
      return (al << 16) >> 16;
    default:
      number.setBigInt64(0, evaluate64(code, join(al, ah), join(bl, bh)), true);
  }
  highHalf = number.getInt32(4, true);
  return number.getInt32(0, true);
}

/** The high half of what {@link evaluate} computed last, where the result has 64 bits. */
export let highHalf = 0;

const join = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0);

function evaluate64(code: number, a: bigint, b: bigint): bigint {
  switch (code) {
    case 0x7c:
      return a + b;
    case 0x7d:
      return a - b;
    case 0x7e:
      return BigInt.asIntN(64, a * b);
    case 0x83:
      return a & b;
    case 0x84:
      return a | b;
    case 0x85:
      return a ^ b;
    case 0x86:
      return BigInt.asIntN(64, a << (b & 63n));
    case 0x87:
      return a >> (b & 63n);
    case 0x88:
      return BigInt.asUintN(64, a) >> (b & 63n);
    default:
      throw new RangeError(`instruction 0x${code.toString(16)} is not computed by readers`);
  }
}
