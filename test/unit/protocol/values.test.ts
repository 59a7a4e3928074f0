// Types are written out after the specification's list of memory instructions; texts are worked out by hand from the
// little-endian bytes (IEEE 754 for floats).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessedType, f32Text, f64Text, valueText } from '../../../src/protocol/values.ts';
import { ACCESS_INSTRUCTIONS } from '../../../src/wasm/code/memoryAccess.ts';

const hexBytes = (pairs: string): Uint8Array => Uint8Array.from(pairs.split(' '), pair => Number.parseInt(pair, 16));

/** Every instruction that reads or writes memory, by how the bytes of that width are to be read. */
const ACCESSES = {
  i32: [
    4,
    `i32.load i32.store i32.atomic.load i32.atomic.store i32.atomic.rmw.add i32.atomic.rmw.sub i32.atomic.rmw.and
     i32.atomic.rmw.or i32.atomic.rmw.xor i32.atomic.rmw.xchg i32.atomic.rmw.cmpxchg memory.atomic.wait32`,
  ],
  i64: [
    8,
    `i64.load i64.store i64.atomic.load i64.atomic.store i64.atomic.rmw.add i64.atomic.rmw.sub i64.atomic.rmw.and
     i64.atomic.rmw.or i64.atomic.rmw.xor i64.atomic.rmw.xchg i64.atomic.rmw.cmpxchg memory.atomic.wait64`,
  ],
  f32: [4, 'f32.load f32.store'],
  f64: [8, 'f64.load f64.store'],
  i8: [1, 'i32.load8_s i64.load8_s'],
  i16: [2, 'i32.load16_s i64.load16_s'],
  // The one 32-bit load that extends the sign.
  i32s: [4, 'i64.load32_s'],
  u8: [
    1,
    `i32.load8_u i32.store8 i32.atomic.load8_u i32.atomic.store8 i32.atomic.rmw8.add_u i32.atomic.rmw8.sub_u
     i32.atomic.rmw8.and_u i32.atomic.rmw8.or_u i32.atomic.rmw8.xor_u i32.atomic.rmw8.xchg_u i32.atomic.rmw8.cmpxchg_u
     i64.load8_u i64.store8 i64.atomic.load8_u i64.atomic.store8 i64.atomic.rmw8.add_u i64.atomic.rmw8.sub_u
     i64.atomic.rmw8.and_u i64.atomic.rmw8.or_u i64.atomic.rmw8.xor_u i64.atomic.rmw8.xchg_u i64.atomic.rmw8.cmpxchg_u`,
  ],
  u16: [
    2,
    `i32.load16_u i32.store16 i32.atomic.load16_u i32.atomic.store16 i32.atomic.rmw16.add_u i32.atomic.rmw16.sub_u
     i32.atomic.rmw16.and_u i32.atomic.rmw16.or_u i32.atomic.rmw16.xor_u i32.atomic.rmw16.xchg_u
     i32.atomic.rmw16.cmpxchg_u i64.load16_u i64.store16 i64.atomic.load16_u i64.atomic.store16 i64.atomic.rmw16.add_u
     i64.atomic.rmw16.sub_u i64.atomic.rmw16.and_u i64.atomic.rmw16.or_u i64.atomic.rmw16.xor_u i64.atomic.rmw16.xchg_u
     i64.atomic.rmw16.cmpxchg_u`,
  ],
  u32: [
    4,
    `i64.load32_u i64.store32 i64.atomic.load32_u i64.atomic.store32 i64.atomic.rmw32.add_u i64.atomic.rmw32.sub_u
     i64.atomic.rmw32.and_u i64.atomic.rmw32.or_u i64.atomic.rmw32.xor_u i64.atomic.rmw32.xchg_u
     i64.atomic.rmw32.cmpxchg_u`,
  ],
} as const;

/** Those that move bytes, in any of these numbers. */
const BYTES = `v128.load v128.store v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s
  v128.load32x2_u v128.load8_splat v128.load16_splat v128.load32_splat v128.load64_splat v128.load32_zero
  v128.load64_zero v128.load8_lane v128.load16_lane v128.load32_lane v128.load64_lane v128.store8_lane
  v128.store16_lane v128.store32_lane v128.store64_lane memory.fill memory.copy memory.init`;

/** These touch no byte. */
const NO_ACCESS = ['memory.atomic.notify', 'memory.grow'];

const named = (names: string): string[] => names.trim().split(/\s+/);
const numeric = Object.entries(ACCESSES).flatMap(([type, [width, names]]) =>
  named(names).map(name => [name, width, type === 'i32s' ? 'i32' : type] as const),
);

describe('what an instruction accesses', () => {
  it.each(numeric)('%s of %i bytes is %s', (name, width, type) => expect(accessedType(name, width)).toBe(type));

  it.each(named(BYTES))('%s is bytes, however many', name => {
    for (const length of [1, 2, 4, 8, 16]) expect(accessedType(name, length)).toBe('bytes');
  });

  it('is told here of every instruction that the engine records', () => {
    const here = [...numeric.map(([name]) => name), ...named(BYTES), ...NO_ACCESS];
    expect(here.toSorted()).toEqual([...ACCESS_INSTRUCTIONS.values()].map(({ name }) => name).toSorted());
  });

  it('is bytes where no instruction is known, or where a store was told in part', () => {
    expect(accessedType(null, 4)).toBe('bytes');
    expect(accessedType('i64.store', 4)).toBe('bytes');
    expect(accessedType('i32.store8', 2)).toBe('bytes');
  });
});

describe('a value as text', () => {
  it.each([
    ['i8', '80', '-128'],
    ['u8', 'ff', '255'],
    ['i16', 'fe ff', '-2'],
    ['u16', 'fe ff', '65534'],
    ['i32', '17 00 00 00', '23'],
    ['i32', 'ff ff ff ff', '-1'],
    ['u32', 'ff ff ff ff', '4294967295'],
    ['i64', 'ff ff ff ff ff ff ff 7f', '9223372036854775807'],
    ['i64', '00 00 00 00 00 00 00 80', '-9223372036854775808'],
    ['u64', '00 00 00 00 00 00 00 80', '9223372036854775808'],
    ['f32', 'cd cc cc 3d', '0.1'],
    ['f32', '01 00 00 4b', '8388609'],
    ['f64', '9a 99 99 99 99 99 b9 3f', '0.1'],
    ['f64', '00 00 00 00 00 00 00 80', '-0'],
    ['f64', '00 00 00 00 00 00 f0 ff', '-Infinity'],
    ['bytes', '00 0b ab', '00 0b ab'],
  ] as const)('%s of %s is %s', (type, bytes, text) => expect(valueText(type, hexBytes(bytes))).toBe(text));

  it('is read where the bytes lie in a larger buffer', () => {
    expect(valueText('i32', hexBytes('aa aa 17 00 00 00').subarray(2))).toBe('23');
  });
});

/** The binary32 with these bits. */
function f32(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

// Shortest decimals of well-known binary32 values (IEEE 754; the limits are C's FLT_MAX, FLT_MIN and FLT_TRUE_MIN).
it.each([
  [0x3dcccccd, '0.1'],
  [0x3f800000, '1'],
  [0x3eaaaaab, '0.33333334'],
  [0x40490fdb, '3.1415927'],
  [0x4b800000, '16777216'],
  [0xc2f6e979, '-123.456'],
  [0x7f7fffff, '3.4028235e+38'],
  [0x00800000, '1.1754944e-38'],
  [0x00000001, '1e-45'],
  [0x0000000b, '1.5e-44'],
  [0x00000095, '2.09e-43'],
  [0x00000000, '0'],
  [0x80000000, '-0'],
  [0x7f800000, 'Infinity'],
  [0xff800000, '-Infinity'],
  [0x7fc00000, 'NaN'],
])('the f32 with bits %i is %s', (bits, text) => {
  expect(f32Text(f32(bits))).toBe(text);
});

it('a power of two, where the floats below are closer than those above, has its shortest decimal', () => {
  // 2^-96 is 1.262177448…e-29. Half the gap above it is 2^-120 = 7.5e-37, below it 3.8e-37: with eight digits,
  // 1.2621775e-29 is 5.1e-37 above (inside), 1.2621774e-29 is 4.8e-37 below (outside) though it is the nearest.
  expect(f32Text(2 ** -96)).toBe('1.2621775e-29');
});

it('every f32 reads back as itself, and no shorter decimal next to it does', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = f32Text(value);
      expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
      const digits = text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
    }),
  );
});

it('an f64 has its shortest decimal, too', () => {
  expect(f64Text(0.1)).toBe('0.1');
  expect(f64Text(0.1 + 0.2)).toBe('0.30000000000000004');
  expect(f64Text(5e-324)).toBe('5e-324');
  expect(f64Text(-0)).toBe('-0');
  expect(f64Text(Number.NEGATIVE_INFINITY)).toBe('-Infinity');
});

it.each([
  ['f32', [0x00, 0x00, 0xc0, 0x7f], 'NaN'], // the canonical one
  ['f32', [0x01, 0x00, 0xc0, 0x7f], 'NaN:0x7fc00001'],
  ['f32', [0x00, 0x00, 0xc0, 0xff], 'NaN:0xffc00000'], // its sign
  ['f32', [0x01, 0x00, 0x80, 0x7f], 'NaN:0x7f800001'], // a signalling one
  ['f32', [0x00, 0x00, 0x80, 0x7f], 'Infinity'],
  ['f64', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], 'NaN'],
  ['f64', [1, 0, 0, 0, 0, 0, 0xf4, 0x7f], 'NaN:0x7ff4000000000001'],
  ['f64', [0, 0, 0, 0, 0, 0, 0xf0, 0xff], '-Infinity'],
] as const)('a NaN shows its bits where they are not those of the canonical one: %s %j', (type, bytes, text) => {
  expect(valueText(type, Uint8Array.from(bytes))).toBe(text);
});

// Values by IEEE 754; Python's struct unpacks these bits to 0.333251953125, 5.96e-08, 6.103515625e-05 and 6.09755516e-05, …
it.each([
  [0x3c00, '1'],
  [0x3555, '0.3333'],
  [0x2e66, '0.1'],
  [0x3c01, '1.001'],
  [0xc248, '-3.14'],
  [0x0001, '6e-8'], // the least subnormal: anything from 3e-8 to 8.9e-8 reads back as it
  [0x03ff, '0.000061'], // the greatest subnormal
  [0x0400, '0.00006104'], // the least normal
  [0x7bff, '65504'],
  [0x8000, '-0'],
  [0x7c00, 'Infinity'],
  [0xfc00, '-Infinity'],
  [0x7e00, 'NaN'],
  [0x7c01, 'NaN:0x7c01'],
] as const)('the f16 %i is %s', (bits, text) => {
  expect(valueText('f16', Uint8Array.of(bits & 0xff, bits >> 8))).toBe(text);
});

it('every f16 reads back as itself', () => {
  const all = Array.from({ length: 0x7c00 }, (_, bits) =>
    bits < 0x400 ? bits / 2 ** 24 : (1 + (bits % 0x400) / 0x400) * 2 ** ((bits >> 10) - 15),
  );
  for (const [bits, value] of all.entries()) {
    const read = Number(valueText('f16', Uint8Array.of(bits & 0xff, bits >> 8)));
    const nearer = [all[bits - 1], all[bits + 1]].find(
      other => other !== undefined && Math.abs(other - read) < Math.abs(value - read),
    );
    expect([bits, nearer]).toEqual([bits, undefined]);
  }
});
