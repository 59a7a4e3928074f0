// How many bytes each call changed: a page is copied before a call writes it for the first time, and compared when the call ends.

import { type Codec, type Packed, pack, unpack } from '../../platform/codec.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { countDifferentBytes, isZeroPage, ZERO_PAGE } from '../../wire/comparePages.ts';
import type { PageHistory } from './pageHistory.ts';

const PLAIN_COPIES_BYTES = 64 * 2 ** 20;

/** Pages that a call has written, as they were before it. */
type Before = Map<PageHistory, Uint8Array | Packed>;

export class ChangedBytes {
  /** For each thread its calls under way, the innermost last. */
  private readonly open = new Map<number, Before[]>();
  private plainBytes = 0;
  /** Changes when a call begins: the innermost calls have the pages that bear it, also those that took them over. */
  private mark = 0;

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

  /** A page is about to be written. */
  writing(page: PageHistory): void {
    if (page.callMark === this.mark) return;
    page.callMark = this.mark;
    let before: Uint8Array | Packed | null = null;
    for (const calls of this.open.values()) {
      const call = calls.at(-1);
      if (!call || call.has(page)) continue;
      before ??= this.copy(page.live.contents);
      call.set(page, before);
    }
  }

  /**
   * The innermost call of a thread ends.
   * @returns bytes whose value after it is not the one before
   */
  end(thread: number): number {
    const calls = this.open.get(thread) ?? [];
    const call = calls.pop();
    const caller = calls.at(-1);
    let count = 0;
    for (const [page, before] of call ?? []) {
      const contents = 'deflated' in before ? unpack(this.codec, before) : before;
      count += countDifferentBytes(contents, page.live.contents);
      if (caller && !caller.has(page)) caller.set(page, before);
    }
    if (!caller) this.plainBytes = 0;
    return count;
  }

  private copy(contents: Uint8Array): Uint8Array | Packed {
    if (isZeroPage(contents)) return ZERO_PAGE;
    if (this.plainBytes >= this.plainLimit) return pack(this.codec, contents);
    this.plainBytes += SHOWN_PAGE_BYTES;
    return contents.slice();
  }
}
