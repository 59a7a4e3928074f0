// Expected texts are worked out by hand from the little-endian bytes (IEEE 754 for floats).
import { describe, expect, it } from 'vitest';
import { storedType, valueText } from '../../../src/cli/storedValue.ts';

const hexBytes = (pairs: string): Uint8Array => Uint8Array.from(pairs.split(' '), pair => Number.parseInt(pair, 16));

describe('what a store writes', () => {
  it.each([
    ['i32.store', 4, 'i32'],
    ['i64.store', 8, 'i64'],
    ['f32.store', 4, 'f32'],
    ['f64.store', 8, 'f64'],
    ['i32.store8', 1, 'u8'],
    ['i64.store16', 2, 'u16'],
    ['i64.store32', 4, 'u32'],
    ['i32.atomic.store', 4, 'i32'],
    ['i64.atomic.store32', 4, 'u32'],
    ['i64.atomic.rmw.add', 8, 'i64'],
    ['i32.atomic.rmw8.cmpxchg_u', 1, 'u8'],
    ['i64.atomic.rmw32.xchg_u', 4, 'u32'],
    ['v128.store', 16, 'bytes'],
    ['v128.store32_lane', 4, 'bytes'],
    ['memory.fill', 4, 'bytes'],
    ['memory.copy', 8, 'bytes'],
  ])('%s of %i bytes is %s', (instruction, length, type) => expect(storedType(instruction, length)).toBe(type));

  it('is bytes where no instruction is known, or where a store was told in part', () => {
    expect(storedType(null, 4)).toBe('bytes');
    expect(storedType('i64.store', 4)).toBe('bytes');
  });
});

describe('a stored value as text', () => {
  it.each([
    ['i32', '17 00 00 00', '23'],
    ['i32', 'ff ff ff ff', '-1'],
    ['i64', 'ff ff ff ff ff ff ff 7f', '9223372036854775807'],
    ['u8', 'ff', '255'],
    ['u16', 'fe ff', '65534'],
    ['u32', 'ff ff ff ff', '4294967295'],
    ['f32', 'cd cc cc 3d', '0.1'],
    ['f32', '01 00 00 4b', '8388609'],
    ['f32', 'ff ff 7f 7f', '3.4028235e+38'],
    ['f32', '01 00 00 00', '1e-45'],
    ['f32', '00 00 00 80', '-0'],
    ['f32', '00 00 c0 7f', 'NaN'],
    ['f64', '9a 99 99 99 99 99 b9 3f', '0.1'],
    ['f64', '00 00 00 00 00 00 00 80', '-0'],
    ['f64', '00 00 00 00 00 00 f0 ff', '-Infinity'],
    ['bytes', '00 0b ab', '00 0b ab'],
  ] as const)('%s of %s is %s', (type, bytes, text) => expect(valueText(type, hexBytes(bytes))).toBe(text));

  it('is read where the bytes lie in a larger buffer', () => {
    expect(valueText('i32', hexBytes('aa aa 17 00 00 00').subarray(2))).toBe('23');
  });
});
