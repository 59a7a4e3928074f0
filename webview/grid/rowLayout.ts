// Positions inside a row, in CSS pixels. A memory of 4 GiB has 2³² bytes: addresses here don't fit into 32-bit integers.
import { GROUP } from '../text/byteText.ts';
import type { GridFont } from './fonts.ts';

/** As many bytes a row as fit, or exactly so many. */
export type BytesPerRow = 'fit' | 8 | 16 | 32;

export interface RowLayout {
  readonly bytesPerRow: number;
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
  return place(request, font, 4);
}

function place(request: LayoutRequest, font: GridFont, bytesPerRow: number): RowLayout {
  const { charWidth, size } = font;
  const narrow = request.width < NARROW;
  const needed = Math.max(0, request.memoryBytes - 1).toString(16).length;
  const addressDigits = Math.max(needed, narrow ? 5 : 8);
  const gap = charWidth * (narrow ? 1 : 2);
  const hexX = PADDING + addressDigits * charWidth + gap;
  const asciiX = hexX + hexChars(bytesPerRow) * charWidth + gap;
  return {
    bytesPerRow,
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

/** Characters of the hex column: two a byte, a space between bytes, two between groups. */
export function hexChars(bytesPerRow: number): number {
  return bytesPerRow * 3 - 1 + Math.ceil(bytesPerRow / GROUP) - 1;
}

/** First character of a byte's two digits within the hex column. */
export function hexChar(column: number): number {
  return column * 3 + Math.floor(column / GROUP);
}

/** Left edge of a byte's two digits. */
export function hexLeft(layout: RowLayout, column: number): number {
  return layout.hexX + hexChar(column) * layout.charWidth;
}

/** Edges of the cells `first` … `last`: they meet half-way between two bytes. */
export function cellEdges(layout: RowLayout, first: number, last: number): readonly [left: number, right: number] {
  const pad = Math.floor(layout.charWidth / 2) - 1;
  return [Math.round(hexLeft(layout, first)) - pad, Math.round(hexLeft(layout, last) + 2 * layout.charWidth) + pad];
}

/** The byte's column under a point, in the hex or the ASCII part; undefined where there is none. */
export function columnAt(layout: RowLayout, x: number): number | undefined {
  const half = layout.charWidth / 2;
  for (let column = 0; column < layout.bytesPerRow; column++) {
    const left = hexLeft(layout, column);
    if (x >= left - half && x < left + 2 * layout.charWidth + half) return column;
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
