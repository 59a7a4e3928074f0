// A scroll position of our own: a row number with a fraction. No element can be as tall as the rows of 4 GiB.

export interface ScrollArea {
  /** Rows of the whole memory. */
  readonly rows: number;
  /** Rows that are visible at once, with a fraction. */
  readonly visibleRows: number;
}

/** The last position: the last row is fully visible. */
export function maxTop(area: ScrollArea): number {
  return Math.max(0, area.rows - area.visibleRows);
}

export function clampTop(top: number, area: ScrollArea): number {
  return Math.min(Math.max(0, top), maxTop(area));
}

/** Moves as little as it takes to show the whole row. */
export function reveal(row: number, top: number, area: ScrollArea): number {
  if (row < top) return clampTop(row, area);
  if (row + 1 > top + area.visibleRows) return clampTop(row + 1 - area.visibleRows, area);
  return clampTop(top, area);
}

/** For jumps: puts a row that is not visible a third down the view, so that the user sees its surroundings. */
export function revealInContext(row: number, top: number, area: ScrollArea): number {
  if (row >= top && row + 1 <= top + area.visibleRows) return clampTop(top, area);
  return clampTop(Math.floor(row - area.visibleRows / 3), area);
}

/** Rows that a wheel event scrolls; positive is down. */
export function wheelRows(event: { deltaY: number; deltaMode: number }, rowHeight: number, area: ScrollArea): number {
  switch (event.deltaMode) {
    case WheelEvent.DOM_DELTA_LINE:
      return event.deltaY;
    case WheelEvent.DOM_DELTA_PAGE:
      return event.deltaY * Math.max(1, Math.floor(area.visibleRows) - 1);
    default:
      return event.deltaY / rowHeight;
  }
}

const SMALLEST_THUMB = 24;

/** The scroll bar's thumb on a track of `track` pixels. */
export function thumb(top: number, area: ScrollArea, track: number): { offset: number; size: number } {
  if (area.rows <= area.visibleRows) return { offset: 0, size: track };
  const size = Math.min(track, Math.max(SMALLEST_THUMB, (track * area.visibleRows) / area.rows));
  return { offset: ((track - size) * top) / maxTop(area), size };
}

/** The position that puts the thumb's start at `offset` pixels. */
export function topAtThumb(offset: number, area: ScrollArea, track: number): number {
  const { size } = thumb(0, area, track);
  if (track <= size) return 0;
  return clampTop((offset / (track - size)) * maxTop(area), area);
}
