// A stretch of the writes to one page, in their order. A row: steps since the row before, accessor, distance from the end of
// the row before (signed), and the bytes written (a single one for a fill).
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Accessors } from './accessors.ts';
import { type Codec, type Packed, pack, unpack } from './codec.ts';
import type { PageImage } from './pageImage.ts';
import { ByteRow, unzigzag } from './varint.ts';

/** Bits that say which bytes of the page a block may write: one for each 4 bytes. */
const TOUCHED_WORDS = SHOWN_PAGE_BYTES / 4 / 32;

/** Writes of a block, beyond which the next one is begun: what a query replays at most. */
const MAX_ROWS = 2048;
/** The same in bytes, for large writes. */
const MAX_BYTES = 32_768;
/** What a block takes beside its rows and image: the object, the bits, two buffers' headers (measured on V8 13). */
const OVERHEAD_BYTES = 450;
/** Steps that a row can tell as a distance. */
const MAX_DISTANCE = 2 ** 31;

/** A write to a page, or the part of one that lies in the page. */
export interface PageWrite {
  readonly step: number;
  readonly accessor: number;
  readonly offset: number;
  readonly length: number;
}

export class PageBlock {
  rows = 0;
  lastStep: number;
  private readonly touched = new Uint32Array(TOUCHED_WORDS);
  /** Rows as they are written; null once the block is sealed. */
  private open: ByteRow | null = new ByteRow();
  private sealed: Packed | null = null;
  private end = 0;

  /**
   * @param firstStep the first row's step is told from here
   * @param start the page before the first row; null where it is what the block before leaves
   */
  constructor(
    readonly firstStep: number,
    public start: Packed | null,
  ) {
    this.lastStep = firstStep;
  }

  /** Bytes kept. */
  get size(): number {
    return (
      OVERHEAD_BYTES +
      (this.open?.bytes.length ?? 0) +
      (this.sealed?.bytes.length ?? 0) +
      (this.start?.bytes.length ?? 0)
    );
  }

  /** Bytes of the rows while the block is open; 0 once it is sealed. */
  get openBytes(): number {
    return this.open?.length ?? 0;
  }

  get isFull(): boolean {
    return this.rows >= MAX_ROWS || this.openBytes >= MAX_BYTES;
  }

  takes(step: number): boolean {
    return this.open !== null && !this.isFull && step - this.lastStep < MAX_DISTANCE;
  }

  append(
    step: number,
    accessor: number,
    offset: number,
    length: number,
    from: Uint8Array,
    at: number,
    count: number,
  ): void {
    const row = this.open;
    if (row === null) throw new RangeError('the block is sealed');
    row.unsigned(step - this.lastStep);
    row.unsigned(accessor);
    row.signed(offset - this.end);
    row.copy(from, at, count);
    this.end = offset + length;
    this.lastStep = step;
    this.rows++;
    for (let bit = offset >> 2; bit <= (this.end - 1) >> 2; bit++) this.touched[bit >> 5] |= 1 << (bit & 31);
  }

  /** Whether a byte of the range may be written here; false is certain. */
  mayTouch(from: number, to: number): boolean {
    for (let bit = from >> 2; bit <= (to - 1) >> 2; bit++) if (this.touched[bit >> 5] & (1 << (bit & 31))) return true;
    return false;
  }

  /** Packs the rows; nothing can be appended any more. */
  seal(codec: Codec): void {
    if (this.open === null) return;
    this.sealed = pack(codec, this.open.view());
    this.open = null;
  }

  /** The rows, unpacked. */
  read(codec: Codec): Uint8Array {
    return this.open?.view() ?? (this.sealed ? unpack(codec, this.sealed) : new Uint8Array(0));
  }
}

/** Goes over the rows of a block. */
export class RowCursor {
  step: number;
  accessor = 0;
  offset = 0;
  length = 0;
  /** Where the bytes written stand in `bytes`. */
  valueAt = 0;
  private at = 0;

  constructor(
    block: PageBlock,
    readonly bytes: Uint8Array,
    private readonly accessors: Accessors,
  ) {
    this.step = block.firstStep;
  }

  /** Goes to the next row; false at the end. */
  next(): boolean {
    if (this.at >= this.bytes.length) return false;
    this.step += this.unsigned();
    this.accessor = this.unsigned();
    this.offset += this.length + unzigzag(this.unsigned());
    this.length = this.accessors.length(this.accessor);
    this.valueAt = this.at;
    this.at += this.accessors.isFill(this.accessor) ? 1 : this.length;
    return true;
  }

  covers(from: number, to: number): boolean {
    return this.offset < to && this.offset + this.length > from;
  }

  /** The row, to be kept. */
  write(): PageWrite {
    const { step, accessor, offset, length } = this;
    return { step, accessor, offset, length };
  }

  applyTo(image: PageImage): void {
    const { accessors, accessor } = this;
    image.write(
      this.offset,
      this.length,
      this.bytes,
      this.valueAt,
      accessors.isFill(accessor),
      accessors.owner(accessor),
    );
  }

  /** The rows are our own: no check is needed, and this is where a query spends its time. */
  private unsigned(): number {
    const { bytes } = this;
    let byte = bytes[this.at++];
    if (byte < 0x80) return byte;
    let result = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[this.at++];
      result |= (byte & 0x7f) << shift;
    }
    return result >>> 0;
  }
}
