import { expect, test } from 'vitest';
import { bitsText, decodePointer, decodeValues } from './decode.ts';

function values(bytes: readonly number[], littleEndian: boolean) {
  return Object.fromEntries(decodeValues(Uint8Array.from(bytes), littleEndian).map(({ type, text }) => [type, text]));
}

test('the demo’s i32 149 in little endian', () => {
  expect(values([0x95, 0, 0, 0, 0, 0, 0, 0], true)).toEqual({
    i8: '-107',
    u8: '149',
    i16: '149',
    u16: '149',
    i32: '149',
    u32: '149',
    i64: '149',
    u64: '149',
    f16: '0.0000089', // 149 × 2^-24 is 8.88e-6, half the gap to the next 0.03e-6
    f32: '2.09e-43',
    f64: '7.36e-322',
  });
});

test('all bits set', () => {
  expect(values([255, 255, 255, 255, 255, 255, 255, 255], true)).toEqual({
    i8: '-1',
    u8: '255',
    i16: '-1',
    u16: '65535',
    i32: '-1',
    u32: '4294967295',
    i64: '-1',
    u64: '18446744073709551615',
    f16: 'NaN:0xffff',
    f32: 'NaN:0xffffffff',
    f64: 'NaN:0xffffffffffffffff',
  });
});

test('both byte orders', () => {
  // π as a binary64 is 40 09 21 fb 54 44 2d 18
  const pi = [0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18];
  expect(values(pi, false)).toMatchObject({ u16: '16393', i32: '1074340347', f64: '3.141592653589793' });
  expect(values(pi.toReversed(), true)).toMatchObject({ f64: '3.141592653589793' });
});

test('values that need bytes past the end of memory are none', () => {
  expect(values([1, 2, 3], true)).toMatchObject({
    u8: '1',
    u16: '513',
    i32: null,
    u32: null,
    i64: null,
    f32: null,
    f64: null,
  });
});

test('pointers are unsigned', () => {
  expect(decodePointer(Uint8Array.of(0xf0, 0xff, 0xff, 0xff), true)).toBe(0xfffffff0);
  expect(decodePointer(Uint8Array.of(0, 0, 5, 0x48), false)).toBe(0x548);
  expect(decodePointer(Uint8Array.of(1, 2, 3), true)).toBeNull();
});

test('bits, the most significant first', () => {
  expect(bitsText(0x95)).toBe('1001 0101');
  expect(bitsText(1)).toBe('0000 0001');
});
