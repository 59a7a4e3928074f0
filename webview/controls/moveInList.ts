// Moves through a list of rows by key.

const PAGE = 10;

/** The row that a key goes to; −1 stands before the first row. Undefined for keys that don't move. */
export function moveInList(key: string, at: number, length: number): number | undefined {
  const clamp = (row: number): number => Math.min(length - 1, Math.max(-1, row));
  switch (key) {
    case 'ArrowUp':
      return clamp(at - 1);
    case 'ArrowDown':
      return clamp(at + 1);
    case 'PageUp':
      return clamp(Math.max(0, at - PAGE));
    case 'PageDown':
      return clamp(at + PAGE);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(length - 1);
    default:
      return undefined;
  }
}
