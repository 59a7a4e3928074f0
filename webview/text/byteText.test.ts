import { expect, test } from 'vitest';
import { isPrintable, rowText } from './byteText.ts';

function row(values: readonly number[], changed: readonly number[] = [], owners: readonly number[] = []) {
  return {
    values: Int16Array.from(values),
    changed: Uint8Array.from(values, (_, i) => Number(changed.includes(i))),
    owners: Uint8Array.from(values, (_, i) => owners[i] ?? 0),
  };
}

test('bytes, zero bytes and changed bytes are in strings of their own, each in its place', () => {
  const text = rowText(row([0x68, 0x00, 0x0a, 0x7e, 0xff, 0x00], [4, 5]));
  expect(text).toEqual({
    bytes: '68    0a 7e       ',
    quiet: '   00             ',
    changed: '             ff 00',
    ascii: 'h  ~  ',
    asciiQuiet: ' ··   ',
    asciiChanged: '    ··',
  });
});

test('bytes that are not loaded are no zeros', () => {
  const text = rowText(row([-1, -1]));
  expect(text.quiet).toBe('·· ··');
  expect(text.bytes.trim()).toBe('');
});

test('selected bytes are never quiet, and keep what else they are', () => {
  const text = rowText(row([0x00, 0x00, 0x0a, 0x68], [2]), null, { first: 1, last: 2 });
  expect(text).toEqual({
    bytes: '   00    68',
    quiet: '00         ',
    changed: '      0a   ',
    ascii: ' · h',
    asciiQuiet: '·   ',
    asciiChanged: '  · ',
  });
});

test('of one owner alone, its bytes are shown, zero or not, and all others are quiet', () => {
  const text = rowText(row([0x68, 0x00, 0x69, 0x6a], [3], [4, 4, 5, 5]), 4);
  expect(text).toEqual({
    bytes: '68 00      ',
    quiet: '      69 6a',
    changed: '           ',
    ascii: 'h   ',
    asciiQuiet: ' ·ij',
    asciiChanged: '    ',
  });
});

test('printable are the characters from space to tilde', () => {
  expect([0x1f, 0x20, 0x7e, 0x7f, 0x80, 20].map(isPrintable)).toEqual([false, true, true, false, false, false]);
});
