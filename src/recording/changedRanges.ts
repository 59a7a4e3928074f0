// Which bytes a span of steps changed, as ranges: those of a call, mostly.
import type { ChangedRanges } from '../protocol/access.ts';
import { pageIndex, SHOWN_PAGE_BYTES } from '../protocol/units.ts';
import type { RecordingReader } from './recordingReader.ts';
import type { TwoSteps } from './stepDifferences.ts';

/** Most ranges that are told. */
export const MOST_RANGES = 10_000;

/** Most pages that are compared for one answer: 16 MiB. */
const MOST_PAGES = 4096;

/** Ascending; ranges that meet at the border of two pages are one. */
export function changedRanges(
  reader: Pick<RecordingReader, 'view' | 'pagesWritten'>,
  { at, since }: TwoSteps,
): ChangedRanges {
  const ranges: number[] = [];
  let compared = 0;
  for (const page of reader.pagesWritten(since, at)) {
    if (++compared > MOST_PAGES || ranges.length > 2 * MOST_RANGES) break;
    const start = page * SHOWN_PAGE_BYTES;
    const edges = reader.view(at, pageIndex(page), since).changed.map(offset => start + offset);
    if (edges[0] !== undefined && edges[0] === ranges.at(-1)) {
      ranges.pop();
      edges.shift();
    }
    ranges.push(...edges);
  }
  const isCut = compared > MOST_PAGES || ranges.length > 2 * MOST_RANGES;
  return { ranges: ranges.slice(0, 2 * MOST_RANGES), isCut };
}
