import fc from 'fast-check';
import { expect, test } from 'vitest';
import { f32Text, f64Text } from './floatText.ts';

/** The binary32 with these bits. */
function f32(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

// Shortest decimals of well-known binary32 values (IEEE 754; the limits are C's FLT_MAX, FLT_MIN and FLT_TRUE_MIN).
test.each([
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
  [0x7f800000, '+∞'],
  [0xff800000, '−∞'],
  [0x7fc00000, 'NaN'],
])('the f32 with bits %i is %s', (bits, text) => {
  expect(f32Text(f32(bits))).toBe(text);
});

test('a power of two, where the floats below are closer than those above, has its shortest decimal', () => {
  // 2^-96 is 1.262177448…e-29. Half the gap above it is 2^-120 = 7.5e-37, below it 3.8e-37: with eight digits,
  // 1.2621775e-29 is 5.1e-37 above (inside), 1.2621774e-29 is 4.8e-37 below (outside) though it is the nearest.
  expect(f32Text(2 ** -96)).toBe('1.2621775e-29');
});

test('every f32 reads back as itself, and no shorter decimal next to it does', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = f32Text(value);
      expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
      const digits = text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
    }),
  );
});

test('an f64 has its shortest decimal, too', () => {
  expect(f64Text(0.1)).toBe('0.1');
  expect(f64Text(0.1 + 0.2)).toBe('0.30000000000000004');
  expect(f64Text(5e-324)).toBe('5e-324');
  expect(f64Text(-0)).toBe('-0');
  expect(f64Text(Number.NEGATIVE_INFINITY)).toBe('−∞');
});
