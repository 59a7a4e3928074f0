// The rows of all pages in the order of their steps, which the timeline tells: of each write it knows the page.
import type { RowCursor } from './pageBlock.ts';
import type { PageHistory } from './pageHistory.ts';

export class RowsInOrder {
  private readonly pagesRows = new Map<number, () => RowCursor | null>();
  private lastPage = -1;
  private lastRows: () => RowCursor | null = () => null;

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
    if (page !== this.lastPage) {
      this.lastRows = this.rowsOf(page);
      this.lastPage = page;
    }
    const row = this.lastRows();
    if (!row) throw new RangeError(`the history of page ${page} ends too early`);
    return row;
  }

  private rowsOf(page: number): () => RowCursor | null {
    let rows = this.pagesRows.get(page);
    if (!rows) {
      rows = this.pages.get(page)?.rows(this.after);
      if (!rows) throw new RangeError(`page ${page} has no history`);
      this.pagesRows.set(page, rows);
    }
    return rows;
  }
}
