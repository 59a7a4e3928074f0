import { describe, expect, it } from 'vitest';
import { INTEL_HEX_CHARACTERS, IntelHexWriter, intelHex } from '../../../src/protocol/intelHex.ts';

/** Reads Intel HEX as its specification (Intel, 1988) has it: the bytes by their addresses. Throws at the first fault. */
function parse(text: string): Map<number, number> {
  const found = new Map<number, number>();
  let base = 0;
  let ended = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const bytes = line.match(/[0-9A-F]{2}/g)?.map(pair => Number.parseInt(pair, 16)) ?? [];
    const [length = 0, high = 0, low = 0, type, ...rest] = bytes;
    if (!/^:(?:[0-9A-F]{2})+$/.test(line) || ended || rest.length !== length + 1) throw new Error(`no record: ${line}`);
    if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw new Error(`wrong sum: ${line}`);
    const data = rest.slice(0, length);
    if (type === 0)
      data.forEach((byte, i) => {
        found.set(base + (((high << 8) + low + i) & 0xffff), byte);
      });
    else if (type === 4) base = ((data[0] ?? 0) * 256 + (data[1] ?? 0)) * 65536;
    else if (type === 1) ended = true;
    else throw new Error(`type ${type}`);
  }
  if (!ended) throw new Error('no end');
  return found;
}

describe('Intel HEX', () => {
  // The specification's own example of a data record, and sums worked out by hand.
  it('has a record of sixteen bytes, and an end', () => {
    const bytes = Uint8Array.from([
      ...[0x21, 0x46, 0x01, 0x36, 0x01, 0x21, 0x47, 0x01, 0x36, 0x00, 0x7e, 0xfe, 0x09, 0xd2, 0x19, 0x01],
    ]);
    expect(intelHex(bytes, 0x0100)).toBe(':10010000214601360121470136007EFE09D2190140\n:00000001FF\n');
  });

  it('tells the upper half of an address where it is another one', () => {
    // 02 + 04 + 00 + 12 = 18, and 100 − 18 = E8; 01 + 34 + 00 + AB = E0, and 100 − E0 = 20.
    expect(intelHex(Uint8Array.of(0xab), 0x00120034)).toBe(':020000040012E8\n:01003400AB20\n:00000001FF\n');
    // 02 + 04 + FF + FF = 204, and 300 − 204 = FC.
    expect(intelHex(Uint8Array.of(1), 0xffffffff).split('\n')[0]).toBe(':02000004FFFFFC');
  });

  it('begins a record at each 64 KiB', () => {
    const lines = intelHex(new Uint8Array(24).fill(1), 0xfff8).split('\n');
    expect(lines.map(line => line.slice(0, 9))).toEqual([':08FFF800', ':02000004', ':10000000', ':00000001', '']);
  });

  it.each([0, 0x548, 0xfff1, 0xabcd_fff3])('reads back as the same bytes from %i on', start => {
    const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    const text = intelHex(bytes, start);
    const back = parse(text);
    expect(back.size).toBe(bytes.length);
    expect(bytes.findIndex((byte, i) => back.get(start + i) !== byte)).toBe(-1);
    expect(text.length).toBeLessThan(bytes.length * INTEL_HEX_CHARACTERS);
  });

  it('goes on from part to part', () => {
    const writer = new IntelHexWriter();
    const parts = [
      writer.records(0x1_0000, Uint8Array.of(1)),
      writer.records(0x1_0001, Uint8Array.of(2)),
      writer.end(),
    ];
    expect(parts[1]).toBe(':0100010002FC\n');
    expect([...parse(parts.join(''))]).toEqual([
      [0x1_0000, 1],
      [0x1_0001, 2],
    ]);
  });

  it('has no addresses past 4 GiB', () => {
    expect(() => intelHex(new Uint8Array(2), 0xffffffff)).toThrow(/past 4 GiB/);
    expect(parse(intelHex(new Uint8Array(2).fill(7), 0xfffffffe)).get(0xffffffff)).toBe(7);
  });
});
