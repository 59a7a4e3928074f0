import { describe, expect, it } from 'vitest';
import { ByteRow, ByteRowReader } from '../../../../src/recording/history/varint.ts';

describe('numbers in few bytes', () => {
  // LEB128 by hand, as the WebAssembly specification's 5.2.2 has it.
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %d', (value, bytes) => {
    const row = new ByteRow(1);
    row.unsigned(value);
    expect([...row.view()]).toEqual(bytes);
    expect(new ByteRowReader(row.view()).unsigned()).toBe(value);
  });

  it.each([
    [0, [0]],
    [-1, [1]],
    [1, [2]],
    [-64, [0x7f]],
    [64, [0x80, 0x01]],
    [-(2 ** 31), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    [2 ** 31 - 1, [0xfe, 0xff, 0xff, 0xff, 0x0f]],
  ])('signed %d', (value, bytes) => {
    const row = new ByteRow(1);
    row.signed(value);
    expect([...row.view()]).toEqual(bytes);
    expect(new ByteRowReader(row.view()).signed()).toBe(value);
  });

  it('what ends too early or is too long is an error', () => {
    expect(() => new ByteRowReader(Uint8Array.of(0x80)).unsigned()).toThrow(RangeError);
    expect(() => new ByteRowReader(new Uint8Array(6).fill(0x80)).unsigned()).toThrow(/longer than 32 bits/);
    expect(() => new ByteRowReader(Uint8Array.of(1, 2)).take(3)).toThrow(RangeError);
  });
});
