// Texts of a row: each a string of fixed-width cells, so that one `fillText` draws all the bytes of one look.
import { type LoadedBytes, NOT_LOADED } from '../memory/memoryAtStep.ts';
import { GROUP } from './rowLayout.ts';

export interface RowText {
  /** Bytes that are not zero. */
  readonly bytes: string;
  /** Zero bytes, and `··` for those not loaded yet. */
  readonly quiet: string;
  /** Bytes that the selected call changed, zero or not; they are in neither of the other two. */
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

/** The strings to draw for a row. Each is blank where nothing of its look is. */
export function rowText({ values, changed }: LoadedBytes): RowText {
  const text = { bytes: '', quiet: '', changed: '', ascii: '', asciiQuiet: '', asciiChanged: '' };
  for (let column = 0; column < values.length; column++) {
    const value = values[column] ?? NOT_LOADED;
    const gap = column === 0 ? '' : column % GROUP === 0 ? '  ' : ' ';
    const look = changed[column] === 1 ? 'changed' : value > 0 ? 'bytes' : 'quiet';
    const cell = byteHex(value);
    text.bytes += gap + (look === 'bytes' ? cell : '  ');
    text.quiet += gap + (look === 'quiet' ? cell : '  ');
    text.changed += gap + (look === 'changed' ? cell : '  ');
    const printable = isPrintable(value);
    const character = printable ? String.fromCharCode(value) : '·';
    text.ascii += look !== 'changed' && printable ? character : ' ';
    text.asciiQuiet += look !== 'changed' && !printable ? character : ' ';
    text.asciiChanged += look === 'changed' ? character : ' ';
  }
  return text;
}
