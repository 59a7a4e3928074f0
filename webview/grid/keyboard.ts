// Moves the selected byte by key.
import { type Address, address } from '../../src/protocol/units.ts';
import type { Typed } from '../session/edits.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface GridExtent {
  readonly bytesPerRow: number;
  readonly memoryBytes: number;
  /** Whole rows that Page Up and Page Down move. */
  readonly rowsPerPage: number;
  /** Bytes of a cell: left and right go from one to the next. */
  readonly cellBytes?: number;
}

/** The byte that is selected after the key; undefined where the key is none of the grid's. */
export function moveByKey(press: KeyPress, from: Address, extent: GridExtent): Address | undefined {
  if (press.altKey) return undefined;
  const whole = press.ctrlKey || press.metaKey;
  const target = whole ? moveInMemory(press.key, extent) : moveInRows(press.key, from, extent);
  return target === undefined ? undefined : address(target);
}

function moveInMemory(key: string, { memoryBytes }: GridExtent): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return memoryBytes - 1;
  return undefined;
}

function moveInRows(key: string, from: number, extent: GridExtent): number | undefined {
  const { bytesPerRow, memoryBytes, rowsPerPage, cellBytes = 1 } = extent;
  const last = memoryBytes - 1;
  const rowStart = from - (from % bytesPerRow);
  const cell = from - ((from - rowStart) % cellBytes);
  const lastCell = last - ((last % bytesPerRow) % cellBytes);
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, cell - cellBytes);
    case 'ArrowRight':
      return Math.min(lastCell, cell + cellBytes);
    case 'ArrowUp':
      return moveRows(from, -1, extent);
    case 'ArrowDown':
      return moveRows(from, 1, extent);
    case 'PageUp':
      return moveRows(from, -rowsPerPage, extent);
    case 'PageDown':
      return moveRows(from, rowsPerPage, extent);
    case 'Home':
      return rowStart;
    case 'End':
      return Math.min(lastCell, rowStart + bytesPerRow - cellBytes);
    default:
      return undefined;
  }
}

/** Keeps the column; past either end as far as there are rows. */
function moveRows(from: number, rows: number, { bytesPerRow, memoryBytes }: GridExtent): number {
  const column = from % bytesPerRow;
  const lastRow = Math.floor((memoryBytes - 1 - column) / bytesPerRow);
  const row = Math.min(Math.max(0, Math.floor(from / bytesPerRow) + rows), Math.max(0, lastRow));
  return row * bytesPerRow + column;
}

/**
 * What a key says that edits memory; undefined for any other key.
 * @param isPossible whether memory can be written to; else only keys count that mean to
 * @param isPending whether a digit waits for its second one
 */
export function typedBy(
  { key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent,
  isPossible: boolean,
  isPending: boolean,
): Typed | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) {
    const pressed = `${shiftKey ? 'shift+' : ''}${key.toLowerCase()}`;
    const kind = EDIT_KEYS[pressed];
    if (isPossible) return kind && { kind };
    return pressed === 'v' ? { kind: 'paste', text: '' } : undefined;
  }
  if ([...key].length === 1) return { kind: 'character', text: key };
  if (key === 'Backspace' || key === 'Delete') return { kind: 'remove' };
  if (key === 'F2' && isPossible) return { kind: 'column' };
  return key === 'Escape' && isPending ? { kind: 'cancel' } : undefined;
}

/** With Ctrl, or Cmd. Ctrl+V is left alone, so that the browser, or VS Code, tells what is pasted by an event. */
const EDIT_KEYS: Readonly<Record<string, 'undo' | 'redo' | undefined>> = {
  z: 'undo',
  y: 'redo',
  'shift+z': 'redo',
};

/** Ctrl+C. */
export function isCopy(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'c';
}
