// Reads more of memory than the page cache should hold.
import type { PageView } from '../../src/protocol/access.ts';
import { SHOWN_PAGE_BYTES } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { pagesOf } from '../data/memoryAtStep.ts';
import type { Moment, PageRequest } from '../data/pageCache.ts';

/** Pages of one request: 256 KiB, so that no message holds up the others for long. */
const BATCH = 64;

/** The bytes of a range at a moment; rejects where the host does, or where it sends less than it was asked for. */
export async function readRange(
  read: (request: PageRequest) => Promise<readonly PageView[]>,
  moment: Moment,
  { start, length }: ByteRange,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const pages = pagesOf(start, start + length);
  for (let first = 0; first < pages.length; first += BATCH) {
    const asked = pages.slice(first, first + BATCH);
    const answer = await read({ moment, pages: asked });
    if (answer.length !== asked.length) throw new Error('The extension did not send all of the selected bytes.');
    for (const { page, bytes: contents } of answer) {
      if (!contents) continue;
      const pageStart = page * SHOWN_PAGE_BYTES;
      const from = Math.max(start, pageStart);
      const to = Math.min(start + length, pageStart + SHOWN_PAGE_BYTES);
      bytes.set(contents.subarray(from - pageStart, to - pageStart), from - start);
    }
  }
  return bytes;
}
