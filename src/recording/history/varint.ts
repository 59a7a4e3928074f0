// Small numbers in few bytes: unsigned LEB128 of at most 32 bits; signed ones as zigzag, so that those near zero are short.

/** Bytes of a number at most. */
export const MAX_NUMBER_BYTES = 5;

/** A growing row of bytes. */
export class ByteRow {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 64) {
    this.bytes = new Uint8Array(capacity);
  }

  /** @param value 0 … 2³² − 1 */
  unsigned(value: number): void {
    this.reserve(MAX_NUMBER_BYTES);
    this.putNumber(value);
  }

  /** Like {@link unsigned}, where room was reserved. */
  putNumber(value: number): void {
    const { bytes } = this;
    let { length } = this;
    let rest = value;
    while (rest > 0x7f) {
      bytes[length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[length++] = rest;
    this.length = length;
  }

  /** @param value 0 … 2⁵³ − 1 */
  wide(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 0x80);
    this.byte(rest);
  }

  /** @param value −2³¹ … 2³¹ − 1 */
  signed(value: number): void {
    this.unsigned(zigzag(value));
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Copies `count` bytes of `from`, from its offset `at` on. */
  copy(from: Uint8Array, at: number, count: number): void {
    this.reserve(count);
    this.put(from, at, count);
  }

  /** Like {@link copy}, where room was reserved. */
  put(from: Uint8Array, at: number, count: number): void {
    if (count > 16) this.bytes.set(from.subarray(at, at + count), this.length);
    else for (let i = 0; i < count; i++) this.bytes[this.length + i] = from[at + i];
    this.length += count;
  }

  /** What was written; a view. */
  view(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /**
   * Makes room for so many more bytes.
   * @returns the bytes by which the row's buffer has grown
   */
  reserve(count: number): number {
    return this.length + count <= this.bytes.length ? 0 : this.grow(this.length + count);
  }

  private grow(needed: number): number {
    const { bytes } = this;
    this.bytes = new Uint8Array(Math.max(needed, 2 * bytes.length));
    this.bytes.set(bytes);
    return this.bytes.length - bytes.length;
  }
}

/** Reads what a {@link ByteRow} holds. Past the end it throws a RangeError. */
export class ByteRowReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get atEnd(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError(`the data ends at byte ${this.end}`);
    return this.bytes[this.at++];
  }

  unsigned(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
    throw new RangeError(`a number before byte ${this.at} is longer than 32 bits`);
  }

  /** A number of up to 53 bits. */
  wide(): number {
    let result = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const byte = this.byte();
      result += (byte & 0x7f) * scale;
      if (byte < 0x80 && Number.isSafeInteger(result)) return result;
    }
    throw new RangeError(`a number before byte ${this.at} is longer than 53 bits`);
  }

  signed(): number {
    return unzigzag(this.unsigned());
  }

  /** The next `count` bytes; a view. */
  take(count: number): Uint8Array {
    if (count > this.end - this.at) throw new RangeError(`the data ends at byte ${this.end}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

export const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;
export const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
