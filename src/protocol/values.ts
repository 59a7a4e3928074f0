// The value of an access: of which type it is by its instruction, and its text. Panel, terminal and JSON write the same.

interface NumberFormat {
  /** In bytes. */
  readonly size: number;
  /** Characters of the longest text. */
  readonly width: number;
  read(view: DataView, littleEndian: boolean): string;
}

/** Bits of a binary format (IEEE 754): all, and those of the exponent; what of a NaN the payload is lies below these. */
interface FloatBits {
  readonly all: number;
  readonly exponent: bigint;
}

const F16: FloatBits = { all: 16, exponent: 0x7c00n };
const F32: FloatBits = { all: 32, exponent: 0x7f80_0000n };
const F64: FloatBits = { all: 64, exponent: 0x7ff0_0000_0000_0000n };

/** A NaN that is not the canonical one has its bits behind it, since a store may change nothing else. @returns null for a number */
function nanText(bits: bigint, { all, exponent }: FloatBits): string | null {
  const sign = 1n << BigInt(all - 1);
  if ((bits & ~sign) <= exponent) return null;
  const canonical = exponent | ((exponent & -exponent) >> 1n); // the upper bit of the payload
  return bits === canonical ? 'NaN' : `NaN:0x${bits.toString(16)}`;
}

/** Numbers in memory. Texts are decimal; a float that is none is `NaN` (with its bits, where they are not those of the canonical one), `Infinity` or `-Infinity`. */
export const NUMBERS = {
  i8: { size: 1, width: 4, read: view => String(view.getInt8(0)) },
  u8: { size: 1, width: 3, read: view => String(view.getUint8(0)) },
  i16: { size: 2, width: 6, read: (view, little) => String(view.getInt16(0, little)) },
  u16: { size: 2, width: 5, read: (view, little) => String(view.getUint16(0, little)) },
  i32: { size: 4, width: 11, read: (view, little) => String(view.getInt32(0, little)) },
  u32: { size: 4, width: 10, read: (view, little) => String(view.getUint32(0, little)) },
  i64: { size: 8, width: 20, read: (view, little) => String(view.getBigInt64(0, little)) },
  u64: { size: 8, width: 20, read: (view, little) => String(view.getBigUint64(0, little)) },
  f16: {
    size: 2,
    width: 11,
    read: (view, little) => nanText(BigInt(view.getUint16(0, little)), F16) ?? f16Text(view.getUint16(0, little)),
  },
  f32: {
    size: 4,
    width: 15,
    read: (view, little) => nanText(BigInt(view.getUint32(0, little)), F32) ?? f32Text(view.getFloat32(0, little)),
  },
  f64: {
    size: 8,
    width: 24,
    read: (view, little) => nanText(view.getBigUint64(0, little), F64) ?? f64Text(view.getFloat64(0, little)),
  },
} as const satisfies Readonly<Record<string, NumberFormat>>;

export type NumberType = keyof typeof NUMBERS;
export type ValueType = NumberType | 'bytes';

const isNumberType = (type: string): type is NumberType => Object.hasOwn(NUMBERS, type);

/** Type, bits where they are fewer than those of the type, and whether a load extends them by their sign. */
const NUMERIC_ACCESS = /^([if](?:32|64))\.(?:atomic\.)?(?:load|store|rmw)(8|16|32)?(?:\.\w+?)?(?:_([su]))?$/;
const WAIT = /^memory\.atomic\.wait(32|64)$/;

/**
 * i32, i64 and floats are what they are called; parts of integers are unsigned, but for loads that extend the sign. What
 * bulk and vector instructions move, and what no known instruction wrote, is bytes.
 * @param instruction in the text format's terms; null where none is known
 * @param length bytes accessed; an access that was told in part is bytes, too
 */
export function accessedType(instruction: string | null, length: number): ValueType {
  const type = instruction === null ? 'bytes' : typeNamedBy(instruction);
  return isNumberType(type) && NUMBERS[type].size === length ? type : 'bytes';
}

function typeNamedBy(instruction: string): string {
  const wait = WAIT.exec(instruction);
  if (wait) return `i${wait[1]}`;
  const [, type = 'bytes', bits, sign] = NUMERIC_ACCESS.exec(instruction) ?? [];
  return bits === undefined ? type : `${sign === 's' ? 'i' : 'u'}${bits}`;
}

/** A decimal number, or pairs of hexadecimal digits. */
export function valueText(type: ValueType, bytes: Uint8Array): string {
  if (type === 'bytes') return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
  const format: NumberFormat = NUMBERS[type];
  return format.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), true);
}

/** The shortest text of a binary64: JavaScript's own number to string conversion is exactly that, but for the zero's sign. */
export const f64Text = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** The shortest text of a binary16 that is no NaN; a whole number has all its digits. @param bits all of it */
export function f16Text(bits: number): string {
  const value = f16Value(bits);
  if (!Number.isFinite(value) || Number.isInteger(value)) return f64Text(value);
  // Five significant digits identify any binary16. Its neighbours have the bits before and behind.
  const magnitude = bits & 0x7fff;
  const [below, above] = [f16Value(magnitude - 1), f16Value(magnitude + 1)];
  const half = Math.abs(value);
  const low = (below + half) / 2;
  const high = (half + above) / 2; // above all that are not whole there is another one
  // Half-way between two neighbours the one with an even last bit is meant.
  const isIts = (candidate: number): boolean =>
    (candidate > low && candidate < high) || ((bits & 1) === 0 && (candidate === low || candidate === high));
  const sign = value < 0 ? '-' : '';
  for (let digits = 1; digits < 5; digits++) {
    const found = decimalsNear(half, digits).find(isIts);
    if (found !== undefined) return `${sign}${found}`;
  }
  return `${sign}${Number(half.toPrecision(5))}`;
}

/** A binary16 by its bits: exact, as a binary64 holds all of them. */
function f16Value(bits: number): number {
  const fraction = bits & 0x3ff;
  const exponent = (bits >> 10) & 0x1f;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * The shortest text of a binary32 (`value` must be one, as `DataView.getFloat32` returns it): 0.1, where the same value
 * as a binary64 would be 0.10000000149011612.
 */
export function f32Text(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return f64Text(value);
  // Nine significant digits identify any binary32; take as few as do.
  for (let digits = 1; digits < 9; digits++) {
    for (const candidate of decimalsNear(value, digits)) {
      if (Math.fround(candidate) === value) return String(candidate);
    }
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * The decimals of `digits` significant digits around `value`, nearest first. The nearest alone is not enough: below a power
 * of two the gap between floats is half the one above, so a decimal further away can round to `value` where the nearest does not.
 */
function decimalsNear(value: number, digits: number): number[] {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const integer = Number(mantissa.replace('.', ''));
  const scale = Number(exponent) - (digits - 1);
  return [integer, integer + 1, integer - 1].map(candidate => Number(`${candidate}e${scale}`));
}
