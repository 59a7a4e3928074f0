// LEB128: integers in groups of seven bits, the lowest first, as WebAssembly's binary format and DWARF have them.

/** Bytes that 64 bits need: more is no integer of WebAssembly. */
const MOST_BYTES = 10;

export type Leb128 =
  | {
      readonly kind: 'value';
      readonly value: bigint;
      /** Bytes that it takes here. */
      readonly length: number;
      /** Bytes that would be enough for the value; fewer than `length` where it is over-long. */
      readonly needed: number;
    }
  /** The bytes end before the integer does. */
  | { readonly kind: 'cut' }
  /** It has more than 64 bits. */
  | { readonly kind: 'too-long' };

/** The integer at the start of `bytes`; fewer than 10 bytes mean that memory ends there. */
export function decodeLeb128(bytes: Uint8Array, signed: boolean): Leb128 {
  let value = 0n;
  for (let i = 0; i < MOST_BYTES; i++) {
    const byte = bytes[i];
    if (byte === undefined) return { kind: 'cut' };
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte >= 0x80) continue;
    const length = i + 1;
    if (signed) value = BigInt.asIntN(7 * length, value);
    if (value !== (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value))) return { kind: 'too-long' };
    return { kind: 'value', value, length, needed: bytesFor(value, signed) };
  }
  return { kind: 'too-long' };
}

function bytesFor(value: bigint, signed: boolean): number {
  const fits = (bits: number): boolean => value === (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  let length = 1;
  while (!fits(7 * length)) length++;
  return length;
}

/** `624485 (3 bytes)`; what is over-long, cut off or no integer is said. */
export function leb128Text(bytes: Uint8Array, signed: boolean): string {
  const decoded = decodeLeb128(bytes, signed);
  if (decoded.kind === 'cut') return 'cut off: memory ends inside of it';
  if (decoded.kind === 'too-long') return 'none: more than 64 bits';
  const { value, length, needed } = decoded;
  const excess = needed < length ? `, over-long: ${needed} would do` : '';
  return `${value} (${length} ${length === 1 ? 'byte' : 'bytes'}${excess})`;
}
