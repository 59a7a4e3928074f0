// Which calls have rows: all of a few, and of very many those in view. A program makes tens of thousands of calls.

/** What one row takes, in CSS pixels; one that says more takes more. */
export const ROW_HEIGHT = 22;
/** So many have rows at once. */
const MOST_ROWS = 600;
/** The window moves by so many rows, so that not every bit of scrolling draws it anew. */
const STEP = 200;

/** Position of the first call that has a row, where a list is scrolled to `top` (CSS pixels). */
export function firstRowAt(top: number, calls: number): number {
  if (calls <= MOST_ROWS) return 0;
  const first = (Math.floor(top / ROW_HEIGHT / STEP) - 1) * STEP;
  return Math.min(Math.max(first, 0), calls - MOST_ROWS);
}

/** The same, so that a call (by its index, from 1) has a row. */
export function firstRowFor(call: number, calls: number): number {
  return firstRowAt((call - 1) * ROW_HEIGHT, calls);
}

/** The calls that have rows, from a first one on, and the height of what stands for those before and behind. */
export function rowsFrom<Call>(
  first: number,
  calls: readonly Call[],
): { readonly shown: readonly Call[]; readonly before: number; readonly behind: number } {
  const shown = calls.length <= MOST_ROWS ? calls : calls.slice(first, first + MOST_ROWS);
  return { shown, before: first * ROW_HEIGHT, behind: (calls.length - first - shown.length) * ROW_HEIGHT };
}
