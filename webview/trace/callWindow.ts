// The calls that have rows: all calls of a short run; of a long one those in view and some around them. All rows together may be
// taller than an element can be: then the element's scroll position is scaled.

/** Height of a row, in CSS pixels; rows with further lines are taller. */
export const ROW_HEIGHT = 22;
/** Up to so many calls all have rows. */
const FEW = 600;
/** Of more calls so many have rows at once. */
const ROWS = 200;
/** The rows move on by so many, so that not every bit of scrolling renders them anew. */
const STEP = 50;
/** Chromium's elements end at 2²⁵ pixels of the screen, which are a quarter as many of CSS where everything is zoomed fourfold. */
export const TALLEST = 8_000_000;

/** The rows that there are, and the height of the view on them in CSS pixels. */
export interface Extent {
  readonly rows: number;
  readonly view: number;
}

/** Pixels of rows for each pixel that the element scrolls. */
export function scrollScale({ rows, view }: Extent): number {
  const content = contentHeight(rows);
  return content < TALLEST || content <= view ? 1 : (rows * ROW_HEIGHT - view) / (content - view);
}

/** Pixels of rows above the view where the last row is at its bottom. */
export function lastTop({ rows, view }: Extent): number {
  return Math.max(0, rows * ROW_HEIGHT - view);
}

export interface CallWindow {
  /** Position of the first call that has a row. */
  readonly first: number;
  readonly count: number;
  /** Heights of the empty elements before and behind the rows, in CSS pixels. */
  readonly before: number;
  readonly behind: number;
}

/** The calls that have rows where `top` pixels of rows are above the view. */
export function windowAt(top: number, extent: Extent): CallWindow {
  const { rows } = extent;
  const content = contentHeight(rows);
  // Rows stand so much nearer to the start than in an element that is as tall as all of them.
  const shift = top - top / scrollScale(extent);
  const first = Math.max(firstRowAt(top, rows), Math.ceil(shift / ROW_HEIGHT));
  const before = first * ROW_HEIGHT - shift;
  const fitting = Math.floor((content - before + 1) / ROW_HEIGHT);
  const count = Math.min(rows <= FEW ? rows : ROWS, rows - first, fitting);
  return { first, count, before, behind: Math.max(0, content - before - count * ROW_HEIGHT) };
}

/** The least scrolling, in pixels of rows, that shows a row where all rows are of one height. */
export function topThatShows(position: number, top: number, view: number): number {
  const start = position * ROW_HEIGHT;
  return start < top ? start : Math.max(top, start + ROW_HEIGHT - view);
}

function firstRowAt(top: number, rows: number): number {
  if (rows <= FEW) return 0;
  const first = (Math.floor(top / ROW_HEIGHT / STEP) - 1) * STEP;
  return Math.min(Math.max(first, 0), rows - ROWS);
}

function contentHeight(rows: number): number {
  return Math.min(rows * ROW_HEIGHT, TALLEST);
}
