// What a reader computes against what the engine computes, instruction by instruction.
import { expect, test } from 'vitest';
import { NUMBER_TYPES, TYPE } from '../../../../../src/wasm/code/numberTypes.ts';
import { arityOf, isPure, resultOf } from '../../../../../src/wasm/code/numericInstructions.ts';
import { Computation } from '../../../../../src/wasm/record/compact/computation.ts';
import { KIND, SymbolicValues } from '../../../../../src/wasm/record/compact/symbolicValues.ts';
import { assemble } from '../../../support/wabt.ts';

/** The instructions that readers compute, with their codes in the specification, by the type of their operands. */
const INSTRUCTIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  i32: {
    'i32.eqz': 0x45,
    'i32.eq': 0x46,
    'i32.ne': 0x47,
    'i32.lt_s': 0x48,
    'i32.lt_u': 0x49,
    'i32.gt_s': 0x4a,
    'i32.gt_u': 0x4b,
    'i32.le_s': 0x4c,
    'i32.le_u': 0x4d,
    'i32.ge_s': 0x4e,
    'i32.ge_u': 0x4f,
    'i32.clz': 0x67,
    'i32.add': 0x6a,
    'i32.sub': 0x6b,
    'i32.mul': 0x6c,
    'i32.div_s': 0x6d,
    'i32.div_u': 0x6e,
    'i32.rem_s': 0x6f,
    'i32.rem_u': 0x70,
    'i32.and': 0x71,
    'i32.or': 0x72,
    'i32.xor': 0x73,
    'i32.shl': 0x74,
    'i32.shr_s': 0x75,
    'i32.shr_u': 0x76,
    'i32.rotl': 0x77,
    'i32.rotr': 0x78,
    'i64.extend_i32_s': 0xac,
    'i64.extend_i32_u': 0xad,
    'f64.convert_i32_s': 0xb7,
    'f64.convert_i32_u': 0xb8,
    'f32.reinterpret_i32': 0xbe,
    'i32.extend8_s': 0xc0,
    'i32.extend16_s': 0xc1,
  },
  i64: {
    'i64.eqz': 0x50,
    'i64.eq': 0x51,
    'i64.ne': 0x52,
    'i64.add': 0x7c,
    'i64.sub': 0x7d,
    'i64.mul': 0x7e,
    'i64.and': 0x83,
    'i64.or': 0x84,
    'i64.xor': 0x85,
    'i64.shl': 0x86,
    'i64.shr_s': 0x87,
    'i64.shr_u': 0x88,
    'i32.wrap_i64': 0xa7,
    'f64.reinterpret_i64': 0xbf,
  },
  f32: { 'i32.reinterpret_f32': 0xbc },
  f64: { 'i64.reinterpret_f64': 0xbd },
};

/** From an i64 to an operand, and from a result to an i64. */
const FROM_I64: Readonly<Record<string, string>> = {
  i32: '(i32.wrap_i64 X)',
  i64: 'X',
  f32: '(f32.reinterpret_i32 (i32.wrap_i64 X))',
  f64: '(f64.reinterpret_i64 X)',
};
const TO_I64: Readonly<Record<string, string>> = {
  i32: '(i64.extend_i32_u X)',
  i64: 'X',
  f32: '(i64.extend_i32_u (i32.reinterpret_f32 X))',
  f64: '(i64.reinterpret_f64 X)',
};

/** Numbers at which carries, signs and shift counts change, in pairs. */
const EDGES = [0n, 1n, 2n, 31n, 32n, 33n, 63n, 64n, 0x7fffn, 0xffffn, 0x1_0000n, 0x7fff_ffffn, 0x8000_0000n];
const UPPER = [0xffff_ffffn, 0x1_0000_0000n, 0x7fff_ffff_ffff_ffffn, 1n << 63n, 0xffff_ffff_0000_0001n];
const SPREAD = [0x1234_5678_9abc_def0n, 0xfedc_ba98_7654_3210n, 0xdead_beef_cafe_f00dn, 0xffff_ffff_ffff_ffffn];
const NUMBERS = [...EDGES, ...UPPER, ...SPREAD];

/** @returns the result's bits */
function computed(code: number, a: bigint, b: bigint): bigint {
  const values = new SymbolicValues();
  const first = values.opaque(TYPE.i64, 0, -1);
  const second = values.opaque(TYPE.i64, 0, -1);
  const result = values.add(KIND.pure, resultOf(code), code, first, arityOf(code) === 2 ? second : -1, -1);
  const low = new Int32Array(values.count);
  const high = new Int32Array(values.count);
  for (const [value, number] of [[first, a] as const, [second, b] as const]) {
    low[value] = Number(BigInt.asIntN(32, number));
    high[value] = Number(BigInt.asIntN(32, number >> 32n));
  }
  new Computation(values, [result], new Set()).run({ low, high });
  const type = NUMBER_TYPES[resultOf(code)];
  const bits = BigInt.asUintN(32, BigInt(low[result]));
  return type === 'i64' || type === 'f64' ? (BigInt.asUintN(32, BigInt(high[result])) << 32n) | bits : bits;
}

const cases = Object.entries(INSTRUCTIONS).flatMap(([operand, instructions]) =>
  Object.entries(instructions).map(([name, code]) => ({ operand, name, code })),
);

test.each(cases)('$name', ({ operand, name, code }) => {
  expect(isPure(code)).toBe(true);
  const operands = ['$a', '$b']
    .slice(0, arityOf(code))
    .map(each => FROM_I64[operand].replace('X', `(local.get ${each})`));
  const isComparison = /\.(eq|ne|lt|gt|le|ge)/.test(name);
  const result = TO_I64[isComparison ? 'i32' : name.slice(0, 3)];
  const bytes = assemble(`(module (func (export "run") (param $a i64) (param $b i64) (result i64)
    ${result.replace('X', `(${name} ${operands.join(' ')})`)}))`);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (typeof run !== 'function') throw new Error('the module exports no function');
  let compared = 0;
  for (const a of NUMBERS) {
    for (const b of NUMBERS) {
      let expected: bigint;
      try {
        expected = BigInt.asUintN(64, run(a, b));
      } catch {
        continue; // a division that traps stores nothing
      }
      expect(computed(code, a, b), `${name} of ${a} and ${b}`).toBe(expected);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(NUMBERS.length * 10);
});

test('all that is planned to be computed is in the list', () => {
  const pure = Array.from({ length: 256 }, (_, code) => code).filter(isPure);
  expect(cases.map(({ code }) => code).sort((a, b) => a - b)).toEqual(pure);
});

test('a choice takes both halves of one of its values', () => {
  const values = new SymbolicValues();
  const [first, second, condition] = [1, 2, 3].map(() => values.opaque(TYPE.i64, 0, -1));
  const chosen = values.add(KIND.pure, TYPE.i64, 0x1b, first, second, condition);
  const low = Int32Array.of(0, 11, 22, 0, 0);
  const high = Int32Array.of(0, 111, 222, 0, 0);
  const computation = new Computation(values, [chosen], new Set());
  computation.run({ low, high });
  expect([low[chosen], high[chosen]]).toEqual([22, 222]);
  low[condition] = -1;
  computation.run({ low, high });
  expect([low[chosen], high[chosen]]).toEqual([11, 111]);
});
