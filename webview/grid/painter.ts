// Draws the visible rows on a canvas. Text is made of glyphs, no DOM: a frame costs the same at any size of memory.

import { address } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { matchesMeeting } from '../data/matches.ts';
import type { LoadedBytes, MemoryAtStep } from '../data/memoryAtStep.ts';
import type { FoundMatches } from '../data/memorySearch.ts';
import type { EditColumn, PendingDigit } from '../session/edits.ts';
import { type Columns, rowText } from '../text/byteText.ts';
import { cellRowText } from '../text/cellText.ts';
import type { CanvasTheme } from '../theme/canvasTheme.ts';
import { contextOf, GlyphLayer, type Look } from './glyphLayer.ts';
import { OwnerUnderlines } from './ownerUnderlines.ts';
import { cellEdges, hexChar, hexLeft, isBytes, type RowLayout } from './rowLayout.ts';

/** Bytes of an i32. */
export const VALUE_BYTES = 4;

/** Size of the flag at the first byte of a finding, in CSS pixels. */
const FLAG = 7;

export interface Frame {
  readonly layout: RowLayout;
  /** Byte order of cells that have several bytes. */
  readonly littleEndian: boolean;
  readonly theme: CanvasTheme;
  readonly memory: MemoryAtStep;
  /** First visible row, with a fraction. */
  readonly top: number;
  readonly selected: number;
  /** The selected byte is at one of its ends. */
  readonly selection: ByteRange;
  /** The grid has the keyboard's focus. */
  readonly focused: boolean;
  /** Where the watched i32 is; null where there is none. */
  readonly valueAddress: number | null;
  /** The bytes of the finding that is told in full; null for none. */
  readonly finding: ByteRange | null;
  /** Those of its first event, where they are others; null for none. */
  readonly firstEvent: ByteRange | null;
  /** What a search found; null for nothing. */
  readonly matches: FoundMatches | null;
  /** Below changed bytes, where owners are not recorded: colour of the instance that changed them; else null. */
  readonly changedBy: string | null;
  /** OWNER_CODE of the only owner to show; null for all. */
  readonly onlyOwner: number | null;
  /** Where typing writes; null where memory is read-only. */
  readonly column: EditColumn | null;
  /** The digit that stands in the place of its byte until its second one is typed; null for none. */
  readonly pending: PendingDigit | null;
}

interface Looks {
  readonly address: Look;
  readonly plain: Look;
  readonly quiet: Look;
  readonly changed: Look;
}

function looksOf({ layout, theme }: Frame): Looks {
  const font = `${layout.font.size}px ${layout.font.family}`;
  return {
    address: { color: theme.dim, font },
    plain: { color: theme.foreground, font },
    quiet: { color: theme.faint, font },
    changed: { color: theme.foreground, font: `bold ${font}` },
  };
}

/** What stands in the place of a byte of the row until its second digit is typed. */
function pendingIn({ layout, pending }: Frame, start: number) {
  const column = pending ? pending.at - start : -1;
  if (!pending || column < 0 || column >= layout.bytesPerRow || !isBytes(layout)) return null;
  return { column, char: hexChar(column), text: `${pending.digit}_` };
}

/** Without the two digits of a byte. */
const without = (hex: string, char: number): string =>
  hex.length > char ? `${hex.slice(0, char)}  ${hex.slice(char + 2)}` : hex;

export class GridPainter {
  private readonly context: CanvasRenderingContext2D;
  private readonly glyphs = new GlyphLayer();
  private scale = 1;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.context = contextOf(canvas);
  }

  /** Sets the canvas's size in CSS pixels; it is drawn in the screen's own pixels. */
  resize(width: number, height: number): void {
    this.scale = window.devicePixelRatio;
    const deviceWidth = Math.round(width * this.scale);
    const deviceHeight = Math.round(height * this.scale);
    if (this.canvas.width !== deviceWidth) this.canvas.width = deviceWidth;
    if (this.canvas.height !== deviceHeight) this.canvas.height = deviceHeight;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  paint(frame: Frame): void {
    const { context: c, scale } = this;
    const { layout, memory, top } = frame;
    c.setTransform(scale, 0, 0, scale, 0, 0);
    const height = this.canvas.height / scale;
    c.clearRect(0, 0, this.canvas.width / scale, height);
    const firstRow = Math.floor(top);
    // Whole device pixels: text between two of them would be blurred.
    const offset = Math.round((firstRow - top) * layout.rowHeight * scale) / scale;
    const rows = Math.ceil((height - offset) / layout.rowHeight);
    this.glyphs.begin(this.canvas, scale, layout.charWidth, layout.rowHeight);
    const looks = looksOf(frame);
    const underlines = new OwnerUnderlines();
    for (let i = 0; i < rows; i++) {
      const start = (firstRow + i) * layout.bytesPerRow;
      if (start >= memory.size) break;
      const y = offset + i * layout.rowHeight;
      const { owners } = this.paintRow(frame, start, y, looks);
      underlines.add(owners, layout, y, frame.onlyOwner);
    }
    underlines.stroke(c, frame.theme.owners);
    c.setTransform(1, 0, 0, 1, 0, 0);
    this.glyphs.drawOn(c);
  }

  private paintRow(frame: Frame, start: number, y: number, looks: Looks): LoadedBytes {
    const { layout } = frame;
    const bytes = frame.memory.read(start, layout.bytesPerRow);
    const selected = columnsOf(frame.selection, start, bytes.values.length);
    const text = isBytes(layout)
      ? rowText(bytes, frame.onlyOwner, selected)
      : cellRowText(bytes, layout.cells, frame.littleEndian, frame.onlyOwner, selected);
    const middle = Math.round(y + layout.rowHeight / 2);
    const changed = changedRuns(bytes.changed);
    this.paintChange(frame, changed, isBytes(layout) ? changed : wholeCells(changed, layout.cells.size), y);
    if (selected && frame.selection.length > 1) this.paintSelection(frame, selected, y);
    this.paintSelected(frame, start, bytes.values.length, y);
    if (frame.changedBy !== null) for (const run of changed) this.paintBar(frame.changedBy, layout, run, y);
    const { glyphs } = this;
    const pending = pendingIn(frame, start);
    glyphs.text(start.toString(16).padStart(layout.addressDigits, '0'), looks.address, layout.addressX, middle);
    for (const [look, hex, ascii] of [
      [looks.plain, text.bytes, text.ascii],
      [looks.quiet, text.quiet, text.asciiQuiet],
      [looks.changed, text.changed, text.asciiChanged],
    ] as const) {
      glyphs.text(pending ? without(hex, pending.char) : hex, look, layout.hexX, middle);
      glyphs.text(ascii, look, layout.asciiX, middle);
    }
    if (pending) glyphs.text(pending.text, looks.changed, hexLeft(layout, pending.column), middle);
    this.paintBoxes(frame, start, bytes.values.length, y);
    return bytes;
  }

  /** Behind changed bytes a tint; in high contrast, where nothing is said by a tint, a frame around them. */
  private paintChange(frame: Frame, bytes: readonly Columns[], cells: readonly Columns[], y: number): void {
    const { context: c } = this;
    const { layout, theme } = frame;
    c.fillStyle = theme.changed;
    c.strokeStyle = theme.changed;
    c.lineWidth = 1;
    c.globalAlpha = theme.highContrast ? 1 : 0.25;
    const parts = [
      ...cells.map(({ first, last }) => cellEdges(layout, first, last)),
      ...bytes.map(run => asciiEdges(layout, run)),
    ];
    for (const [left, right] of parts) {
      if (theme.highContrast) this.frameRect(left, y, right - left, layout.rowHeight - 4);
      else c.fillRect(left, y, right - left, layout.rowHeight);
    }
    c.globalAlpha = 1;
  }

  /** Below changed bytes a bar in the colour of the instance that changed them. */
  private paintBar(color: string, layout: RowLayout, run: Columns, y: number): void {
    const { context: c } = this;
    c.fillStyle = color;
    for (const [left, right] of partsOf(layout, run)) c.fillRect(left, y + layout.rowHeight - 3, right - left, 2);
  }

  /** The part of the selection that is in this row, where more than one byte is selected. */
  private paintSelection({ layout, theme }: Frame, selected: Columns, y: number): void {
    const { context: c } = this;
    c.fillStyle = theme.focus;
    c.strokeStyle = theme.focus;
    c.lineWidth = 1;
    c.globalAlpha = theme.highContrast ? 1 : 0.3;
    for (const [left, right] of partsOf(layout, selected)) {
      if (theme.highContrast) this.frameRect(left, y, right - left, layout.rowHeight);
      else c.fillRect(left, y, right - left, layout.rowHeight);
    }
    c.globalAlpha = 1;
  }

  /** The selected byte, and its character: a solid frame while the grid has the focus, a fainter one without. */
  private paintSelected(frame: Frame, start: number, length: number, y: number): void {
    const { context: c } = this;
    const { layout, theme } = frame;
    const column = frame.selected - start;
    if (column < 0 || column >= length) return;
    const [left, right] = cellEdges(layout, column, column);
    const ascii = layout.asciiX + column * layout.charWidth;
    if (!theme.highContrast) {
      c.globalAlpha = frame.focused ? 0.35 : 0.2;
      c.fillStyle = theme.focus;
      c.fillRect(left, y, right - left, layout.rowHeight);
      c.fillRect(ascii, y, layout.charWidth, layout.rowHeight);
      c.globalAlpha = 1;
    }
    c.strokeStyle = theme.focus;
    // The thicker frame is where typing writes.
    const thick = frame.focused ? 2 : 1;
    c.lineWidth = frame.column === 'text' ? 1 : thick;
    this.frameRect(left, y, right - left, layout.rowHeight);
    c.lineWidth = frame.column === 'text' ? thick : 1;
    this.frameRect(ascii, y, layout.charWidth, layout.rowHeight);
  }

  /** A dashed box around the watched i32; a solid one with a flag at its first byte around the bytes of a finding, a dotted one around those of its first event. */
  private paintBoxes(
    { valueAddress, finding, firstEvent, matches, layout, theme }: Frame,
    start: number,
    length: number,
    y: number,
  ): void {
    const { context: c } = this;
    if (matches)
      for (const match of matchesMeeting(matches, start, length))
        this.paintBox(layout, match, start, length, y, { color: theme.match, width: 1.5 });
    if (valueAddress !== null) {
      c.setLineDash([3, 2]);
      const watched = { start: address(valueAddress), length: VALUE_BYTES };
      this.paintBox(layout, watched, start, length, y, { color: theme.outline, width: 1 });
      c.setLineDash([]);
    }
    if (firstEvent) {
      c.setLineDash([2, 2]);
      this.paintBox(layout, firstEvent, start, length, y, { color: theme.error, width: 2 });
      c.setLineDash([]);
    }
    if (finding) this.paintBox(layout, finding, start, length, y, { color: theme.error, width: 2 });
    if (!finding || finding.start < start || finding.start >= start + length) return;
    const [left] = cellEdges(layout, finding.start - start, finding.start - start);
    c.fillStyle = theme.error;
    c.beginPath();
    c.moveTo(left - 2, y);
    c.lineTo(left - 2 + FLAG, y);
    c.lineTo(left - 2, y + FLAG);
    c.fill();
  }

  /** The part of a box around a range that is in the row from `start` on, open where it goes on in another one. */
  private paintBox(
    layout: RowLayout,
    range: ByteRange,
    start: number,
    length: number,
    y: number,
    { color, width }: { readonly color: string; readonly width: number },
  ): void {
    const columns = columnsOf(range, start, length);
    if (!columns) return;
    const { context: c } = this;
    const [left, right] = cellEdges(layout, columns.first, columns.last);
    const top = y + width / 2;
    const bottom = y + layout.rowHeight - width / 2;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(left - 1.5, top);
    c.lineTo(right + 1.5, top);
    c.moveTo(left - 1.5, bottom);
    c.lineTo(right + 1.5, bottom);
    if (range.start >= start) {
      c.moveTo(left - 1.5, top);
      c.lineTo(left - 1.5, bottom);
    }
    if (range.start + range.length <= start + length) {
      c.moveTo(right + 1.5, top);
      c.lineTo(right + 1.5, bottom);
    }
    c.stroke();
  }

  private frameRect(x: number, y: number, width: number, height: number): void {
    const inset = this.context.lineWidth / 2;
    this.context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
  }
}

/** The columns of a range that are in the row from `start` on; null where none are. */
function columnsOf(range: ByteRange, start: number, length: number): Columns | null {
  const first = Math.max(0, range.start - start);
  const last = Math.min(length, range.start + range.length - start) - 1;
  return first > last ? null : { first, last };
}

type Edges = readonly [left: number, right: number];

/** Edges of a run in the hex part and in the ASCII part. */
const partsOf = (layout: RowLayout, run: Columns): readonly Edges[] => [
  cellEdges(layout, run.first, run.last),
  asciiEdges(layout, run),
];

function asciiEdges(layout: RowLayout, { first, last }: Columns): Edges {
  const left = Math.round(layout.asciiX + first * layout.charWidth);
  return [left, left + (last - first + 1) * layout.charWidth];
}

/** The cells that runs of bytes are in, each once, by their bytes. */
function wholeCells(runs: readonly Columns[], size: number): Columns[] {
  const cells: Columns[] = [];
  for (const run of runs) {
    const first = run.first - (run.first % size);
    const last = run.last - (run.last % size) + size - 1;
    const before = cells.at(-1);
    if (before && first <= before.last) cells[cells.length - 1] = { first: before.first, last };
    else cells.push({ first, last });
  }
  return cells;
}

function changedRuns(changed: Uint8Array): Columns[] {
  const runs: Columns[] = [];
  for (let first = changed.indexOf(1); first >= 0; ) {
    const end = changed.indexOf(0, first);
    const last = (end < 0 ? changed.length : end) - 1;
    runs.push({ first, last });
    first = changed.indexOf(1, last + 1);
  }
  return runs;
}
