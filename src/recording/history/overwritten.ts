// What the writes of a block overwrote: leads from the page after them back to the page before them. Kept where the oldest
// writes are being dropped and a block has few rows: then nothing needs to be rebuilt to say what the page held before it.
import type { PageImage } from './pageImage.ts';
import { ByteRow } from './varint.ts';

/** Bytes of the object and its buffer's header. */
const OVERHEAD_BYTES = 150;
/** Bytes behind what was overwritten: offset and length, two bytes each. */
const TRAILER_BYTES = 4;

export class Overwritten {
  private readonly row = new ByteRow(32);

  /** Bytes kept. */
  get size(): number {
    return OVERHEAD_BYTES + this.row.bytes.length;
  }

  /** Takes what a page holds where it is about to be written. */
  take({ contents, owners }: PageImage, offset: number, length: number): void {
    const { row } = this;
    row.copy(contents, offset, length);
    row.copy(owners, offset, length);
    for (const number of [offset, length]) {
      row.byte(number & 0xff);
      row.byte(number >> 8);
    }
  }

  /** Puts back what was taken, the newest first. */
  putBack({ contents, owners }: PageImage): void {
    const bytes = this.row.view();
    for (let end = bytes.length; end > 0; ) {
      const trailer = end - TRAILER_BYTES;
      const offset = bytes[trailer] | (bytes[trailer + 1] << 8);
      const length = bytes[trailer + 2] | (bytes[trailer + 3] << 8);
      end = trailer - 2 * length;
      contents.set(bytes.subarray(end, end + length), offset);
      owners.set(bytes.subarray(end + length, trailer), offset);
    }
  }
}
