// What a store wrote, as text: a number where the instruction writes one, else bytes.

/** How the text of a stored value is to be read; `u8` … `u32` are the low bits of a wider value. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'u8' | 'u16' | 'u32' | 'bytes';

/** Type of the value, and bits written where they are fewer than those of the type. */
const NUMERIC_STORE = /^(?:([if](?:32|64)))\.(?:atomic\.)?(?:store|rmw)(8|16|32)?\b/;

const BYTES = { i32: 4, i64: 8, f32: 4, f64: 8, u8: 1, u16: 2, u32: 4 } as const;
type NumberType = keyof typeof BYTES;

const isNumberType = (type: string): type is NumberType => Object.hasOwn(BYTES, type);

/**
 * @param instruction in the text format's terms; null where none is known
 * @param length bytes written
 */
export function storedType(instruction: string | null, length: number): ValueType {
  const match = NUMERIC_STORE.exec(instruction ?? '');
  if (!match) return 'bytes';
  const [, type, bits] = match;
  const stored = bits === undefined ? type : `u${bits}`;
  return isNumberType(stored) && BYTES[stored] === length ? stored : 'bytes';
}

/** A decimal number (`NaN`, `Infinity`, `-Infinity` too), or pairs of hexadecimal digits. */
export function valueText(type: ValueType, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'i32':
      return String(view.getInt32(0, true));
    case 'i64':
      return String(view.getBigInt64(0, true));
    case 'u8':
      return String(view.getUint8(0));
    case 'u16':
      return String(view.getUint16(0, true));
    case 'u32':
      return String(view.getUint32(0, true));
    case 'f32':
      return singleText(view.getFloat32(0, true));
    case 'f64':
      return doubleText(view.getFloat64(0, true));
    case 'bytes':
      return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
  }
}

const doubleText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** The shortest decimal that reads back as the same f32. */
function singleText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return doubleText(value);
  // Nine digits always suffice.
  for (let digits = 1; ; digits++) {
    const short = Number(value.toPrecision(digits));
    if (digits === 9 || Math.fround(short) === value) return doubleText(short);
  }
}
