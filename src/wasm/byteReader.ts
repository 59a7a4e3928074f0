// Reads the primitive values of the binary format (WebAssembly specification, 5.2 Values).
import { WasmFormatError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A cursor over a range of a file. Every read checks the range and throws a {@link WasmFormatError} at the offset. */
export class ByteReader {
  /**
   * @param bytes the whole file, so that offsets are those of the file
   * @param offset where to start
   * @param end where the range ends (exclusive)
   */
  constructor(
    readonly bytes: Uint8Array,
    public offset = 0,
    readonly end = bytes.length,
  ) {}

  get atEnd(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.offset >= this.end) throw this.tooShort(this.offset);
    return this.bytes[this.offset++];
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    const first = this.bytes[this.offset];
    if (first < 0x80 && this.offset < this.end) {
      this.offset++;
      return first; // nearly all are this short
    }
    const second = this.bytes[this.offset + 1];
    if (second < 0x80 && this.offset + 1 < this.end) {
      this.offset += 2;
      return (first & 0x7f) | (second << 7);
    }
    return Number(this.leb(32, false));
  }

  /** Unsigned LEB128 of at most 64 bits. */
  u64(): bigint {
    return this.leb(64, false);
  }

  /** Signed LEB128 of at most 32 bits. */
  s32(): number {
    return Number(this.leb(32, true));
  }

  /** Signed LEB128 of at most 33 bits: block types and heap types. */
  s33(): number {
    return Number(this.leb(33, true));
  }

  /** Signed LEB128 of at most 64 bits. */
  s64(): bigint {
    return this.leb(64, true);
  }

  /** The next `length` bytes; a view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.offset;
    if (length > this.end - start) throw this.tooShort(this.end);
    this.offset += length;
    return this.bytes.subarray(start, this.offset);
  }

  /** A length-prefixed UTF-8 name. A byte order mark is part of the name. */
  name(): string {
    const start = this.offset;
    const bytes = this.take(this.u32());
    try {
      return utf8.decode(bytes);
    } catch {
      throw new WasmFormatError('malformed', 'a name is not valid UTF-8', start);
    }
  }

  /** A reader of the next `length` bytes, which are passed over here. */
  slice(length: number): ByteReader {
    const start = this.offset;
    this.take(length);
    return new ByteReader(this.bytes, start, this.offset);
  }

  malformed(message: string, offset = this.offset): WasmFormatError {
    return new WasmFormatError('malformed', message, offset);
  }

  private tooShort(offset: number): WasmFormatError {
    // At the end of the file bytes are missing; at the end of a section inside it a size is wrong.
    return this.end === this.bytes.length
      ? new WasmFormatError('truncated', 'the file ends too early', offset)
      : new WasmFormatError('malformed', 'a value runs past the end of its section', offset);
  }

  private leb(bits: number, signed: boolean): bigint {
    const start = this.offset;
    let result = 0n;
    let shift = 0n;
    for (let byte = 0x80; byte & 0x80; shift += 7n) {
      if (shift >= BigInt(bits)) throw this.malformed('an integer is longer than its type allows', start);
      byte = this.byte();
      result |= BigInt(byte & 0x7f) << shift;
    }
    const value = signed ? BigInt.asIntN(Number(shift), result) : result;
    const fits = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
    if (!fits) throw this.malformed('an integer is larger than its type allows', start);
    return value;
  }
}
