import { expect, test } from 'vitest';
import { isPrintable, rowText } from './byteText.ts';

function row(values: readonly number[], changed: readonly number[] = []) {
  return rowText({
    values: Int16Array.from(values),
    changed: Uint8Array.from(values, (_, i) => Number(changed.includes(i))),
  });
}

test('bytes, zero bytes and changed bytes are in strings of their own, each in its place', () => {
  const text = row([0x68, 0x00, 0x0a, 0x7e, 0xff, 0x00], [4, 5]);
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
  const text = row([-1, -1]);
  expect(text.quiet).toBe('·· ··');
  expect(text.bytes.trim()).toBe('');
});

test('printable are the characters from space to tilde', () => {
  expect([0x1f, 0x20, 0x7e, 0x7f, 0x80, 20].map(isPrintable)).toEqual([false, true, true, false, false, false]);
});
