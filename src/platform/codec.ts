// How what is seldom looked at is kept: deflated where that saves something.
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Compression and checksum, given from outside so that the recording runs wherever these exist. */
export interface Codec {
  deflate(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * @param size bytes that come out
   * @throws where the data is damaged or holds more than `size` bytes
   */
  inflate(bytes: Uint8Array, size: number): Uint8Array;
  /** CRC-32 as in gzip. */
  checksum(bytes: Uint8Array): number;
}

export const zlibCodec: Codec = {
  // A copy: zlib's own result is a view of a far larger buffer, which would be kept with it.
  deflate: bytes => new Uint8Array(deflateRawSync(bytes, { level: 1, memLevel: 9 })),
  inflate: (bytes, size) => {
    const inflated = inflateRawSync(bytes, { chunkSize: Math.max(64, size), maxOutputLength: Math.max(1, size) });
    if (inflated.length !== size) throw new RangeError(`${inflated.length} bytes came out instead of ${size}`);
    // Not a Buffer, whose `slice` is no copy.
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length);
  },
  checksum: bytes => crc32(bytes),
};

/** Bytes as they are kept. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that come out. */
  readonly size: number;
  readonly deflated: boolean;
}

/** What is shorter than this is not worth the time. */
const MIN_DEFLATED_BYTES = 96;

export function pack(codec: Codec, bytes: Uint8Array): Packed {
  if (bytes.length >= MIN_DEFLATED_BYTES) {
    const deflated = codec.deflate(bytes);
    if (deflated.length < bytes.length) return { bytes: deflated, size: bytes.length, deflated: true };
  }
  return { bytes: new Uint8Array(bytes), size: bytes.length, deflated: false };
}

export function unpack(codec: Codec, packed: Packed): Uint8Array {
  return packed.deflated ? codec.inflate(packed.bytes, packed.size) : packed.bytes;
}
