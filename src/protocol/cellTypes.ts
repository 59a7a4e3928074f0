// What a cell of the grid shows of memory: one byte, a word as hexadecimal digits, a number, or a pointer.
import { NUMBERS, type NumberType } from './values.ts';

export interface CellFormat {
  /** As the menu has it. */
  readonly label: string;
  /** What it is, in words. */
  readonly about: string;
  /** Bytes of a cell. */
  readonly size: 1 | 2 | 4 | 8;
  /** Characters of the longest text. */
  readonly width: number;
  /** Two digits a byte; where they are in little endian, the last byte comes first. */
  readonly hasDigits: boolean;
  /** The value is the address of a byte of memory. */
  readonly isPointer: boolean;
  /** The text of a cell's bytes. */
  read(view: DataView, littleEndian: boolean): string;
}

type WordSize = CellFormat['size'];

/** Unsigned, of a size in bytes. */
export function readWord(view: DataView, size: WordSize, littleEndian: boolean): bigint {
  if (size === 8) return view.getBigUint64(0, littleEndian);
  if (size === 4) return BigInt(view.getUint32(0, littleEndian));
  return BigInt(size === 2 ? view.getUint16(0, littleEndian) : view.getUint8(0));
}

const digits = (size: WordSize, label: string, about: string, isPointer: boolean): CellFormat => ({
  label,
  about,
  size,
  width: 2 * size,
  hasDigits: true,
  isPointer,
  read: (view, littleEndian) =>
    readWord(view, size, littleEndian)
      .toString(16)
      .padStart(2 * size, '0'),
});

const hex = (size: 2 | 4 | 8): CellFormat =>
  digits(size, `hex${8 * size}`, `groups of ${size} bytes, hexadecimal`, false);
const pointer = (size: 4 | 8): CellFormat => digits(size, `ptr${8 * size}`, `${8 * size}-bit pointers`, true);

const KINDS = { i: 'signed', u: 'unsigned', f: 'floating-point' } as const;

function number(type: NumberType): CellFormat {
  const { size, width, read } = NUMBERS[type];
  const kind = type.startsWith('i') ? KINDS.i : type.startsWith('u') ? KINDS.u : KINDS.f;
  const about = `${8 * size}-bit ${kind} numbers`;
  return { label: type, about, size, width, hasDigits: false, isPointer: false, read };
}

/** In the order of the menu. */
export const CELL_TYPES = {
  bytes: {
    label: 'bytes',
    about: 'single bytes, hexadecimal',
    size: 1,
    width: 2,
    hasDigits: true,
    isPointer: false,
    read: view => view.getUint8(0).toString(16).padStart(2, '0'),
  },
  hex16: hex(2),
  hex32: hex(4),
  hex64: hex(8),
  u8: number('u8'),
  u16: number('u16'),
  u32: number('u32'),
  u64: number('u64'),
  i8: number('i8'),
  i16: number('i16'),
  i32: number('i32'),
  i64: number('i64'),
  f16: number('f16'),
  f32: number('f32'),
  f64: number('f64'),
  ptr32: pointer(4),
  ptr64: pointer(8),
} as const satisfies Readonly<Record<string, CellFormat>>;

export type CellType = keyof typeof CELL_TYPES;

export const CELL_TYPE_NAMES = Object.keys(CELL_TYPES) as readonly CellType[]; // the table has no other keys
