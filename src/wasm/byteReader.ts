// Reads the primitive values of the binary format (WebAssembly specification, 5.2 Values).
import { WasmFormatError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A name from its bytes; null where they are not UTF-8. A byte order mark is part of the name. */
export function decodeName(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

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
    const start = this.offset;
    const short = this.shortLeb();
    return this.offset > start ? short : Number(this.leb(32, false));
  }

  /** Unsigned LEB128 of at most 64 bits. */
  u64(): bigint {
    return this.leb(64, false);
  }

  /** Signed LEB128 of at most 32 bits. */
  s32(): number {
    const start = this.offset;
    const short = this.shortLeb();
    if (this.offset === start) return Number(this.leb(32, true));
    const unused = 32 - 7 * (this.offset - start);
    return (short << unused) >> unused;
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
    this.skip(length);
    return this.bytes.subarray(start, this.offset);
  }

  /** Passes over the next `length` bytes. */
  skip(length: number): void {
    if (length > this.end - this.offset) throw this.tooShort(this.end);
    this.offset += length;
  }

  /** A length-prefixed UTF-8 name. */
  name(): string {
    const start = this.offset;
    const name = decodeName(this.take(this.u32()));
    if (name === null) throw this.malformed('a name is not valid UTF-8', start);
    return name;
  }

  /** A reader of the next `length` bytes, which are passed over here. */
  slice(length: number): ByteReader {
    const start = this.offset;
    this.skip(length);
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

  /**
   * LEB128 of at most four bytes: its 7 bits a byte are within any type, and need no BigInt. Nearly all are this short.
   * @returns the bits; of a longer integer nothing, and the offset stays where it is
   */
  private shortLeb(): number {
    const { bytes, offset } = this;
    const length = Math.min(4, this.end - offset);
    let result = 0;
    for (let i = 0; i < length; i++) {
      const byte = bytes[offset + i];
      result |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        this.offset = offset + i + 1;
        return result;
      }
    }
    return 0;
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
