// Stores that lie one behind the other: where such a row began tells which block it ran out of. One instruction makes a row also where
// others store elsewhere in between, as a loop does that keeps its counter on the stack; several make one without that, as copies do.

/** Rows of single instructions are kept in so many places; where two have the same one, the row of the other is given up. */
const PLACES = 64;
const NONE = -1;

/** The last store of a row, and where the row began. Stores of different owners and calls are no row. */
interface Row {
  era: number;
  owner: number;
  call: number | null;
  site: number;
  first: number;
  /** Behind the first store. */
  top: number;
  start: number;
  /** Exclusive. */
  end: number;
  /** Whether it goes down. */
  isDown: boolean;
}

const noRow = (): Row => ({
  era: 0,
  owner: NONE,
  call: null,
  site: NONE,
  first: 0,
  top: 0,
  start: 0,
  end: 0,
  isDown: false,
});

export class StoreRows {
  /** Stores of one owner, by whichever instruction, none in between. */
  private readonly any = noRow();
  private readonly bySite = Array.from({ length: PLACES }, noRow);
  private last = this.any;
  private era = 0;

  /** What was stored up to now is no beginning of a row any more. */
  end(): void {
    this.era++;
  }

  add(owner: number, call: number | null, site: number, start: number, length: number): void {
    const { any } = this;
    const row = this.bySite[site % PLACES];
    const isSame = row.site === site && this.goesOn(row, owner, call);
    const isDown = start + length === row.start;
    if (!isSame || (start !== row.end && !isDown)) {
      row.first = start;
      row.top = start + length;
    } else if (row.isDown !== isDown) {
      row.first = row.start;
      row.top = row.end;
    }
    row.site = site;
    row.isDown = isSame && isDown;
    if (!this.goesOn(any, owner, call) || start !== any.end) any.first = start;
    this.goOn(any, owner, call, start, length);
    this.goOn(row, owner, call, start, length);
    this.last = row;
  }

  private goesOn(row: Row, owner: number, call: number | null): boolean {
    return row.era === this.era && row.owner === owner && row.call === call;
  }

  private goOn(row: Row, owner: number, call: number | null, start: number, length: number): void {
    row.era = this.era;
    row.owner = owner;
    row.call = call;
    row.start = start;
    row.end = start + length;
  }

  /** Where the row that goes up to the last store began: the store itself, where it is alone. */
  get from(): number {
    const { any, last } = this;
    return last.isDown ? any.first : Math.min(any.first, last.first);
  }

  /** The bytes of the row that the last store is of; `end` is exclusive. */
  get extent(): { readonly start: number; readonly end: number } {
    const { last, from } = this;
    return last.isDown ? { start: last.start, end: last.top } : { start: from, end: last.end };
  }

  /** Where the row that comes down to the last store began; null where none does. */
  get cameDownFrom(): number | null {
    return this.last.isDown ? this.last.first : null;
  }
}
