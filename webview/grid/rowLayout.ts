// Positions inside a row, in CSS pixels. A memory of 4 GiB has 2³² bytes: addresses here don't fit into 32-bit integers.
import { CELL_TYPES, type CellFormat } from '../../src/protocol/cellTypes.ts';
import { GROUP } from '../text/byteText.ts';
import type { GridFont } from './fonts.ts';

/** As many bytes a row as fit, or exactly so many. */
export type BytesPerRow = 'fit' | 8 | 16 | 32;

export interface RowLayout {
  readonly bytesPerRow: number;
  /** What each cell of the hex part shows. */
  readonly cells: CellFormat;
  /** Cells of hexadecimal digits have their last byte first. */
  readonly isReversed: boolean;
  /** Hexadecimal digits of an address. */
  readonly addressDigits: number;
  readonly font: GridFont;
  readonly charWidth: number;
  readonly rowHeight: number;
  /** Left edges of the three columns. */
  readonly addressX: number;
  readonly hexX: number;
  readonly asciiX: number;
  readonly width: number;
}

export interface LayoutRequest {
  /** Available width, in CSS pixels. */
  readonly width: number;
  readonly bytesPerRow: BytesPerRow;
  readonly memoryBytes: number;
  /** What cells show; bytes where it is not given. */
  readonly cells?: CellFormat;
  readonly littleEndian?: boolean;
  /** Fonts to try, the best looking first. */
  readonly fonts: readonly GridFont[];
}

/** Below this width addresses take only the digits they need. */
const NARROW = 480;

/** Rows of more bytes than this are hard to read across. */
const MOST_BYTES = 64;

const PADDING = 4;

/** The layout for a width. Never fewer than 4 bytes a row: a still narrower grid scrolls sideways. */
export function layoutRow(request: LayoutRequest): RowLayout {
  const layouts = request.fonts.map(font =>
    request.bytesPerRow === 'fit' ? fitRow(request, font) : place(request, font, request.bytesPerRow),
  );
  const [first, ...others] = layouts;
  if (!first) throw new RangeError('layoutRow needs a font');
  // A smaller font is worth it only where it makes room for a whole row of 8 bytes.
  if (first.bytesPerRow >= 8) return first;
  return others.find(layout => layout.bytesPerRow >= 8) ?? first;
}

function fitRow(request: LayoutRequest, font: GridFont): RowLayout {
  // Multiples of 8 where there is room for them, so that rows begin at round addresses; 4 is for the narrowest.
  for (let bytes = MOST_BYTES; bytes >= 8; bytes -= 8) {
    const layout = place(request, font, bytes);
    if (layout.width <= request.width) return layout;
  }
  return place(request, font, Math.max(4, request.cells?.size ?? 1));
}

function place(request: LayoutRequest, font: GridFont, bytesPerRow: number): RowLayout {
  const { charWidth, size } = font;
  const { cells = CELL_TYPES.bytes, littleEndian = true } = request;
  const narrow = request.width < NARROW;
  const needed = Math.max(0, request.memoryBytes - 1).toString(16).length;
  const addressDigits = Math.max(needed, narrow ? 5 : 8);
  const gap = charWidth * (narrow ? 1 : 2);
  const hexX = PADDING + addressDigits * charWidth + gap;
  const asciiX = hexX + hexChars(bytesPerRow, cells) * charWidth + gap;
  return {
    bytesPerRow,
    cells,
    isReversed: littleEndian && cells.hasDigits && cells.size > 1,
    addressDigits,
    font,
    charWidth,
    rowHeight: Math.round(size * 1.6),
    addressX: PADDING,
    hexX,
    asciiX,
    width: asciiX + bytesPerRow * charWidth + PADDING,
  };
}

/** Each cell is a byte in hexadecimal digits: what the grid shows first. */
export const isBytes = ({ cells }: RowLayout): boolean => cells === CELL_TYPES.bytes;

/** Characters of the hex part: those of each cell, a space between cells, and two between groups of bytes. */
export function hexChars(bytesPerRow: number, cells: CellFormat = CELL_TYPES.bytes): number {
  return hexChar(bytesPerRow - cells.size, cells) + cells.width;
}

/** First character of the cell that a byte is in, within the hex part. */
export function hexChar(column: number, { size, width, hasDigits }: CellFormat = CELL_TYPES.bytes): number {
  const cell = Math.floor(column / size);
  return cell * (width + 1) + (size === 1 && hasDigits ? Math.floor(column / GROUP) : 0);
}

/** Left edge of the cell that a byte is in. */
export function hexLeft(layout: RowLayout, column: number): number {
  return layout.hexX + hexChar(column, layout.cells) * layout.charWidth;
}

/** Edges of the cells that the bytes `first` … `last` are in: they meet half-way between two cells. */
export function cellEdges(layout: RowLayout, first: number, last: number): readonly [left: number, right: number] {
  const pad = Math.floor(layout.charWidth / 2) - 1;
  const { width } = layout.cells;
  return [Math.round(hexLeft(layout, first)) - pad, Math.round(hexLeft(layout, last) + width * layout.charWidth) + pad];
}

/**
 * Edges of the bytes `first` … `last` themselves, where cells have several: each byte has its part of the cell, that of its digits
 * where it has some. They are several spans where digits are reversed.
 */
export function byteEdges(
  layout: RowLayout,
  first: number,
  last: number,
): readonly (readonly [left: number, right: number])[] {
  const { size, width } = layout.cells;
  if (size === 1) return [cellEdges(layout, first, last)];
  const part = (width * layout.charWidth) / size;
  const spans: [left: number, right: number][] = [];
  for (let begin = first; begin <= last; ) {
    const cell = begin - (begin % size);
    const end = Math.min(last, cell + size - 1);
    const [cellLeft, cellRight] = cellEdges(layout, cell, cell);
    // The outer bytes of a cell reach to the middle of the gap beside it.
    const edge = (place: number): number =>
      place === 0 ? cellLeft : place === size ? cellRight : Math.round(hexLeft(layout, cell) + place * part);
    const [from, to] = layout.isReversed
      ? [size - 1 - (end - cell), size - (begin - cell)]
      : [begin - cell, end + 1 - cell];
    const before = spans.at(-1);
    const [left, right] = [edge(from), edge(to)];
    if (before && from === 0 && before[1] >= left - 3 && before[1] <= left) before[1] = right;
    else spans.push([left, right]);
    begin = end + 1;
  }
  return spans;
}

/** The byte under a point: the first of a cell in the hex part, any in the ASCII part; undefined where there is none. */
export function columnAt(layout: RowLayout, x: number): number | undefined {
  const half = layout.charWidth / 2;
  const { size, width } = layout.cells;
  for (let column = 0; column < layout.bytesPerRow; column += size) {
    const left = hexLeft(layout, column);
    if (x >= left - half && x < left + width * layout.charWidth + half) return column;
  }
  const ascii = Math.floor((x - layout.asciiX) / layout.charWidth);
  return ascii >= 0 && ascii < layout.bytesPerRow ? ascii : undefined;
}

export function rowCount(memoryBytes: number, bytesPerRow: number): number {
  return Math.ceil(memoryBytes / bytesPerRow);
}

export function rowOf(address: number, bytesPerRow: number): number {
  return Math.floor(address / bytesPerRow);
}
