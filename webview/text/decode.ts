// The bytes at an address as values of each type.
import { NUMBERS } from '../../src/protocol/values.ts';

export interface TypedValue {
  readonly type: string;
  /** null where the value would need bytes past the end of memory */
  readonly text: string | null;
}

/** The numeric types of WebAssembly and their parts. `bytes` start at the address; fewer than 8 means that memory ends. */
export function decodeValues(bytes: Uint8Array, littleEndian: boolean): TypedValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.entries(NUMBERS).map(([type, { size, read }]) => ({
    type,
    text: bytes.length < size ? null : read(view, littleEndian),
  }));
}

/** The u32 at the start of `bytes` as an address of linear memory; null where memory ends before. */
export function decodePointer(bytes: Uint8Array, littleEndian: boolean): number | null {
  if (bytes.length < 4) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, littleEndian);
}

/** Bits of a byte, most significant first, in two groups of four: `1001 0101`. */
export function bitsText(byte: number): string {
  const bits = byte.toString(2).padStart(8, '0');
  return `${bits.slice(0, 4)} ${bits.slice(4)}`;
}
