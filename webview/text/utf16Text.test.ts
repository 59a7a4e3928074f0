import { expect, test } from 'vitest';
import { decodeUtf16 } from './utf16Text.ts';

const of = (bytes: readonly number[], littleEndian = true) => decodeUtf16(Uint8Array.from(bytes), littleEndian);

test('ends at a NUL, in either byte order', () => {
  expect(of([0x68, 0, 0xac, 0x20, 0, 0, 0x41, 0])).toEqual({ kind: 'text', text: 'h€', ended: 'nul' });
  expect(of([0, 0x68, 0x20, 0xac, 0, 0], false)).toEqual({ kind: 'text', text: 'h€', ended: 'nul' });
});

test('pairs of surrogates are one character; one alone is no UTF-16', () => {
  // U+1F600 is d83d de00.
  expect(of([0x3d, 0xd8, 0x00, 0xde, 0, 0])).toEqual({ kind: 'text', text: '\u{1f600}', ended: 'nul' });
  expect(of([0x41, 0, 0x3d, 0xd8, 0x41, 0])).toEqual({ kind: 'invalid', text: 'A', offset: 2 });
  expect(of([0x00, 0xde])).toEqual({ kind: 'invalid', text: '', offset: 0 });
});

test('what is cut inside of a character ends before it; control characters are escaped', () => {
  expect(of([0x0a, 0, 0x3d, 0xd8])).toEqual({ kind: 'text', text: '\\n', ended: 'cut' });
  expect(of([0x41, 0, 0x42])).toEqual({ kind: 'text', text: 'A', ended: 'cut' });
});
