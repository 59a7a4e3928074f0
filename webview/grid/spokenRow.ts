// The selected row as an ARIA grid's row: what screen readers read instead of the canvas. One row, not the whole memory:
// a reader given every cell of a large memory stops working.
import { html, type TemplateResult } from 'lit';
import { hex } from '../../src/protocol/text.ts';
import type { MemoryAtStep } from '../memory/memoryAtStep.ts';
import { byteHex, isPrintable } from './byteText.ts';
import { VALUE_BYTES } from './painter.ts';
import { rowOf } from './rowLayout.ts';

export interface SpokenRow {
  readonly memory: MemoryAtStep;
  readonly bytesPerRow: number;
  readonly selected: number;
  readonly valueAddress: number | null;
}

/** The cell's id, for `aria-activedescendant`. */
export function cellId(address: number): string {
  return `byte-${address}`;
}

/** `0x548: 95 hex, changed, part of the demo's i32` */
export function cellLabel(address: number, value: number, changed: boolean, valueAddress: number | null): string {
  const facts = [value < 0 ? 'loading' : `${byteHex(value)} hex`];
  if (isPrintable(value)) facts.push(value === 0x20 ? 'space' : `character ${String.fromCharCode(value)}`);
  if (changed) facts.push('changed');
  if (valueAddress !== null && address >= valueAddress && address < valueAddress + VALUE_BYTES) {
    facts.push('part of the demo’s i32');
  }
  return `${hex(address)}: ${facts.join(', ')}`;
}

export function spokenRow({ memory, bytesPerRow, selected, valueAddress }: SpokenRow): TemplateResult {
  const row = rowOf(selected, bytesPerRow);
  const start = row * bytesPerRow;
  const { values, changed } = memory.read(start, bytesPerRow);
  return html`<div class="unseen" role="row" aria-rowindex=${row + 1}>
    <span role="rowheader" aria-colindex="1">${hex(start)}</span>
    ${Array.from(
      values,
      (value, column) => html`<span
        id=${cellId(start + column)}
        role="gridcell"
        aria-colindex=${column + 2}
        aria-selected=${start + column === selected}
        aria-label=${cellLabel(start + column, value, changed[column] === 1, valueAddress)}
      ></span>`,
    )}
  </div>`;
}
