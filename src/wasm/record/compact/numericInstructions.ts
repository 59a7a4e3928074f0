// Result type and arity of the numeric instructions 0x45 to 0xc4, and which of them a reader can compute exactly
// (`computation.ts` does).
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
