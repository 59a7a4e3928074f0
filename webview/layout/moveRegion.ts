// Moves through the regions of all rows by key. Regions are numbered from row to row.
import type { LayoutRow, Region } from '../data/layout.ts';

interface Numbered {
  readonly index: number;
  readonly region: Region;
}

/** The region that a key goes to; undefined for keys that don't move. */
export function moveRegion(key: string, at: number, rows: readonly LayoutRow[]): number | undefined {
  let before = 0;
  const lines = rows
    .map(({ regions }) => regions.map((region): Numbered => ({ index: before++, region })))
    .filter(line => line.length > 0);
  const row = lines.findIndex(line => line.some(({ index }) => index === at));
  const line = lines[row];
  const current = line?.find(({ index }) => index === at);
  if (!line || !current) return undefined;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(line[0]?.index ?? at, at - 1);
    case 'ArrowRight':
      return Math.min(line.at(-1)?.index ?? at, at + 1);
    case 'ArrowUp':
      return nearest(lines[row - 1] ?? line, current);
    case 'ArrowDown':
      return nearest(lines[row + 1] ?? line, current);
    case 'Home':
      return line[0]?.index;
    case 'End':
      return line.at(-1)?.index;
    default:
      return undefined;
  }
}

/** The last one that begins no later, or else the first. */
const nearest = (line: readonly Numbered[], { region: { start } }: Numbered): number | undefined =>
  (line.findLast(({ region }) => region.start <= start) ?? line[0])?.index;
