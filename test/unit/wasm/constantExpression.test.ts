import { expect, it } from 'vitest';
import { ByteReader } from '../../../src/wasm/byteReader.ts';
import { readConstant } from '../../../src/wasm/constantExpression.ts';

const END = 0x0b;

/** Value of an expression, having checked that exactly it was read. */
function constantOf(...bytes: number[]): number | null {
  const reader = new ByteReader(Uint8Array.from([...bytes, 0xaa]));
  const value = readConstant(reader);
  expect(reader.offset).toBe(bytes.length);
  return value;
}

// Opcodes from the specification, 5.4.
it.each([
  ['i32.const 1024', [0x41, 0x80, 0x08, END], 1024],
  ['i32.const -1', [0x41, 0x7f, END], 0xffff_ffff],
  ['8 + 5', [0x41, 8, 0x41, 5, 0x6a, END], 13],
  ['8 - 5', [0x41, 8, 0x41, 5, 0x6b, END], 3],
  ['5 - 8, modulo 2^32', [0x41, 5, 0x41, 8, 0x6b, END], 0xffff_fffd],
  ['8 * 5', [0x41, 8, 0x41, 5, 0x6c, END], 40],
  [
    '2^31 - 1 twice, added',
    [...[0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07], 0x6a, END],
    0xffff_fffe,
  ],
  ['65536 * 65537, modulo 2^32', [0x41, 0x80, 0x80, 0x04, 0x41, 0x81, 0x80, 0x04, 0x6c, END], 65_536],
  ['i64.const 1024', [0x42, 0x80, 0x08, END], 1024],
  [
    'i64: (1 + 2 - 4) * 4 + 12, modulo 2^64',
    [0x42, 1, 0x42, 2, 0x7c, 0x42, 4, 0x7d, 0x42, 4, 0x7e, 0x42, 12, 0x7c, END],
    8,
  ],
  ['i64: 2^32 + 1', [0x42, 0x81, 0x80, 0x80, 0x80, 0x10, END], 4_294_967_297],
  ['(1 + 2) * (7 - 3)', [0x41, 1, 0x41, 2, 0x6a, 0x41, 7, 0x41, 3, 0x6b, 0x6c, END], 12],
])('works out %s', (_, bytes, value) => expect(constantOf(...bytes)).toBe(value));

it.each([
  ['global.get 3', [0x23, 3, END]],
  ['global.get 0 + 16', [0x23, 0, 0x41, 16, 0x6a, END]],
  ['16 + global.get 0', [0x41, 16, 0x23, 0, 0x6a, END]],
  ['i64.const -1, which is 2^64 - 1', [0x42, 0x7f, END]],
  ['f32.const whose bytes look like opcodes', [0x43, END, END, END, END, END]],
  ['f64.const', [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, END]],
  ['v128.const', [0xfd, 0x0c, ...Array<number>(16).fill(END), END]],
  ['ref.null func', [0xd0, 0x70, END]],
  ['ref.null of a type', [0xd0, 0xc0, 0x00, END]],
  ['ref.func 200', [0xd2, 0xc8, 0x01, END]],
  ['struct.new_default 2', [0xfb, 1, 2, END]],
  ['array.new_fixed 2 with 3 elements', [0x41, 1, 0x41, 2, 0x41, 3, 0xfb, 8, 2, 3, END]],
  ['ref.i31', [0x41, 1, 0xfb, 28, END]],
  ['extern.convert_any of a null', [0xd0, 0x6e, 0xfb, 27, END]],
  ['nothing', [END]],
])('passes over %s, which is no integer known here', (_, bytes) => expect(constantOf(...bytes)).toBeNull());

it.each([
  ['local.get', [0x20, 0], 0],
  ['i32.load behind a constant', [0x41, 0, 0x28, 2, 0], 2],
  ['another vector instruction', [0xfd, 0x00], 0],
  ['another GC instruction', [0xfb, 2], 0],
])('refuses %s at its offset', (_, bytes, offset) =>
  expect(() => constantOf(...bytes)).toThrow(expect.objectContaining({ reason: 'malformed', offset })),
);

it.each([[[]], [[0x41]], [[0x41, 1]], [[0x43, 1, 2]], [[0xfd, 0x0c, 1]]])('reports that %j ends early', bytes =>
  expect(() => readConstant(new ByteReader(Uint8Array.from(bytes)))).toThrow(
    expect.objectContaining({ reason: 'truncated', offset: bytes.length }),
  ),
);
