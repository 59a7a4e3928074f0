import { deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zlibCodec } from '../../../src/platform/codec.ts';

const { pack, unpack } = zlibCodec;

/** Bytes that hardly anything can be saved of: a generator with a period far longer than they are. */
function noise(count: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 23;
  });
}

const counting = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i >> 4);

describe('packed bytes', () => {
  it.each([0, 1, 95, 96, 2047, 2048, 100_000])('%i bytes come out as they were', count => {
    for (const bytes of [new Uint8Array(count), counting(count), noise(count)]) {
      const packed = pack(bytes);
      expect(packed.size).toBe(count);
      expect(packed.bytes.length).toBeLessThanOrEqual(count);
      expect(Buffer.compare(unpack(packed), bytes)).toBe(0);
    }
  });

  it('are packed with Zstandard where they are many, deflated where they are few, and kept where nothing is saved', () => {
    expect(pack(counting(4096)).packing).toBe('zstd');
    expect(pack(counting(1000)).packing).toBe('deflate');
    expect(pack(counting(40)).packing).toBe('stored');
    expect(pack(noise(4096)).packing).toBe('stored');
  });

  it('can be unpacked by anything that knows the two formats', () => {
    expect(Buffer.compare(zstdDecompressSync(pack(counting(4096)).bytes), counting(4096))).toBe(0);
    expect(Buffer.compare(inflateRawSync(pack(counting(1000)).bytes), counting(1000))).toBe(0);
    const foreign = { bytes: new Uint8Array(zstdCompressSync(counting(5000))), size: 5000, packing: 'zstd' } as const;
    expect(Buffer.compare(unpack(foreign), counting(5000))).toBe(0);
  });

  it('of zeros alone stand for no more bytes each than a reader of files allows', () => {
    const packed = pack(new Uint8Array(1 << 20));
    expect((1 << 20) / packed.bytes.length).toBeLessThanOrEqual(1032);
  });

  it.each(['zstd', 'deflate'] as const)('are an error where more comes out than they claim, or less: %s', packing => {
    const pressed = packing === 'zstd' ? zstdCompressSync(counting(5000)) : deflateRawSync(counting(5000));
    const bytes = new Uint8Array(pressed);
    expect(() => unpack({ bytes, size: 4999, packing })).toThrow();
    expect(() => unpack({ bytes, size: 5001, packing })).toThrow(RangeError);
    expect(() => unpack({ bytes: bytes.slice(0, -4), size: 5000, packing })).toThrow();
  });

  it('are copies, which hold no larger buffer', () => {
    for (const bytes of [counting(40), counting(1000), counting(4096)]) {
      const packed = pack(bytes);
      expect(packed.bytes.buffer).not.toBe(bytes.buffer);
      expect(packed.bytes.buffer.byteLength).toBe(packed.bytes.length);
    }
  });
});
