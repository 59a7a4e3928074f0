import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';

/** The pages that a range touches, each with the range's part in it as offsets. */
export function* pagesOf(from: number, length: number): Generator<{ page: number; start: number; end: number }> {
  for (let at = from; at < from + length; ) {
    const page = Math.floor(at / SHOWN_PAGE_BYTES);
    const start = at % SHOWN_PAGE_BYTES;
    const end = Math.min(SHOWN_PAGE_BYTES, start + from + length - at);
    yield { page, start, end };
    at += end - start;
  }
}
