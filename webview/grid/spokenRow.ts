// The selected row as an ARIA grid's row, for screen readers. Only one row: a reader that gets every cell of a large memory stops
// working.
import { html, type TemplateResult } from 'lit';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { OWNER_CODE, ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { hex } from '../../src/protocol/text.ts';
import type { ByteRange } from '../data/byteRange.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
import { byteHex, isPrintable } from '../text/byteText.ts';
import { VALUE_BYTES } from './painter.ts';
import { rowOf } from './rowLayout.ts';

export interface SpokenRow {
  readonly memory: MemoryAtStep;
  readonly bytesPerRow: number;
  readonly selected: number;
  readonly selection: ByteRange;
  readonly valueAddress: number | null;
  /** The bytes of the finding that is told in full; null for none. */
  readonly finding: ByteRange | null;
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

export interface SpokenByte {
  readonly address: number;
  readonly value: number;
  readonly changed: boolean;
  /** OWNER_CODE */
  readonly owner: number;
}

/** `0x548: 95 hex, changed, written by #2, part of the demo's i32, heap of #0–#2` */
export function cellLabel(
  { address, value, changed, owner }: SpokenByte,
  {
    valueAddress,
    finding,
    firstEvent,
    regionOf,
    names,
  }: Omit<SpokenRow, 'memory' | 'bytesPerRow' | 'selected' | 'selection'>,
): string {
  const facts = [value < 0 ? 'loading' : `${byteHex(value)} hex`];
  if (isPrintable(value)) facts.push(value === 0x20 ? 'space' : `character ${String.fromCharCode(value)}`);
  if (changed) facts.push('changed');
  if (owner >= OWNER_CODE.host) facts.push(`written by ${ownerName(ownerOf(owner), names)}`);
  else if (owner === OWNER_CODE.initial) facts.push('initial data');
  if (valueAddress !== null && address >= valueAddress && address < valueAddress + VALUE_BYTES) {
    facts.push('part of the demo’s i32');
  }
  if (finding && isIn(address, finding)) facts.push('in the finding');
  if (firstEvent && isIn(address, firstEvent)) facts.push('in the finding’s first event');
  const region = regionOf(address);
  if (region !== null) facts.push(region);
  return `${hex(address)}: ${facts.join(', ')}`;
}

const isIn = (address: number, { start, length }: ByteRange): boolean => address >= start && address < start + length;

export function spokenRow(row: SpokenRow): TemplateResult {
  const { memory, bytesPerRow, selected, selection } = row;
  const index = rowOf(selected, bytesPerRow);
  const start = index * bytesPerRow;
  const { values, changed, owners } = memory.read(start, bytesPerRow);
  return html`<div class="unseen" role="row" aria-rowindex=${index + 1}>
    <span role="rowheader" aria-colindex="1">${hex(start)}</span>
    ${Array.from(
      values,
      (value, column) => html`<span
        id=${cellId(start + column)}
        role="gridcell"
        aria-colindex=${column + 2}
        aria-selected=${isIn(start + column, selection)}
        aria-label=${cellLabel(
          { address: start + column, value, changed: changed[column] === 1, owner: owners[column] ?? OWNER_CODE.never },
          row,
        )}
      ></span>`,
    )}
  </div>`;
}
