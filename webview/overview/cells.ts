// The strip's cells: one page each where there is room, several pages a cell where there is not.
import type { Finding } from '../../src/protocol/finding.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';

export interface Cells {
  /** OWNER_CODE of most pages of each cell that have an owner. */
  readonly owners: Uint8Array;
  /** Writes to all pages of each cell. */
  readonly writes: Float64Array;
  /** Bytes of each cell that are others than at the step that is compared with. */
  readonly differing: Float64Array;
}

/** What is known of pages: one entry a page. */
export interface Pages {
  readonly owners: Uint8Array;
  readonly writes: Uint32Array;
  readonly differing: Uint32Array;
}

/** As many cells as pages, but no more than there are pixels. */
export function cellCount(pages: number, pixels: number): number {
  return Math.max(1, Math.min(pages, Math.floor(pixels)));
}

/** The first page of a cell; for the number of cells itself, the number of pages. */
export function firstPage(cell: number, cells: number, pages: number): number {
  return Math.floor((cell * pages) / cells);
}

/** The cell that a page is in. */
export function cellOfPage(page: number, cells: number, pages: number): number {
  // The last cell whose first page is not after it.
  return Math.min(cells - 1, Math.ceil(((page + 1) * cells) / pages) - 1);
}

/** Sums pages up to cells. */
export function summarize({ owners, writes, differing }: Pages, cells: number): Cells {
  const result: Cells = {
    owners: new Uint8Array(cells),
    writes: new Float64Array(cells),
    differing: new Float64Array(cells),
  };
  const pagesOf = new Uint32Array(256);
  for (let cell = 0; cell < cells; cell++) {
    const from = firstPage(cell, cells, owners.length);
    const to = firstPage(cell + 1, cells, owners.length);
    let most: number = OWNER_CODE.never;
    let sum = 0;
    let others = 0;
    for (let page = from; page < to; page++) {
      sum += writes[page] ?? 0;
      others += differing[page] ?? 0;
      const owner = owners[page] ?? OWNER_CODE.never;
      if (owner === OWNER_CODE.never) continue;
      const pages = (pagesOf[owner] ?? 0) + 1;
      pagesOf[owner] = pages;
      if (most === OWNER_CODE.never || pages > (pagesOf[most] ?? 0)) most = owner;
    }
    result.owners[cell] = most;
    result.writes[cell] = sum;
    result.differing[cell] = others;
    if (most !== OWNER_CODE.never) pagesOf.fill(0);
  }
  return result;
}

/** The findings that have bytes, by the cell of the first of them. @param cellOf null of an address that memory does not have */
export function findingsByCell(
  findings: readonly Finding[],
  cellOf: (address: number) => number | null,
): ReadonlyMap<number, readonly Finding[]> {
  const found = new Map<number, readonly Finding[]>();
  for (const finding of findings) {
    const cell = finding.range && cellOf(finding.range.address);
    if (cell !== null) found.set(cell, [...(found.get(cell) ?? []), finding]);
  }
  return found;
}

/** How hot a cell is, 0 to 1: by the logarithm, since writes differ by orders of magnitude. */
export function heat(writes: number, most: number): number {
  return most === 0 ? 0 : Math.log1p(writes) / Math.log1p(most);
}

/** A number of writes and how hot it is, for the legend. */
export interface HeatMark {
  readonly writes: number;
  readonly share: number;
}

/** One write, the most writes, and up to two numbers between them, as far apart in heat as whole numbers can be. */
export function heatScale(most: number): HeatMark[] {
  const writes = [0, 1 / 3, 2 / 3, 1].map(share => Math.max(1, Math.round(Math.expm1(share * Math.log1p(most)))));
  return [...new Set(most === 0 ? [] : writes)].map(each => ({ writes: each, share: heat(each, most) }));
}
