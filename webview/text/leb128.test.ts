// Values are those of the tables in DWARF 5 (appendix C), and of Wikipedia's LEB128: 624485 is e5 8e 26, −123456 is c0 bb 78.
import { expect, test } from 'vitest';
import { leb128Text } from './leb128.ts';

const of = (bytes: readonly number[], signed: boolean): string => leb128Text(Uint8Array.from(bytes), signed);
const FF = new Array<number>(9).fill(0xff);

test.each<[readonly number[], string]>([
  [[2], '2 (1 byte)'],
  [[0x7f], '127 (1 byte)'],
  [[0x80, 0x01], '128 (2 bytes)'],
  [[0xb9, 0x64], '12857 (2 bytes)'],
  [[0xe5, 0x8e, 0x26, 0xff], '624485 (3 bytes)'],
  [[0x80, 0x80, 0x00], '0 (3 bytes, over-long: 1 would do)'],
  [[...FF, 0x01], '18446744073709551615 (10 bytes)'],
  [[...FF, 0x02], 'none: more than 64 bits'],
  [[...FF, 0x81, 0x00], 'none: more than 64 bits'],
  [[0xe5, 0x8e], 'cut off: memory ends inside of it'],
  [[], 'cut off: memory ends inside of it'],
])('unsigned %j', (bytes, text) => {
  expect(of(bytes, false)).toBe(text);
});

test.each<[readonly number[], string]>([
  [[0x7e], '-2 (1 byte)'],
  [[0xff, 0x00], '127 (2 bytes)'],
  [[0x81, 0x7f], '-127 (2 bytes)'],
  [[0xc0, 0xbb, 0x78], '-123456 (3 bytes)'],
  [[0xff, 0x7f], '-1 (2 bytes, over-long: 1 would do)'],
  [[...new Array<number>(9).fill(0x80), 0x7f], '-9223372036854775808 (10 bytes)'],
  [[...FF, 0x00], '9223372036854775807 (10 bytes)'],
  [[...FF, 0x01], 'none: more than 64 bits'],
])('signed %j', (bytes, text) => {
  expect(of(bytes, true)).toBe(text);
});
