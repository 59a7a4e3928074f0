// The selected row as an ARIA grid's row, for screen readers. Only one row: a reader that gets every cell of a large memory stops
// working.
import { html, type TemplateResult } from 'lit';
import type { CellFormat } from '../../src/protocol/cellTypes.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { OWNER_CODE, ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { hex } from '../../src/protocol/text.ts';
import { address as toAddress } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { matchesMeeting } from '../data/matches.ts';
import type { LoadedBytes, MemoryAtStep } from '../data/memoryAtStep.ts';
import type { FoundMatches } from '../data/memorySearch.ts';
import { byteHex, isPrintable } from '../text/byteText.ts';
import { cellText } from '../text/cellText.ts';
import { VALUE_BYTES } from './painter.ts';
import { rowOf } from './rowLayout.ts';

export interface SpokenRow {
  readonly memory: MemoryAtStep;
  readonly bytesPerRow: number;
  /** What each cell shows; null for bytes. */
  readonly cells: CellFormat | null;
  readonly littleEndian: boolean;
  readonly selected: number;
  readonly selection: ByteRange;
  readonly valueAddress: number | null;
  /** The bytes of the finding that is told in full; null for none. */
  readonly finding: ByteRange | null;
  /** What a search found; null for nothing. */
  readonly matches: FoundMatches | null;
  /** Those of its first event, where they are others; null for none. */
  readonly firstEvent: ByteRange | null;
  /** What modules claim of a byte, in words; null where none does. */
  readonly regionOf: (at: number) => string | null;
  readonly names: InstanceNames;
}

/** The cell's id, for `aria-activedescendant`. */
export function cellId(address: number): string {
  return `byte-${address}`;
}

/** The cells of a row have their own addresses; the one that is selected has this one. */
export function cellStart(address: number, bytesPerRow: number, cells: CellFormat | null): number {
  const column = address % bytesPerRow;
  return address - (column % (cells?.size ?? 1));
}

export interface SpokenByte {
  readonly address: number;
  readonly value: number;
  readonly changed: boolean;
  /** OWNER_CODE */
  readonly owner: number;
}

type Marks = Pick<SpokenRow, 'matches' | 'valueAddress' | 'finding' | 'firstEvent' | 'regionOf' | 'names'>;

/** `0x548: 95 hex, changed, written by #2, part of the demo's i32, heap of #0–#2` */
export function cellLabel({ address, value, changed, owner }: SpokenByte, marks: Marks): string {
  const facts = [value < 0 ? 'loading' : `${byteHex(value)} hex`];
  if (isPrintable(value)) facts.push(value === 0x20 ? 'space' : `character ${String.fromCharCode(value)}`);
  if (changed) facts.push('changed');
  facts.push(...writers([owner], marks.names), ...markFacts(address, 1, marks));
  return `${hex(address)}: ${facts.join(', ')}`;
}

/** A cell that is more, or other, than a byte in hexadecimal digits. */
export interface SpokenCell {
  readonly address: number;
  /** Null while it is loading; undefined where memory ends inside of it. */
  readonly text: string | null | undefined;
  readonly cells: CellFormat;
  readonly littleEndian: boolean;
  readonly changed: boolean;
  /** OWNER_CODE of each byte. */
  readonly owners: Uint8Array;
}

/** `0x548: 356, u32 little endian, changed, written by #2 and #0, part of the demo's i32` */
export function typedCellLabel(cell: SpokenCell, marks: Marks): string {
  const { address, text, cells, littleEndian, changed, owners } = cell;
  const order = cells.size === 1 ? '' : littleEndian ? ' little endian' : ' big endian';
  const value = text === null ? 'loading' : text === undefined ? 'memory ends inside of it' : `${text}`;
  const facts = [value, `${cells.label}${order}`];
  if (changed) facts.push('changed');
  facts.push(...writers(owners, marks.names), ...markFacts(address, cells.size, marks));
  return `${hex(address)}: ${facts.join(', ')}`;
}

/** Who wrote some bytes: each once, in their order. */
function writers(owners: Iterable<number>, names: InstanceNames): string[] {
  const codes = [...new Set(owners)];
  const written = codes.filter(code => code >= OWNER_CODE.host).map(code => ownerName(ownerOf(code), names));
  return [
    ...(written.length > 0 ? [`written by ${written.join(' and ')}`] : []),
    ...(codes.includes(OWNER_CODE.initial) ? ['initial data'] : []),
  ];
}

function markFacts(
  address: number,
  length: number,
  { matches, valueAddress, finding, firstEvent, regionOf }: Marks,
): string[] {
  const facts: string[] = [];
  const meets = (range: ByteRange | null): boolean =>
    range !== null && range.start < address + length && address < range.start + range.length;
  if (valueAddress !== null && meets({ start: toAddress(valueAddress), length: VALUE_BYTES }))
    facts.push('part of the demo’s i32');
  if (matches && matchesMeeting(matches, address, length).length > 0) facts.push('found by the search');
  if (meets(finding)) facts.push('in the finding');
  if (meets(firstEvent)) facts.push('in the finding’s first event');
  const region = regionOf(address);
  if (region !== null) facts.push(region);
  return facts;
}

export function spokenRow(row: SpokenRow): TemplateResult {
  const { memory, bytesPerRow, selected, selection, cells } = row;
  const index = rowOf(selected, bytesPerRow);
  const start = index * bytesPerRow;
  const bytes = memory.read(start, bytesPerRow);
  const size = cells?.size ?? 1;
  const columns = Array.from({ length: Math.ceil(bytes.values.length / size) }, (_, cell) => cell * size);
  const isSelected = (column: number): boolean =>
    selection.start < start + column + size && start + column < selection.start + selection.length;
  // Named by itself: the names of its cells would run together.
  return html`<div class="unseen" role="row" aria-label=${hex(start)} aria-rowindex=${index + 1}>
    <span role="rowheader" aria-colindex="1">${hex(start)}</span>
    ${columns.map(
      (column, cell) => html`<span
        id=${cellId(start + column)}
        role="gridcell"
        aria-colindex=${cell + 2}
        aria-selected=${isSelected(column)}
        aria-label=${labelAt(row, bytes, start, column)}
      ></span>`,
    )}
  </div>`;
}

function labelAt(row: SpokenRow, { values, changed, owners }: LoadedBytes, start: number, column: number): string {
  const { cells, littleEndian } = row;
  const at = start + column;
  if (!cells) {
    const owner = owners[column] ?? OWNER_CODE.never;
    return cellLabel({ address: at, value: values[column] ?? -1, changed: changed[column] === 1, owner }, row);
  }
  const end = column + cells.size;
  const spoken: SpokenCell = {
    address: at,
    text: cellText(values, column, cells, littleEndian),
    cells,
    littleEndian,
    changed: changed.subarray(column, end).includes(1),
    owners: owners.subarray(column, end),
  };
  return typedCellLabel(spoken, row);
}
