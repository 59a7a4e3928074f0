// Writes the primitive values of the binary format (WebAssembly specification, 5.2 Values).

/** Bytes of an unsigned LEB128 of 32 bits, at most. */
const LONGEST_U32 = 5;

/** Collects bytes; grows as needed. */
export class ByteWriter {
  private buffer: Uint8Array<ArrayBuffer>;
  private length = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  byte(value: number): this {
    this.reserve(1);
    this.buffer[this.length++] = value;
    return this;
  }

  /** Unsigned LEB128, in as few bytes as possible. */
  u32(value: number): this {
    this.reserve(LONGEST_U32);
    const { buffer } = this;
    let rest = value >>> 0;
    while (rest > 0x7f) {
      buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[this.length++] = rest;
    return this;
  }

  /** Unsigned LEB128 of at most 64 bits. */
  u64(value: bigint): this {
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest));
  }

  /** A byte and an unsigned LEB128: most instructions are no more than that. */
  opcodeU32(opcode: number, value: number): this {
    if (value > 0x7f) return this.byte(opcode).u32(value);
    this.reserve(2);
    const { buffer, length } = this;
    buffer[length] = opcode;
    buffer[length + 1] = value;
    this.length = length + 2;
    return this;
  }

  /** Unsigned LEB128 in five bytes, whatever the value. */
  paddedU32(value: number): this {
    this.reserve(LONGEST_U32);
    this.length += LONGEST_U32;
    return this.paddedU32At(this.length - LONGEST_U32, value);
  }

  /** Replaces a {@link paddedU32} that was written at an offset, since its value was not known yet. */
  paddedU32At(offset: number, value: number): this {
    let rest = value >>> 0;
    for (let i = offset; i < offset + LONGEST_U32; i++, rest >>>= 7) {
      this.buffer[i] = (rest & 0x7f) | (i < offset + LONGEST_U32 - 1 ? 0x80 : 0);
    }
    return this;
  }

  /** Signed LEB128 of a 32-bit integer, in as few bytes as possible. */
  s32(value: number): this {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.byte(rest & 0x7f);
  }

  /** Copies a range of `source`; short ranges by hand, since a view costs more than it saves. */
  copy(source: Uint8Array, start: number, end: number): this {
    const count = end - start;
    if (count > 32) return this.bytes(source.subarray(start, end));
    this.reserve(count);
    const { buffer } = this;
    let at = this.length;
    for (let i = start; i < end; i++) buffer[at++] = source[i];
    this.length = at;
    return this;
  }

  /** Starts again with nothing written; what {@link finish} returned is no longer valid. */
  clear(): this {
    this.length = 0;
    return this;
  }

  bytes(source: Uint8Array): this {
    this.reserve(source.length);
    this.buffer.set(source, this.length);
    this.length += source.length;
    return this;
  }

  /** A length-prefixed UTF-8 name. */
  name(text: string): this {
    const encoded = new TextEncoder().encode(text);
    return this.u32(encoded.length).bytes(encoded);
  }

  get size(): number {
    return this.length;
  }

  /** What was written; a view that later writes may or may not change. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.finish());
    this.buffer = grown;
  }
}
