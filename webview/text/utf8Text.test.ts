import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from './utf8Text.ts';

function decode(...bytes: number[]) {
  return decodeUtf8(Uint8Array.from(bytes));
}

test('text goes up to the first NUL', () => {
  expect(decode(0x68, 0x69, 0, 0x78)).toEqual({ kind: 'text', text: 'hi', ended: 'nul' });
  expect(decode(0, 0x78)).toEqual({ kind: 'text', text: '', ended: 'nul' });
});

test('text that is not ended is cut, and never within a character', () => {
  expect(decode(0x68, 0x69)).toEqual({ kind: 'text', text: 'hi', ended: 'cut' });
  // U+20AC is e2 82 ac: its last byte lies beyond what is looked at
  expect(decode(0x68, 0xe2, 0x82)).toEqual({ kind: 'text', text: 'h', ended: 'cut' });
});

describe('bytes that are not UTF-8 (Unicode, table 3-7)', () => {
  test.each([
    ['a continuation byte alone', [0x80], 0],
    ['an overlong slash', [0xc0, 0xaf], 0],
    ['an overlong form of three bytes', [0xe0, 0x9f, 0xbf], 0],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1],
    ['beyond U+10FFFF', [0x61, 0x62, 0xf4, 0x90, 0x80, 0x80], 2],
    ['a character cut short by NUL', [0xe2, 0x82, 0x00], 0],
    ['never a first byte', [0xff], 0],
  ])('%s', (_, bytes, offset) => {
    expect(decode(...bytes)).toMatchObject({ kind: 'invalid', offset });
  });
});

test('control characters are shown as escapes', () => {
  expect(decode(0x61, 0x0a, 0x09, 0x1b, 0)).toMatchObject({ text: 'a\\n\\t\\u{1b}' });
  // U+2028 LINE SEPARATOR and a byte order mark
  expect(decode(0xe2, 0x80, 0xa8, 0xef, 0xbb, 0xbf, 0)).toMatchObject({ text: '\\u{2028}\\u{feff}' });
});

test('everything the platform’s decoder accepts is text, and nothing else', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const bytes = fc.uint8Array({ min: 1, maxLength: 8 }).map(array => Uint8Array.from([...array, 0]));
  fc.assert(
    fc.property(bytes, array => {
      let valid = true;
      try {
        strict.decode(array);
      } catch {
        valid = false;
      }
      expect(decodeUtf8(array).kind === 'text').toBe(valid);
    }),
  );
});
