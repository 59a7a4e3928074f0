// The numeric instructions without a prefix, one row an instruction, in the order of their opcodes.
import { type NumberType, TYPE } from './numberTypes.ts';

export const FIRST_NUMERIC = 0x45;
export const LAST_NUMERIC = 0xc4;

/** A reader of a log computes it from its operands (`compact/computation.ts`). The payload of a NaN is not determined: no float arithmetic. */
const COMPUTED = 1;
/** It may trap. */
const TRAPS = 2;

type Row = readonly [name: string, result: NumberType, operands: 1 | 2, properties?: number];

/** From {@link FIRST_NUMERIC} on. */
export const NUMERIC_INSTRUCTIONS: readonly Row[] = [
  ['i32.eqz', 'i32', 1, COMPUTED],
  ['i32.eq', 'i32', 2, COMPUTED],
  ['i32.ne', 'i32', 2, COMPUTED],
  ['i32.lt_s', 'i32', 2, COMPUTED],
  ['i32.lt_u', 'i32', 2, COMPUTED],
  ['i32.gt_s', 'i32', 2, COMPUTED],
  ['i32.gt_u', 'i32', 2, COMPUTED],
  ['i32.le_s', 'i32', 2, COMPUTED],
  ['i32.le_u', 'i32', 2, COMPUTED],
  ['i32.ge_s', 'i32', 2, COMPUTED],
  ['i32.ge_u', 'i32', 2, COMPUTED],
  ['i64.eqz', 'i32', 1, COMPUTED],
  ['i64.eq', 'i32', 2, COMPUTED],
  ['i64.ne', 'i32', 2, COMPUTED],
  ['i64.lt_s', 'i32', 2],
  ['i64.lt_u', 'i32', 2],
  ['i64.gt_s', 'i32', 2],
  ['i64.gt_u', 'i32', 2],
  ['i64.le_s', 'i32', 2],
  ['i64.le_u', 'i32', 2],
  ['i64.ge_s', 'i32', 2],
  ['i64.ge_u', 'i32', 2],
  ['f32.eq', 'i32', 2],
  ['f32.ne', 'i32', 2],
  ['f32.lt', 'i32', 2],
  ['f32.gt', 'i32', 2],
  ['f32.le', 'i32', 2],
  ['f32.ge', 'i32', 2],
  ['f64.eq', 'i32', 2],
  ['f64.ne', 'i32', 2],
  ['f64.lt', 'i32', 2],
  ['f64.gt', 'i32', 2],
  ['f64.le', 'i32', 2],
  ['f64.ge', 'i32', 2],
  ['i32.clz', 'i32', 1, COMPUTED],
  ['i32.ctz', 'i32', 1],
  ['i32.popcnt', 'i32', 1],
  ['i32.add', 'i32', 2, COMPUTED],
  ['i32.sub', 'i32', 2, COMPUTED],
  ['i32.mul', 'i32', 2, COMPUTED],
  ['i32.div_s', 'i32', 2, COMPUTED | TRAPS],
  ['i32.div_u', 'i32', 2, COMPUTED | TRAPS],
  ['i32.rem_s', 'i32', 2, COMPUTED | TRAPS],
  ['i32.rem_u', 'i32', 2, COMPUTED | TRAPS],
  ['i32.and', 'i32', 2, COMPUTED],
  ['i32.or', 'i32', 2, COMPUTED],
  ['i32.xor', 'i32', 2, COMPUTED],
  ['i32.shl', 'i32', 2, COMPUTED],
  ['i32.shr_s', 'i32', 2, COMPUTED],
  ['i32.shr_u', 'i32', 2, COMPUTED],
  ['i32.rotl', 'i32', 2, COMPUTED],
  ['i32.rotr', 'i32', 2, COMPUTED],
  ['i64.clz', 'i64', 1],
  ['i64.ctz', 'i64', 1],
  ['i64.popcnt', 'i64', 1],
  ['i64.add', 'i64', 2, COMPUTED],
  ['i64.sub', 'i64', 2, COMPUTED],
  ['i64.mul', 'i64', 2, COMPUTED],
  ['i64.div_s', 'i64', 2, TRAPS],
  ['i64.div_u', 'i64', 2, TRAPS],
  ['i64.rem_s', 'i64', 2, TRAPS],
  ['i64.rem_u', 'i64', 2, TRAPS],
  ['i64.and', 'i64', 2, COMPUTED],
  ['i64.or', 'i64', 2, COMPUTED],
  ['i64.xor', 'i64', 2, COMPUTED],
  ['i64.shl', 'i64', 2, COMPUTED],
  ['i64.shr_s', 'i64', 2, COMPUTED],
  ['i64.shr_u', 'i64', 2, COMPUTED],
  ['i64.rotl', 'i64', 2],
  ['i64.rotr', 'i64', 2],
  ['f32.abs', 'f32', 1],
  ['f32.neg', 'f32', 1],
  ['f32.ceil', 'f32', 1],
  ['f32.floor', 'f32', 1],
  ['f32.trunc', 'f32', 1],
  ['f32.nearest', 'f32', 1],
  ['f32.sqrt', 'f32', 1],
  ['f32.add', 'f32', 2],
  ['f32.sub', 'f32', 2],
  ['f32.mul', 'f32', 2],
  ['f32.div', 'f32', 2],
  ['f32.min', 'f32', 2],
  ['f32.max', 'f32', 2],
  ['f32.copysign', 'f32', 2],
  ['f64.abs', 'f64', 1],
  ['f64.neg', 'f64', 1],
  ['f64.ceil', 'f64', 1],
  ['f64.floor', 'f64', 1],
  ['f64.trunc', 'f64', 1],
  ['f64.nearest', 'f64', 1],
  ['f64.sqrt', 'f64', 1],
  ['f64.add', 'f64', 2],
  ['f64.sub', 'f64', 2],
  ['f64.mul', 'f64', 2],
  ['f64.div', 'f64', 2],
  ['f64.min', 'f64', 2],
  ['f64.max', 'f64', 2],
  ['f64.copysign', 'f64', 2],
  ['i32.wrap_i64', 'i32', 1, COMPUTED],
  ['i32.trunc_f32_s', 'i32', 1, TRAPS],
  ['i32.trunc_f32_u', 'i32', 1, TRAPS],
  ['i32.trunc_f64_s', 'i32', 1, TRAPS],
  ['i32.trunc_f64_u', 'i32', 1, TRAPS],
  ['i64.extend_i32_s', 'i64', 1, COMPUTED],
  ['i64.extend_i32_u', 'i64', 1, COMPUTED],
  ['i64.trunc_f32_s', 'i64', 1, TRAPS],
  ['i64.trunc_f32_u', 'i64', 1, TRAPS],
  ['i64.trunc_f64_s', 'i64', 1, TRAPS],
  ['i64.trunc_f64_u', 'i64', 1, TRAPS],
  ['f32.convert_i32_s', 'f32', 1],
  ['f32.convert_i32_u', 'f32', 1],
  ['f32.convert_i64_s', 'f32', 1],
  ['f32.convert_i64_u', 'f32', 1],
  ['f32.demote_f64', 'f32', 1],
  ['f64.convert_i32_s', 'f64', 1, COMPUTED],
  ['f64.convert_i32_u', 'f64', 1, COMPUTED],
  ['f64.convert_i64_s', 'f64', 1],
  ['f64.convert_i64_u', 'f64', 1],
  ['f64.promote_f32', 'f64', 1],
  ['i32.reinterpret_f32', 'i32', 1, COMPUTED],
  ['i64.reinterpret_f64', 'i64', 1, COMPUTED],
  ['f32.reinterpret_i32', 'f32', 1, COMPUTED],
  ['f64.reinterpret_i64', 'f64', 1, COMPUTED],
  ['i32.extend8_s', 'i32', 1, COMPUTED],
  ['i32.extend16_s', 'i32', 1, COMPUTED],
  ['i64.extend8_s', 'i64', 1],
  ['i64.extend16_s', 'i64', 1],
  ['i64.extend32_s', 'i64', 1],
];

const byOpcode = (of: (row: Row) => number): Uint8Array => {
  const table = new Uint8Array(LAST_NUMERIC + 1);
  table.set(NUMERIC_INSTRUCTIONS.map(of), FIRST_NUMERIC);
  return table;
};

const RESULT = byOpcode(([, result]) => TYPE[result]);
const OPERANDS = byOpcode(([, , operands]) => operands);
const PROPERTIES = byOpcode(([, , , properties = 0]) => properties);

export const isNumeric = (code: number): boolean => code >= FIRST_NUMERIC && code <= LAST_NUMERIC;
/** Type of the result of a numeric instruction, as {@link TYPE} numbers it. */
export const resultOf = (code: number): number => RESULT[code];
/** Number of operands of a numeric instruction. */
export const arityOf = (code: number): number => OPERANDS[code];
/** Whether a reader computes a numeric instruction from its operands. */
export const isPure = (code: number): boolean => (PROPERTIES[code] & COMPUTED) !== 0;
/** Whether a numeric instruction may trap. */
export const mayTrap = (code: number): boolean => (PROPERTIES[code] & TRAPS) !== 0;
