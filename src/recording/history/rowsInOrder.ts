// The rows of all pages in the order of their steps, which the timeline tells: of each write it knows the page.
import type { RowCursor } from './pageBlock.ts';
import type { PageHistory } from './pageHistory.ts';

export class RowsInOrder {
  private readonly cursors = new Map<number, Generator<RowCursor>>();

  /** @param after the rows of the steps behind this one */
  constructor(
    private readonly pages: ReadonlyMap<number, PageHistory>,
    private readonly after = 0,
  ) {}

  /**
   * The next row of a page; valid until the next one of the page is asked for.
   * @throws RangeError where there is none
   */
  next(page: number): RowCursor {
    let cursor = this.cursors.get(page);
    if (!cursor) {
      cursor = this.pages.get(page)?.rows(this.after);
      if (!cursor) throw new RangeError(`page ${page} has no history`);
      this.cursors.set(page, cursor);
    }
    const next = cursor.next();
    if (next.done) throw new RangeError(`the history of page ${page} ends too early`);
    return next.value;
  }
}
