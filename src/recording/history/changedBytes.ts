// How many bytes each call changed: a page is copied before a call writes it for the first time, and compared when the call ends.

import type { Codec, Packed } from '../../platform/codec.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { countDifferentBytes, isZeroPage, ZERO_PAGE } from '../../wire/comparePages.ts';
import type { PageHistory } from './pageHistory.ts';

const PLAIN_COPIES_BYTES = 64 * 2 ** 20;

/** Copies of that many pages are used again. */
const POOLED_COPIES = 1024;

/** A page that a call has written. */
interface WrittenPage {
  /** As it was before the call; what is packed is in no piece with others. */
  before: Uint8Array | Packed;
  /** What the call wrote lies between. */
  start: number;
  end: number;
}

type Written = Map<PageHistory, WrittenPage>;

export class ChangedBytes {
  /** For each thread its calls under way, the innermost last. */
  private readonly open = new Map<number, Written[]>();
  /** Bytes of copies that calls under way have, and that are not packed. */
  private plainBytes = 0;
  /** Changes when a call begins or ends: a page that bears it tells which calls it is written in. */
  private mark = 0;
  private readonly pool: Uint8Array[] = [];

  /** @param plainLimit bytes of copies that are kept as they are; what is more is packed */
  constructor(
    private readonly codec: Codec,
    private readonly plainLimit = PLAIN_COPIES_BYTES,
  ) {}

  begin(thread: number): void {
    this.mark++;
    const calls = this.open.get(thread);
    if (calls) calls.push(new Map());
    else this.open.set(thread, [new Map()]);
  }

  /** Bytes of a page are about to be written. */
  writing(page: PageHistory, start: number, end: number): void {
    if (page.callMark !== this.mark) this.findWriters(page);
    for (const written of page.writtenIn) {
      if (start < written.start) written.start = start;
      if (end > written.end) written.end = end;
    }
  }

  /**
   * The innermost call of a thread ends.
   * @returns bytes whose value after it is not the one before
   */
  end(thread: number): number {
    this.mark++;
    const calls = this.open.get(thread) ?? [];
    const call = calls.pop();
    const caller = calls.at(-1);
    let count = 0;
    for (const [page, written] of call ?? []) {
      const { before, start, end } = written;
      const contents = 'packing' in before ? this.codec.unpack(before) : before;
      count += countDifferentBytes(contents, page.live.contents, start, end);
      const known = caller?.get(page);
      if (known) {
        known.start = Math.min(known.start, start);
        known.end = Math.max(known.end, end);
      }
      if (!caller || known) this.release(before);
      else caller.set(page, written);
    }
    return count;
  }

  /** The innermost calls of all threads: those that have not written the page yet keep it as it is. */
  private findWriters(page: PageHistory): void {
    page.callMark = this.mark;
    page.writtenIn.length = 0;
    for (const calls of this.open.values()) {
      const call = calls.at(-1);
      if (!call) continue;
      let written = call.get(page);
      if (!written) {
        written = { before: this.copy(page.live.contents), start: SHOWN_PAGE_BYTES, end: 0 };
        call.set(page, written);
      }
      page.writtenIn.push(written);
    }
  }

  private copy(contents: Uint8Array): Uint8Array | Packed {
    if (isZeroPage(contents)) return ZERO_PAGE;
    if (this.plainBytes >= this.plainLimit) return this.codec.pack(contents);
    this.plainBytes += SHOWN_PAGE_BYTES;
    const copy = this.pool.pop();
    if (!copy) return contents.slice();
    copy.set(contents);
    return copy;
  }

  private release(before: Uint8Array | Packed): void {
    if ('packing' in before || before === ZERO_PAGE) return;
    this.plainBytes -= SHOWN_PAGE_BYTES;
    if (this.pool.length < POOLED_COPIES) this.pool.push(before);
  }
}
