// Rows of a list that is too long to be sent whole: those that are shown, and some that were.
import { PartCache } from './partCache.ts';

/** Rows of one request. */
const BLOCK = 128;

export interface RowsFrom<Row> {
  /** Of all rows. */
  readonly total: number;
  readonly rows: readonly Row[];
}

export class RowCache<Row> extends PartCache<number, readonly Row[]> {
  /** How many rows there are; 0 while that is not known. */
  total = 0;
  /** The first rows have come. */
  isKnown = false;

  constructor(
    private readonly options: {
      readonly read: (from: number, count: number) => Promise<RowsFrom<Row>>;
      readonly failed: (message: string) => void;
    },
  ) {
    super({ failed: options.failed, capacity: 64 });
  }

  /** The row, if it is loaded. */
  at(index: number): Row | undefined {
    return this.use(keyOf(Math.floor(index / BLOCK)))?.[index % BLOCK];
  }

  /** Loads the rows `from` … `end` (exclusive). */
  want(from: number, end: number): void {
    const first = Math.floor(from / BLOCK);
    const last = Math.floor(Math.max(from, end - 1) / BLOCK);
    this.request(Array.from({ length: last - first + 1 }, (_, i) => first + i));
  }

  protected override missing(block: number): number | undefined {
    const isBehind = this.isKnown && block > 0 && block * BLOCK >= this.total;
    return isBehind || this.has(keyOf(block)) ? undefined : block;
  }

  protected override async load(block: number): Promise<Iterable<readonly [string, readonly Row[]]>> {
    const { total, rows } = await this.options.read(block * BLOCK, BLOCK);
    this.total = total;
    this.isKnown = true;
    return [[keyOf(block), rows]];
  }
}

const keyOf = (block: number): string => String(block);
