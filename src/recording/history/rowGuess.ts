// Guesses what a row tells from the row before it: what came last time after a row of the same accessor. Stores come from
// loops, so four of five rows are as guessed, and need not be kept.

/** Rows that are remembered: one for each accessor, by its number modulo this power of two. */
const REMEMBERED = 16;
/** Words of a row: steps since the row before, accessor, distance from the end of the row before. */
const WORDS = 3;

export class RowGuess {
  private readonly rows = new Int32Array(REMEMBERED * WORDS);
  /** Where the guess for the next row stands. */
  private at = 0;

  get distance(): number {
    return this.rows[this.at];
  }

  get accessor(): number {
    return this.rows[this.at + 1];
  }

  get gap(): number {
    return this.rows[this.at + 2];
  }

  isRight(distance: number, accessor: number, gap: number): boolean {
    const { rows, at } = this;
    return rows[at] === distance && rows[at + 1] === accessor && rows[at + 2] === gap;
  }

  /** The guess was wrong: this is what the row tells. */
  correct(distance: number, accessor: number, gap: number): void {
    const { rows, at } = this;
    rows[at] = distance;
    rows[at + 1] = accessor;
    rows[at + 2] = gap;
  }

  /** Goes on to the row behind one of an accessor. */
  goOn(accessor: number): void {
    this.at = (accessor & (REMEMBERED - 1)) * WORDS;
  }
}
