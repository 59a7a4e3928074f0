import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/protocol/addressExpression.ts';
import { hex } from '../../../src/protocol/text.ts';

const SIZE = 2 ** 32;

test('in a memory without a byte, each is outside', () => {
  expect(parseAddress('0', 0)).toEqual({ ok: false, message: '0x0 is outside the memory: it has no bytes.' });
});

describe('parseAddress', () => {
  test.each([
    ['0', 0],
    ['1352', 1352],
    ['0x548', 1352],
    ['0X54A', 1354],
    [' 0x548 + 8 ', 1360],
    ['0x548+8', 1360],
    ['0x600 - 0x10 + 4', 1524],
    ['-8+0x10', 8],
    ['0xffffffff', 4294967295],
    ['2147483648', 2147483648],
  ])('%s is %i', (text, address) => {
    expect(parseAddress(text, SIZE)).toEqual({ ok: true, address });
  });

  test.each(['', '  ', 'hello', '548h', '0x', '1 2', '1+', '++1', '0x54g', '1.5', '1e3', '0x548 8'])(
    '“%s” is no address, and the message says how to write one',
    text => {
      const result = parseAddress(text, SIZE);
      expect(result).toMatchObject({ ok: false, message: expect.stringContaining('0x hexadecimal') });
    },
  );

  test('the last byte is inside of the memory and the next is not', () => {
    expect(parseAddress('0x10ffff', 17 * 65536)).toMatchObject({ ok: true });
    expect(parseAddress('0x110000', 17 * 65536)).toEqual({
      ok: false,
      message: '0x110000 is outside the memory: its last byte is 0x10ffff.',
    });
  });

  test('of 32 bits that is negative is the pointer that was printed as an i32', () => {
    // Two's complement: 2³² − 4, 2³² − 1, 2³¹.
    for (const [text, expected] of [
      ['-4', 4_294_967_292],
      ['-0x4', 4_294_967_292],
      ['8-9', 4_294_967_295],
      ['-2147483648', 2_147_483_648],
      ['-0x80000000 + 4', 2_147_483_652],
    ] as const)
      expect(parseAddress(text, SIZE)).toEqual({ ok: true, address: expected });
    expect(parseAddress('-2147483649', SIZE)).toEqual({
      ok: false,
      message: '-2147483649 is no address: as an i32 a pointer is -2147483648 or more.',
    });
    expect(parseAddress('-4', 65_536)).toEqual({
      ok: false,
      message: '0xfffffffc (-4 as an i32) is outside the memory: its last byte is 0xffff.',
    });
    expect(parseAddress('-4', 0)).toEqual({
      ok: false,
      message: '0xfffffffc (-4 as an i32) is outside the memory: it has no bytes.',
    });
  });
});

test('hex writes addresses above 2^31 without a sign', () => {
  expect(hex(0xfffffff0)).toBe('0xfffffff0');
});
