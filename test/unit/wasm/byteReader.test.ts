import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/wasm/byteReader.ts';
import { ByteWriter } from '../../../src/wasm/byteWriter.ts';
import { WasmFormatError } from '../../../src/wasm/errors.ts';
import { leb, text } from '../support/bytes.ts';
import { check } from '../support/property.ts';

const readerOf = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes));

/** What reading throws, as `reason @offset`. */
function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof WasmFormatError) return `${error.reason} @${error.offset}`;
    throw error;
  }
  return 'none';
}

describe('LEB128', () => {
  it.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0xe5, 0x8e, 0x26], 624_485], // DWARF's example
    [[0x03], 3], // the specification's example: 3 in one byte …
    [[0x83, 0x00], 3], // … and in two
    [[0xff, 0xff, 0xff, 0x7f], 268_435_455], // all that four bytes hold
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 4_294_967_295],
  ])('reads %j as the u32 %d', (bytes, value) => {
    const reader = readerOf(...bytes, 0xaa);
    expect(reader.u32()).toBe(value);
    expect(reader.offset).toBe(bytes.length);
  });

  it.each([
    [[0x7e], -2], // the specification's example: -2 in one, two and three bytes
    [[0xfe, 0x7f], -2],
    [[0xfe, 0xff, 0x7f], -2],
    [[0x3f], 63],
    [[0x40], -64],
    [[0xc0, 0x00], 64],
    [[0xc0, 0xbb, 0x78], -123_456], // DWARF's example
    [[0xff, 0xff, 0xff, 0x3f], 134_217_727], // the ends of what four bytes hold
    [[0x80, 0x80, 0x80, 0x40], -134_217_728],
    [[0xff, 0xff, 0xff, 0xff, 0x07], 2_147_483_647],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -2_147_483_648],
    [[0xff, 0xff, 0xff, 0xff, 0x7f], -1],
  ])('reads %j as the s32 %d', (bytes, value) => expect(readerOf(...bytes).s32()).toBe(value));

  it.each([
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 4_294_967_295],
    [[0x80, 0x80, 0x80, 0x80, 0x70], -4_294_967_296],
    [[0x40], -64],
  ])('reads %j as the s33 %d', (bytes, value) => expect(readerOf(...bytes).s33()).toBe(value));

  it('reads the ends of the 64-bit ranges', () => {
    const nine = Array<number>(9);
    expect(readerOf(...nine.fill(0xff), 0x01).u64()).toBe(2n ** 64n - 1n);
    expect(readerOf(...nine.fill(0xff), 0x00).s64()).toBe(2n ** 63n - 1n);
    expect(readerOf(...nine.fill(0x80), 0x7f).s64()).toBe(-(2n ** 63n));
  });

  it.each<[string, number[], (reader: ByteReader) => unknown]>([
    ['u32 of six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], reader => reader.u32()],
    ['u32 with bit 32', [0xff, 0xff, 0xff, 0xff, 0x1f], reader => reader.u32()],
    ['s32 whose unused bits are not its sign', [0xff, 0xff, 0xff, 0xff, 0x0f], reader => reader.s32()],
    ['negative s32 with a bit missing', [0xff, 0xff, 0xff, 0xff, 0x4f], reader => reader.s32()],
    ['s32 of six bytes', [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], reader => reader.s32()],
    ['s33 that is too large', [0xff, 0xff, 0xff, 0xff, 0x1f], reader => reader.s33()],
    ['u64 of eleven bytes', [...Array<number>(10).fill(0x80), 0x00], reader => reader.u64()],
    ['u64 with bit 64', [...Array<number>(9).fill(0xff), 0x02], reader => reader.u64()],
    ['s64 with bit 63 in a positive number', [...Array<number>(9).fill(0xff), 0x01], reader => reader.s64()],
  ])('refuses a %s, at its first byte', (_, bytes, read) => {
    const reader = new ByteReader(Uint8Array.from([0x00, ...bytes]), 1);
    expect(faultOf(() => read(reader))).toBe('malformed @1');
  });

  it('says where the file ends inside an integer', () => {
    expect(faultOf(() => readerOf().u32())).toBe('truncated @0');
    expect(faultOf(() => readerOf(0x80, 0x80).u32())).toBe('truncated @2');
    expect(faultOf(() => readerOf(0xff).s64())).toBe('truncated @1');
  });

  it('says that a value runs past the end of a section inside the file', () => {
    const file = Uint8Array.from([0x80, 0x01, 0x00]);
    expect(faultOf(() => new ByteReader(file, 0, 1).u32())).toBe('malformed @1');
    expect(faultOf(() => new ByteReader(file, 2, 2).u32())).toBe('malformed @2'); // a short value beyond the end
  });

  it.each([
    [0x7f, [0x20, 0x7f]],
    [0x80, [0x20, 0x80, 0x01]],
  ])('writes an instruction with the immediate %d', (value, bytes) => {
    expect([...new ByteWriter(1).opcodeU32(0x20, value).finish()]).toEqual(bytes);
  });

  it('agrees with an encoder by division, and the writer with both', () => {
    check([fc.integer({ min: 0, max: 0xffff_ffff })], 300, value => {
      expect(readerOf(...leb(value)).u32()).toBe(value);
      expect([...new ByteWriter(1).u32(value).finish()]).toEqual(leb(value));
      expect([...new ByteWriter(1).opcodeU32(0x20, value).finish()]).toEqual([0x20, ...leb(value)]);
    });
    check([fc.bigInt(0n, 2n ** 64n - 1n)], 300, value => {
      expect(readerOf(...leb(value)).u64()).toBe(value);
    });
  });
});

describe('bytes and names', () => {
  it('takes a view, not a copy', () => {
    const file = Uint8Array.from([1, 2, 3]);
    const taken = new ByteReader(file, 1).take(2);
    file[1] = 9;
    expect([...taken]).toEqual([9, 3]);
  });

  it('refuses to take more than is left and stays where it was', () => {
    const reader = readerOf(1, 2, 3);
    expect(faultOf(() => reader.take(4))).toBe('truncated @3');
    expect(reader.offset).toBe(0);
  });

  it('reads a slice within its own bounds and passes over it', () => {
    const reader = readerOf(1, 2, 3, 4);
    reader.byte();
    const slice = reader.slice(2);
    expect([slice.byte(), slice.byte(), slice.atEnd]).toEqual([2, 3, true]);
    expect(faultOf(() => slice.byte())).toBe('malformed @3');
    expect(reader.byte()).toBe(4);
  });

  it('keeps a byte order mark in a name, and reads several-byte characters', () => {
    expect(readerOf(3, 0xef, 0xbb, 0xbf).name()).toBe('\ufeff');
    expect(readerOf(9, ...text('é€𝄞')).name()).toBe('é€𝄞'); // 2 + 3 + 4 bytes
    expect(readerOf(0).name()).toBe('');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character cut short', [0xe2, 0x82]],
  ])('refuses a name with %s, at its length', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from([0, bytes.length, ...bytes]), 1);
    expect(faultOf(() => reader.name())).toBe('malformed @1');
  });
});

describe('ByteWriter', () => {
  it('keeps all bytes while it grows', () => {
    const writer = new ByteWriter(1);
    for (let i = 0; i < 300; i++) writer.byte(i % 256);
    writer.bytes(Uint8Array.from([7, 8])).name('é');
    const expected = [...Array.from({ length: 300 }, (_, i) => i % 256), 7, 8, 2, 0xc3, 0xa9];
    expect([...writer.finish()]).toEqual(expected);
    expect(writer.size).toBe(305);
  });
});
