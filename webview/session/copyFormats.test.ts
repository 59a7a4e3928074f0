import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { formatBytes } from './copyFormats.ts';

const at = address(0x548);
const HI = Uint8Array.of(0x68, 0x69, 0x00, 0xc3, 0xa4);

test.each([
  ['hex', '68 69 00 c3 a4'],
  ['json', '[104,105,0,195,164]'],
  // printf 'hi\0ä' | base64
  ['base64', 'aGkAw6Q='],
  ['text', 'hi\0ä'],
  // 05 + 05 + 48 + 68 + 69 + c3 + a4 = 28a, and 300 − 28a = 76
  ['ihex', ':05054800686900C3A476\n:00000001FF\n'],
  ['c', 'const unsigned char memory_0x548[5] = {\n  0x68, 0x69, 0x00, 0xc3, 0xa4,\n};\n'],
] as const)('%s', (format, text) => {
  expect(formatBytes(HI, format, at)).toBe(text);
});

test('a C array has 16 bytes a line', () => {
  const lines = formatBytes(new Uint8Array(17), 'c', at).split('\n');
  expect(lines.map(line => line.split('0x00').length - 1)).toEqual([0, 16, 1, 0, 0]);
});

test('what is no UTF-8 is marked in text', () => {
  expect(formatBytes(Uint8Array.of(0x61, 0xff, 0x62), 'text', at)).toBe('a\ufffdb');
});

test('base64 of a MiB is as long as it must be and reads back as the same bytes', () => {
  const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, i) => (i * 31) & 0xff);
  const text = formatBytes(bytes, 'base64', at);
  expect(text).toHaveLength(4 * Math.ceil(2 ** 20 / 3));
  const back = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  expect(back.every((byte, i) => byte === bytes[i])).toBe(true);
});
