// Cells of several bytes, or of numbers: their texts, and the strings that draw those of a row.
import type { CellFormat } from '../../src/protocol/cellTypes.ts';
import { type LoadedBytes, NOT_LOADED } from '../data/memoryAtStep.ts';
import { type Columns, type RowText, rowText } from './byteText.ts';

/** Stands for a cell of which memory has not all bytes. */
export const CUT_OFF = '–';

const buffer = new DataView(new ArrayBuffer(8));

/** The text of a cell; null while its bytes are not loaded, undefined where memory ends inside of it. */
export function cellText(
  values: Int16Array,
  column: number,
  cells: CellFormat,
  littleEndian: boolean,
): string | null | undefined {
  if (column + cells.size > values.length) return undefined;
  for (let i = 0; i < cells.size; i++) {
    const value = values[column + i] ?? NOT_LOADED;
    if (value === NOT_LOADED) return null;
    buffer.setUint8(i, value);
  }
  return cells.read(buffer, littleEndian);
}

type Look = 'bytes' | 'quiet' | 'changed';

/**
 * The strings to draw for a row of cells, as {@link rowText} has them for bytes. A cell of which a byte changed, or is selected, or
 * is the only owner's, is shown as that byte would be.
 */
export function cellRowText(
  row: LoadedBytes,
  cells: CellFormat,
  littleEndian: boolean,
  only: number | null = null,
  selected: Columns | null = null,
): RowText {
  const { values, changed, owners } = row;
  const lines: Record<Look, string[]> = { bytes: [], quiet: [], changed: [] };
  const blank = ' '.repeat(cells.width);
  for (let column = 0; column < values.length; column += cells.size) {
    const end = Math.min(column + cells.size, values.length);
    const text = cellText(values, column, cells, littleEndian);
    const cell = (text === null ? '··' : (text ?? CUT_OFF)).padStart(cells.width);
    const isOwned = only === null || owners.subarray(column, end).includes(only);
    const isSelected = selected !== null && column <= selected.last && end > selected.first;
    const isEmpty = text === null || (only === null && values.subarray(column, end).every(value => value === 0));
    const isChanged = changed.subarray(column, end).includes(1);
    const plain: Look = !isOwned ? 'quiet' : isChanged ? 'changed' : isEmpty ? 'quiet' : 'bytes';
    const look = isSelected && plain === 'quiet' ? 'bytes' : plain;
    for (const each of ['bytes', 'quiet', 'changed'] as const) lines[each].push(each === look ? cell : blank);
  }
  const { ascii, asciiQuiet, asciiChanged } = rowText(row, only, selected);
  const [bytes, quiet, changedText] = [lines.bytes, lines.quiet, lines.changed].map(each => each.join(' '));
  return { bytes: bytes ?? '', quiet: quiet ?? '', changed: changedText ?? '', ascii, asciiQuiet, asciiChanged };
}
