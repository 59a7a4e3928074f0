// What the bytes at an address are as values of each type.
import { f32Text, f64Text } from './floatText.ts';

export interface TypedValue {
  readonly type: string;
  /** null where the value would need bytes past the end of memory */
  readonly text: string | null;
}

interface Reader {
  readonly type: string;
  /** Bytes that the value needs. */
  readonly size: number;
  readonly read: (view: DataView, littleEndian: boolean) => string;
}

const READERS: readonly Reader[] = [
  { type: 'i8', size: 1, read: view => String(view.getInt8(0)) },
  { type: 'u8', size: 1, read: view => String(view.getUint8(0)) },
  { type: 'i16', size: 2, read: (view, little) => String(view.getInt16(0, little)) },
  { type: 'u16', size: 2, read: (view, little) => String(view.getUint16(0, little)) },
  { type: 'i32', size: 4, read: (view, little) => String(view.getInt32(0, little)) },
  { type: 'u32', size: 4, read: (view, little) => String(view.getUint32(0, little)) },
  { type: 'i64', size: 8, read: (view, little) => String(view.getBigInt64(0, little)) },
  { type: 'u64', size: 8, read: (view, little) => String(view.getBigUint64(0, little)) },
  { type: 'f32', size: 4, read: (view, little) => f32Text(view.getFloat32(0, little)) },
  { type: 'f64', size: 8, read: (view, little) => f64Text(view.getFloat64(0, little)) },
];

/** The numeric types of WebAssembly and their parts. `bytes` start at the address; fewer than 8 means that memory ends. */
export function decodeValues(bytes: Uint8Array, littleEndian: boolean): TypedValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return READERS.map(({ type, size, read }) => ({
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
