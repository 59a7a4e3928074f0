// What the text format calls an instruction (WebAssembly specification, 6.5 Instructions).
import { PREFIX_MISC, PREFIX_VECTOR, prefixed, SLOTS, slotOf } from './instructionCodes.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { ACCESS_INSTRUCTIONS } from './memoryAccess.ts';
import { FIRST_NUMERIC, NUMERIC_INSTRUCTIONS } from './numericInstructions.ts';

/** No instruction has this number, or its name is a row elsewhere. */
const NONE = '-';

/** The saturating truncations, from sub-opcode 0 on. */
const SATURATING = `
  i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
  i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`;

const FIRST_VECTOR = 0x0c;
const INTEGER_COMPARISONS = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const FLOAT_COMPARISONS = 'eq ne lt gt le ge';
const FLOAT_ARITHMETIC = 'abs neg - sqrt add sub mul div min max pmin pmax';

/** Names of one shape of vectors; those that name another shape, and none, stay as they are. */
const of = (shape: string, names: string): string =>
  names.replace(/\S+/g, name => (name === NONE || name.includes('.') ? name : `${shape}.${name}`));

/** The vector instructions from sub-opcode {@link FIRST_VECTOR} on. */
const VECTOR = [
  'v128.const',
  of('i8x16', 'shuffle swizzle splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat'),
  of('i8x16', 'extract_lane_s extract_lane_u replace_lane'),
  of('i16x8', 'extract_lane_s extract_lane_u replace_lane'),
  ...['i32x4', 'i64x2', 'f32x4', 'f64x2'].map(shape => of(shape, 'extract_lane replace_lane')),
  ...['i8x16', 'i16x8', 'i32x4'].map(shape => of(shape, INTEGER_COMPARISONS)),
  ...['f32x4', 'f64x2'].map(shape => of(shape, FLOAT_COMPARISONS)),
  of('v128', 'not and andnot or xor bitselect any_true'),
  '- - - - - - - - - -', // 0x54 to 0x5d access memory
  'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4',
  of('i8x16', 'abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u'),
  of('f32x4', 'ceil floor trunc nearest'),
  of('i8x16', 'shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u f64x2.ceil f64x2.floor'),
  of('i8x16', 'min_s min_u max_s max_u f64x2.trunc avgr_u'),
  of('i16x8', 'extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u'),
  of('i32x4', 'extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u'),
  of('i16x8', 'abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u'),
  of('i16x8', 'extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u'),
  of('i16x8', 'shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u f64x2.nearest'),
  of('i16x8', 'mul min_s min_u max_s max_u - avgr_u'),
  of('i16x8', 'extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u'),
  of('i32x4', 'abs neg - all_true bitmask - -'),
  of('i32x4', 'extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u'),
  of('i32x4', 'shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u dot_i16x8_s -'),
  of('i32x4', 'extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u'),
  of('i64x2', 'abs neg - all_true bitmask - -'),
  of('i64x2', 'extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u'),
  of('i64x2', 'shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s'),
  of('i64x2', 'extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u'),
  ...['f32x4', 'f64x2'].map(shape => of(shape, FLOAT_ARITHMETIC)),
  'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u',
  'i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u',
  // 0x100, relaxed:
  'i8x16.relaxed_swizzle i32x4.relaxed_trunc_f32x4_s i32x4.relaxed_trunc_f32x4_u',
  'i32x4.relaxed_trunc_f64x2_s_zero i32x4.relaxed_trunc_f64x2_u_zero',
  ...['f32x4', 'f64x2'].map(shape => of(shape, 'relaxed_madd relaxed_nmadd')),
  ...['i8x16', 'i16x8', 'i32x4', 'i64x2'].map(shape => of(shape, 'relaxed_laneselect')),
  ...['f32x4', 'f64x2'].map(shape => of(shape, 'relaxed_min relaxed_max')),
  of('i16x8', 'relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s i32x4.relaxed_dot_i8x16_i7x16_add_s'),
].join(' ');

/** Rows of {@link INSTRUCTIONS} that share their name with another, and tell them apart by a word behind it. */
const NAME_ALONE = /^(select|ref\.test|ref\.cast) .*$/;

const NAMES = new Array<string | null>(SLOTS).fill(null);

function addAll(names: string, codeOf: (index: number) => number): void {
  for (const [index, name] of names.trim().split(/\s+/).entries()) {
    if (name !== NONE) NAMES[slotOf(codeOf(index))] = name;
  }
}

addAll(SATURATING, index => prefixed(PREFIX_MISC, index));
addAll(VECTOR, index => prefixed(PREFIX_VECTOR, FIRST_VECTOR + index));
for (const [index, [name]] of NUMERIC_INSTRUCTIONS.entries()) NAMES[slotOf(FIRST_NUMERIC + index)] = name;
for (const { code, name } of ACCESS_INSTRUCTIONS) NAMES[slotOf(code)] = name;
for (const [code, name] of INSTRUCTIONS) NAMES[slotOf(code)] = name.replace(NAME_ALONE, '$1');

/** The name of an instruction; null where no instruction has the number. */
export const instructionName = (code: number): string | null => NAMES[slotOf(code)] ?? null;
