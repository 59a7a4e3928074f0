// Texts of a row: each a string of fixed-width cells, so that one `fillText` draws all the bytes of one look.
import { type LoadedBytes, NOT_LOADED } from '../data/memoryAtStep.ts';

/** Bytes are shown in groups of this many. */
export const GROUP = 4;

export interface RowText {
  /** Bytes that are not zero, and selected bytes, which have a tint behind them. */
  readonly bytes: string;
  /** Zero bytes, `··` for bytes that are not loaded, and all bytes of other owners while one owner alone is shown. */
  readonly quiet: string;
  /** Bytes that changed, zero or not; they are in neither of the other two. */
  readonly changed: string;
  readonly ascii: string;
  readonly asciiQuiet: string;
  readonly asciiChanged: string;
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function byteHex(value: number): string {
  return HEX[value] ?? '··';
}

/** 0x20 … 0x7e are the printable characters of ASCII. */
export function isPrintable(value: number): boolean {
  return value >= 0x20 && value <= 0x7e;
}

type Look = 'changed' | 'bytes' | 'quiet';

/** Adjoining columns of one row, `last` included. */
export interface Columns {
  readonly first: number;
  readonly last: number;
}

/** @param only an owner's code: that owner's bytes are never quiet, all others are; null for no owner */
function lookOf(value: number, changed: boolean, owner: number, only: number | null): Look {
  if (only !== null && owner !== only) return 'quiet';
  if (changed) return 'changed';
  return value > 0 || (only !== null && value !== NOT_LOADED) ? 'bytes' : 'quiet';
}

/**
 * The strings to draw for a row. Each is blank where nothing of its look is.
 * @param only OWNER_CODE of the only owner to show; null for all
 * @param selected columns that are never quiet; null where there are none
 */
export function rowText(
  { values, changed, owners }: LoadedBytes,
  only: number | null = null,
  selected: Columns | null = null,
): RowText {
  const text = { bytes: '', quiet: '', changed: '', ascii: '', asciiQuiet: '', asciiChanged: '' };
  for (let column = 0; column < values.length; column++) {
    const value = values[column] ?? NOT_LOADED;
    const gap = column === 0 ? '' : column % GROUP === 0 ? '  ' : ' ';
    const plain = lookOf(value, changed[column] === 1, owners[column] ?? 0, only);
    const isSelected = selected !== null && column >= selected.first && column <= selected.last;
    const look = isSelected && plain === 'quiet' ? 'bytes' : plain;
    const cell = byteHex(value);
    text.bytes += gap + (look === 'bytes' ? cell : '  ');
    text.quiet += gap + (look === 'quiet' ? cell : '  ');
    text.changed += gap + (look === 'changed' ? cell : '  ');
    const printable = isPrintable(value);
    const character = printable ? String.fromCharCode(value) : '·';
    const loud = isSelected || (printable && (only === null || look === 'bytes'));
    text.ascii += look !== 'changed' && loud ? character : ' ';
    text.asciiQuiet += look !== 'changed' && !loud ? character : ' ';
    text.asciiChanged += look === 'changed' ? character : ' ';
  }
  return text;
}
