import { expect, test } from 'vitest';
import { parseQuery, type SearchKind } from './searchQuery.ts';

test.each([
  ['0b 00 ?? 00', [0x0b, 0, null, 0]],
  ['0B00??00', [0x0b, 0, null, 0]],
  ['0x0b, 0x00', [0x0b, 0]],
  ['ff', [0xff]],
])('bytes %s', (text, bytes) => {
  expect(parseQuery('bytes', text, true)).toEqual({ ok: true, query: { kind: 'bytes', bytes } });
});

test.each([
  ['bytes', '', /^Type bytes/],
  ['bytes', '0b 0', /“0” is no byte/],
  ['bytes', 'zz', /“zz” is no byte/],
  ['bytes', '0? 11', /“0\?” is no byte/],
  ['bytes', '?? ??', /must not be \?\?/],
  ['utf-8', '', /^Type the text/],
  ['i32', '', /is no i32/],
  ['i32', '1.5', /“1.5” is no i32/],
  ['i32', '12x', /is no i32/],
  ['i8', '256', /does not fit into an i8/],
  ['i8', '-129', /does not fit/],
  ['i32', '0x100000000', /does not fit/],
  ['i64', '18446744073709551616', /does not fit/],
  ['f32', 'one', /“one” is no f32/],
  ['f64', '', /is no f64/],
] as const)('%s “%s” is refused with a sentence', (kind, text, message) => {
  expect(parseQuery(kind, text, true)).toEqual({ ok: false, message: expect.stringMatching(message) });
});

test.each<[SearchKind, string]>([
  ['i8', '255'],
  ['i8', '-128'],
  ['i16', '0xffff'],
  ['i32', '-2147483648'],
  ['i32', '4294967295'],
  ['i64', '18446744073709551615'],
  ['i64', '-9223372036854775808'],
  ['f32', '0.1'],
  ['f32', '-1e-3'],
  ['f64', 'NaN'],
  ['f64', '-Infinity'],
])('%s %s is a number, signed or unsigned', (type, value) => {
  expect(parseQuery(type, ` ${value} `, false)).toEqual({
    ok: true,
    query: { kind: 'number', type, value, littleEndian: false },
  });
});

test('text, in both encodings, keeps its spaces', () => {
  expect(parseQuery('utf-16le', ' ä ', true)).toEqual({
    ok: true,
    query: { kind: 'text', text: ' ä ', encoding: 'utf-16le' },
  });
});
