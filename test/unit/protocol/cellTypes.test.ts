// Texts are worked out by hand from the bytes.
import { expect, it } from 'vitest';
import { CELL_TYPES, type CellType } from '../../../src/protocol/cellTypes.ts';

const text = (type: CellType, bytes: readonly number[], littleEndian = true): string =>
  CELL_TYPES[type].read(new DataView(Uint8Array.from(bytes).buffer), littleEndian);

it.each<[CellType, readonly number[], string, string]>([
  ['bytes', [0x0f], '0f', '0f'],
  ['hex16', [0x12, 0x34], '3412', '1234'],
  ['hex32', [0x12, 0x34, 0x56, 0x78], '78563412', '12345678'],
  ['hex64', [1, 0, 0, 0, 0, 0, 0, 0], '0000000000000001', '0100000000000000'],
  ['ptr32', [0x48, 5, 0, 0], '00000548', '48050000'],
  ['ptr64', [0x48, 5, 0, 0, 0, 0, 0, 0], '0000000000000548', '4805000000000000'],
  ['i8', [0xff], '-1', '-1'],
  ['u16', [0x01, 0x02], '513', '258'],
  // 2^63 − 1 is more than a double can tell from 2^63.
  ['i64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], '9223372036854775807', '-129'],
  ['f32', [0, 0, 0, 0x80], '-0', '1.8e-43'],
])('%s of %j', (type, bytes, little, big) => {
  expect([text(type, bytes), text(type, bytes, false)]).toEqual([little, big]);
});

it('no text is longer than its cell', () => {
  const patterns = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x10];
  for (const [name, { size, width, read }] of Object.entries(CELL_TYPES)) {
    for (const first of patterns) {
      for (const last of patterns) {
        const bytes = new Uint8Array(8).fill(0xff);
        bytes[0] = first;
        bytes[size - 1] = last;
        expect([name, read(new DataView(bytes.buffer, 0, size), true).length <= width]).toEqual([name, true]);
      }
    }
  }
});
