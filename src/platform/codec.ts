// How what is seldom looked at is kept: packed where that saves something. Zstandard (RFC 8878) packs these bytes ten times as fast as
// deflate (RFC 1951), but takes longer to begin, so that short ones are deflated. Before Node 22.15 there is only deflate.

import { constants, crc32, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** How bytes are kept: as they are, or packed. */
export type Packing = 'stored' | 'deflate' | 'zstd';

/** Bytes as they are kept. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that come out. */
  readonly size: number;
  readonly packing: Packing;
}

/** Compression and checksum, given from outside so that the recording runs wherever these exist. */
export interface Codec {
  /** What it can unpack. */
  readonly packings: ReadonlySet<Packing>;
  /** @returns what is not packed is a copy, too */
  pack(bytes: Uint8Array): Packed;
  /**
   * Bytes that are kept as they are, are no copy.
   * @throws RangeError where the data is damaged or holds more than its `size` bytes
   */
  unpack(packed: Packed): Uint8Array;
  /** CRC-32 as in gzip. */
  checksum(bytes: Uint8Array): number;
}

/** What is shorter than this is not worth the time. */
const MIN_PACKED_BYTES = 96;
/** From here on Zstandard is faster, where there is one (measured on Node 24). */
const MIN_ZSTD_BYTES = 2048;
/** No packed byte stands for more than so many: what claims to is not worth an allocation. It is what deflate can do at best. */
export const MAX_PACKING_RATIO = 1032;

const hasZstd = typeof zstdCompressSync === 'function';

export const zlibCodec: Codec = {
  packings: new Set<Packing>(hasZstd ? ['stored', 'deflate', 'zstd'] : ['stored', 'deflate']),
  pack: bytes => {
    const size = bytes.length;
    let packed: Packed | null = null;
    if (hasZstd && size >= MIN_ZSTD_BYTES) packed = { bytes: zstd(bytes), size, packing: 'zstd' };
    // Of zeros alone Zstandard makes next to nothing.
    if (size >= MIN_PACKED_BYTES && !(packed && size <= packed.bytes.length * MAX_PACKING_RATIO))
      packed = { bytes: deflate(bytes), size, packing: 'deflate' };
    return packed && packed.bytes.length < size ? packed : { bytes: new Uint8Array(bytes), size, packing: 'stored' };
  },
  unpack: ({ bytes, size, packing }) => {
    if (packing === 'stored') return bytes;
    const options = { chunkSize: Math.max(64, size), maxOutputLength: Math.max(1, size) };
    const unpacked = undamaged(() =>
      packing === 'zstd' ? zstdDecompressSync(bytes, options) : inflateRawSync(bytes, options),
    );
    if (unpacked.length !== size) throw new RangeError(`${unpacked.length} bytes came out instead of ${size}`);
    // Not a Buffer, whose `slice` is no copy.
    return new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.length);
  },
  checksum: bytes => crc32(bytes),
};

function undamaged(unpack: () => Buffer): Buffer {
  try {
    return unpack();
  } catch (error) {
    throw new RangeError(`what is packed is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// Copies: zlib's own results are views of far larger buffers, which would be kept with them.
const zstd = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    zstdCompressSync(bytes, {
      pledgedSrcSize: bytes.length,
      chunkSize: bytes.length + 64,
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    }),
  );

const deflate = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(deflateRawSync(bytes, { level: 1, chunkSize: Math.max(64, bytes.length) }));
