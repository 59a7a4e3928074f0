// A stretch of the writes to one page, in their order. A row: steps since the row before, accessor, distance from the end of
// the row before (signed), and the bytes written (a single one for a fill). These bytes stand apart: so they deflate better.
// Of the rest only what is not as guessed is kept: how many rows before it were, and the row.

import type { Codec, Packed } from '../../platform/codec.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Accessors } from './accessors.ts';
import type { Overwritten } from './overwritten.ts';
import type { PageImage } from './pageImage.ts';
import { RowGuess } from './rowGuess.ts';
import { ByteRow, MAX_NUMBER_BYTES, unzigzag, zigzag } from './varint.ts';

/** Bits that say which bytes of the page a block may write: one for each 4 bytes. */
const TOUCHED_WORDS = SHOWN_PAGE_BYTES / 4 / 32;

/** Writes of a block, beyond which the next one is begun: what a query replays at most. */
const MAX_ROWS = 4096;
/** The same in bytes, for large writes. */
const MAX_BYTES = 32_768;
/** What a block takes beside its rows and image: the object, the bits, two buffers' headers (measured on V8 13). */
const OVERHEAD_BYTES = 450;
/** What the guess of an open block takes. */
const GUESS_BYTES = 300;
/** Room for rows that a block begins with. */
const FIRST_BYTES = 64;
/** Steps that a row can tell as a distance. */
const MAX_DISTANCE = 2 ** 31;

/** A write to a page, or the part of one that lies in the page. */
export interface PageWrite {
  readonly step: number;
  readonly accessor: number;
  readonly offset: number;
  readonly length: number;
}

/** A block that takes no more rows, as a file has it. */
export interface KeptBlock {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly rows: number;
  /** The page before the first row; null where it is what the block before leaves. */
  readonly start: Packed | null;
  /** A bit for each 4 bytes of the page that a row may write. */
  readonly touched: Uint32Array;
  /** What tells of the rows, and the bytes written behind it. */
  readonly packed: Packed;
  /** Bytes of what tells of the rows. */
  readonly headBytes: number;
}

export class PageBlock {
  rows = 0;
  lastStep: number;
  /** Its rows are of a file, and nobody has looked at them yet. */
  isUnchecked = false;
  private touched = new Uint32Array(TOUCHED_WORDS);
  /** Rows as they are written; null once the block is sealed. */
  private open: { readonly heads: ByteRow; readonly values: ByteRow; readonly guess: RowGuess } | null;
  /** Last rows that were as guessed. */
  private guessed = 0;
  private sealed: Packed | null = null;
  /** Where the values begin in what is sealed, and how many there are. */
  private headBytes = 0;
  private valueBytes = 0;
  private end = 0;
  /** What the rows overwrote; null where that is not kept. */
  overwritten: Overwritten | null = null;

  /**
   * @param firstStep the first row's step is told from here
   * @param start the page before the first row; null where it is what the block before leaves
   * @param like a block that has just become full, so that this one will need as much room; null where there is none
   */
  constructor(
    readonly firstStep: number,
    public start: Packed | null,
    like: PageBlock | null,
  ) {
    this.lastStep = firstStep;
    const [heads, values] = like ? [like.headBytes, like.valueBytes] : [FIRST_BYTES, FIRST_BYTES];
    this.open = { heads: new ByteRow(heads), values: new ByteRow(values), guess: new RowGuess() };
  }

  static ofKept({ firstStep, lastStep, rows, start, touched, packed, headBytes }: KeptBlock): PageBlock {
    const block = new PageBlock(firstStep, start, null);
    block.open = null;
    block.lastStep = lastStep;
    block.rows = rows;
    block.touched = Uint32Array.from(touched);
    block.sealed = packed;
    block.headBytes = headBytes;
    block.valueBytes = packed.size - headBytes;
    block.isUnchecked = true;
    return block;
  }

  /** @throws RangeError where it takes rows */
  get kept(): KeptBlock {
    const { firstStep, lastStep, rows, start, touched, sealed, headBytes } = this;
    if (!sealed) throw new RangeError('the block takes rows');
    return { firstStep, lastStep, rows, start, touched, packed: sealed, headBytes };
  }

  /** Bytes kept. */
  get size(): number {
    const packed = (this.sealed?.bytes.length ?? 0) + (this.start?.bytes.length ?? 0);
    return OVERHEAD_BYTES + this.bufferBytes + packed + (this.overwritten?.size ?? 0);
  }

  /** Bytes of the buffers that take rows; 0 once the block is sealed. */
  get bufferBytes(): number {
    return this.open ? GUESS_BYTES + this.open.heads.bytes.length + this.open.values.bytes.length : 0;
  }

  /** Bytes of the rows while the block is open; 0 once it is sealed. */
  get openBytes(): number {
    return this.open ? this.open.heads.length + this.open.values.length : 0;
  }

  takes(step: number): boolean {
    return this.rows < MAX_ROWS && this.openBytes < MAX_BYTES && step - this.lastStep < MAX_DISTANCE;
  }

  /**
   * Appends a row for `length` bytes at an offset.
   * @param from holds the `count` bytes to keep, at `at`
   * @returns the bytes by which what is kept has grown: mostly none, since room is made for more than one row
   */
  append(
    step: number,
    accessor: number,
    offset: number,
    length: number,
    from: Uint8Array,
    at: number,
    count: number,
  ): number {
    if (this.open === null) throw new RangeError('the block is sealed');
    const { heads, values, guess } = this.open;
    const distance = step - this.lastStep;
    const gap = offset - this.end;
    let grown = values.reserve(count);
    if (guess.isRight(distance, accessor, gap)) {
      this.guessed++;
    } else {
      guess.correct(distance, accessor, gap);
      grown += heads.reserve(4 * MAX_NUMBER_BYTES);
      heads.putNumber(this.guessed);
      heads.putNumber(distance);
      heads.putNumber(accessor);
      heads.putNumber(zigzag(gap));
      this.guessed = 0;
    }
    guess.goOn(accessor);
    values.put(from, at, count);
    this.end = offset + length;
    this.lastStep = step;
    this.rows++;
    const last = (this.end - 1) >> 2;
    for (let bit = offset >> 2; bit <= last; bit++) this.touched[bit >> 5] |= 1 << (bit & 31);
    return grown;
  }

  /** Whether a byte of the range may be written here; false is certain. */
  mayTouch(from: number, to: number): boolean {
    for (let bit = from >> 2; bit <= (to - 1) >> 2; bit++) if (this.touched[bit >> 5] & (1 << (bit & 31))) return true;
    return false;
  }

  /** Packs the rows; nothing can be appended any more. */
  seal(codec: Codec): void {
    if (this.open === null) return;
    const { heads, values } = this.open;
    const rows = new Uint8Array(heads.length + values.length);
    rows.set(heads.view());
    rows.set(values.view(), heads.length);
    this.sealed = codec.pack(rows);
    this.headBytes = heads.length;
    this.valueBytes = values.length;
    this.open = null;
  }

  /** The rows, unpacked. */
  read(codec: Codec): BlockRows {
    if (this.open) return { heads: this.open.heads.view(), values: this.open.values.view() };
    const rows = this.sealed ? codec.unpack(this.sealed) : new Uint8Array(0);
    return { heads: rows.subarray(0, this.headBytes), values: rows.subarray(this.headBytes) };
  }
}

/** Rows of a block: what tells of each, and the bytes written one behind the other. */
export interface BlockRows {
  readonly heads: Uint8Array;
  readonly values: Uint8Array;
}

/** Goes over the rows of a block. */
export class RowCursor {
  step: number;
  accessor = 0;
  offset = 0;
  length = 0;
  /** Where the bytes written stand in `values`. */
  valueAt = 0;
  readonly values: Uint8Array;
  private readonly heads: Uint8Array;
  private readonly guess = new RowGuess();
  private at = 0;
  private nextValueAt = 0;
  /** Rows to come, and of them those to come before the next one that is not as guessed. */
  private left: number;
  private guessed: number;

  constructor(
    block: PageBlock,
    { heads, values }: BlockRows,
    private readonly accessors: Accessors,
  ) {
    this.step = block.firstStep;
    this.heads = heads;
    this.values = values;
    this.left = block.rows;
    this.guessed = this.nextGuessed();
  }

  /** Goes to the next row; false at the end. */
  next(): boolean {
    if (this.left === 0) return false;
    this.left--;
    const { guess } = this;
    if (this.guessed > 0) this.guessed--;
    else {
      guess.correct(this.unsigned(), this.unsigned(), unzigzag(this.unsigned()));
      this.guessed = this.nextGuessed();
    }
    this.step += guess.distance;
    this.accessor = guess.accessor;
    this.offset += this.length + guess.gap;
    guess.goOn(this.accessor);
    this.length = this.accessors.length(this.accessor);
    this.valueAt = this.nextValueAt;
    this.nextValueAt += this.accessors.isFill(this.accessor) ? 1 : this.length;
    return true;
  }

  /** Whether the rows, all of which were gone over, are all that there is. */
  private get isWhole(): boolean {
    return this.left === 0 && this.at === this.heads.length && this.nextValueAt === this.values.length;
  }

  /** Goes over all rows. @throws RangeError where they are none that a page's block can have */
  check({ firstStep, lastStep }: PageBlock): void {
    let before = firstStep - 1;
    while (this.next()) {
      const { step, accessor, offset, length } = this;
      const isKnown = accessor < this.accessors.count && step > before;
      if (!isKnown || step > lastStep || length === 0 || offset < 0 || offset + length > SHOWN_PAGE_BYTES)
        throw new RangeError(`the recording is damaged: the write of step ${step} is none of a page`);
      before = step;
    }
    if (before !== lastStep || !this.isWhole)
      throw new RangeError(`the recording is damaged: writes up to step ${lastStep} are not whole`);
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
      this.values,
      this.valueAt,
      accessors.isFill(accessor),
      accessors.owner(accessor),
    );
  }

  /** Puts the bytes of the row up to an offset (exclusive) of the page into others, in which the page begins at `at`. */
  writeTo(bytes: Uint8Array, at: number, end: number): void {
    const { accessor, accessors, offset, valueAt, values } = this;
    const length = Math.min(end - offset, this.length);
    if (accessors.isFill(accessor)) bytes.fill(values[valueAt], at + offset, at + offset + length);
    else bytes.set(values.subarray(valueAt, valueAt + length), at + offset);
  }

  /** The rows behind the last one that was kept are all as guessed. */
  private nextGuessed(): number {
    return this.at < this.heads.length ? this.unsigned() : this.left;
  }

  /** The rows are our own, or are checked as a whole: this is where a query spends its time. */
  private unsigned(): number {
    const { heads } = this;
    let byte = heads[this.at++];
    if (byte < 0x80) return byte;
    let result = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = heads[this.at++];
      result |= (byte & 0x7f) << shift;
    }
    return result >>> 0;
  }
}
