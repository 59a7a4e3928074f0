import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/wasm/byteReader.ts';
import {
  functionTypeText,
  globalTypeText,
  limitsText,
  readGlobalType,
  readLimits,
  readTableType,
  readTypes,
  readValueType,
} from '../../../src/wasm/types.ts';

const readerOf = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes));

/** The types of a type section's contents as text; null for what is no function. */
const typesOf = (...bytes: number[]) =>
  readTypes(readerOf(...bytes)).map(type => (type === null ? null : functionTypeText(type)));

// Codes from the specification, 5.3.1 to 5.3.5.
describe('value types', () => {
  it.each([
    [[0x7f], 'i32'],
    [[0x7e], 'i64'],
    [[0x7d], 'f32'],
    [[0x7c], 'f64'],
    [[0x7b], 'v128'],
    [[0x70], 'funcref'],
    [[0x6f], 'externref'],
    [[0x6e], 'anyref'],
    [[0x6d], 'eqref'],
    [[0x6c], 'i31ref'],
    [[0x6b], 'structref'],
    [[0x6a], 'arrayref'],
    [[0x69], 'exnref'],
    [[0x71], 'nullref'],
    [[0x72], 'nullexternref'],
    [[0x73], 'nullfuncref'],
    [[0x74], 'nullexnref'],
    [[0x63, 0x70], '(ref null func)'],
    [[0x64, 0x6f], '(ref extern)'],
    [[0x64, 0x00], '(ref 0)'],
    [[0x63, 0xc0, 0x00], '(ref null 64)'], // an index of 64 needs two bytes as s33
  ])('reads %j as %s', (bytes, name) => {
    const reader = readerOf(...bytes);
    expect(readValueType(reader)).toBe(name);
    expect(reader.atEnd).toBe(true);
  });

  it('refuses unknown codes at their offset', () => {
    expect(() => readValueType(readerOf(0x01))).toThrow(expect.objectContaining({ reason: 'malformed', offset: 0 }));
    expect(() => readValueType(readerOf(0x64, 0x40))).toThrow(
      expect.objectContaining({ reason: 'malformed', offset: 1 }),
    );
  });
});

describe('type sections', () => {
  it('reads functions with any number of parameters and results', () => {
    expect(typesOf(4, 0x60, 0, 0, 0x60, 0, 1, 0x7f, 0x60, 2, 0x7e, 0x7d, 0, 0x60, 1, 0x7c, 2, 0x7f, 0x7e)).toEqual([
      '() -> ()',
      '() -> i32',
      '(i64, f32) -> ()',
      '(f64) -> (i32, i64)',
    ]);
  });

  it('flattens recursive groups, and keeps the place of structs and arrays', () => {
    const group = [
      ...[0x4e, 3], // (rec of three:
      ...[0x50, 0, 0x5f, 2, 0x7f, 0x01, 0x78, 0x00], // (sub (struct (mut i32) i8))
      ...[0x4f, 1, 0x00, 0x5f, 1, 0x63, 0x00, 0x01], // (sub final 0 (struct (mut (ref null 0))))
      ...[0x60, 1, 0x64, 0x00, 1, 0x77], // (func (param (ref 0)) (result i16)): i16 is no value type, but readable
    ];
    expect(typesOf(3, 0x60, 0, 1, 0x7f, ...group, 0x5e, 0x7e, 0x01)).toEqual([
      '() -> i32',
      null,
      null,
      '((ref 0)) -> i16',
      null,
    ]);
  });

  it('reads an empty group', () => expect(typesOf(2, 0x4e, 0, 0x60, 0, 0)).toEqual(['() -> ()']));

  it('refuses an unknown form at its offset', () =>
    expect(() => typesOf(1, 0x5d)).toThrow(expect.objectContaining({ reason: 'malformed', offset: 1 })));

  it('reports a section that ends early', () =>
    expect(() => typesOf(2, 0x60, 0, 0)).toThrow(expect.objectContaining({ reason: 'truncated', offset: 4 })));

  it('does not believe a count that is larger than the file', () =>
    expect(() => typesOf(0xff, 0xff, 0xff, 0xff, 0x0f)).toThrow(expect.objectContaining({ reason: 'truncated' })));
});

describe('limits, tables and globals', () => {
  const plain = { maximum: null, shared: false, is64: false, customPageSize: false };
  it.each([
    [[0x00, 1], { ...plain, minimum: 1n }, '1'],
    [[0x01, 1, 0x10], { ...plain, minimum: 1n, maximum: 16n }, '1..16'],
    [[0x03, 1, 0x10], { ...plain, minimum: 1n, maximum: 16n, shared: true }, '1..16 shared'],
    [[0x04, 2], { ...plain, minimum: 2n, is64: true }, 'i64 2'],
    [
      [0x05, 0, 0xff, 0xff, 0xff, 0xff, 0x1f],
      { ...plain, minimum: 0n, maximum: 2n ** 33n - 1n, is64: true },
      `i64 0..${2 ** 33 - 1}`,
    ],
    [[0x08, 7, 0x00], { ...plain, minimum: 7n, customPageSize: true }, '7'],
  ])('reads %j', (bytes, limits, text) => {
    const reader = readerOf(...bytes);
    const read = readLimits(reader);
    expect(read).toEqual(limits);
    expect(limitsText(read)).toBe(text);
    expect(reader.atEnd).toBe(true);
  });

  it('refuses flags that nobody defined', () =>
    expect(() => readLimits(readerOf(0x10, 0))).toThrow(expect.objectContaining({ reason: 'malformed', offset: 0 })));

  it('reads globals and tables', () => {
    expect(globalTypeText(readGlobalType(readerOf(0x7f, 0x01)))).toBe('mut i32');
    expect(globalTypeText(readGlobalType(readerOf(0x7c, 0x00)))).toBe('f64');
    expect(readTableType(readerOf(0x70, 0x01, 2, 10))).toEqual({
      element: 'funcref',
      limits: { ...plain, minimum: 2n, maximum: 10n },
    });
  });

  it('refuses a mutability that is neither 0 nor 1, at its byte', () =>
    expect(() => readGlobalType(readerOf(0x7f, 0x02))).toThrow(
      expect.objectContaining({ reason: 'malformed', offset: 1 }),
    ));
});
