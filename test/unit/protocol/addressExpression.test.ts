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

  test('below zero is said to be so', () => {
    expect(parseAddress('8-9', SIZE)).toEqual({ ok: false, message: 'This is below address 0.' });
  });
});

test('hex writes addresses above 2^31 without a sign', () => {
  expect(hex(0xfffffff0)).toBe('0xfffffff0');
});
