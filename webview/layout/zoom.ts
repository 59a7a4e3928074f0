// The part of the line that is shown. Positions go from 0 to 1 over all of it.

export interface Shown {
  readonly from: number;
  readonly to: number;
}

export const ALL: Shown = { from: 0, to: 1 };

/** A smaller part is not shown: of the smallest region single bytes are wide by then. */
const SMALLEST = 1e-4;

export const isAll = ({ from, to }: Shown): boolean => from <= 0 && to >= 1;

/** Shows `factor` times as much, with the position `around` where it was. */
export function zoomed({ from, to }: Shown, factor: number, around: number): Shown {
  const width = Math.min(1, Math.max(SMALLEST, (to - from) * factor));
  const start = around - ((around - from) / (to - from)) * width;
  return at(start, width);
}

/** Shows another part that is as large. */
export const moved = ({ from, to }: Shown, by: number): Shown => at(from + by, to - from);

/** Shows a range, with a little of what is around it. */
export function fitted(range: Shown): Shown {
  const width = Math.min(1, Math.max(SMALLEST, (range.to - range.from) * 1.1));
  return at((range.from + range.to - width) / 2, width);
}

/** As little changed as can be, so that a range is shown. */
export function revealing(shown: Shown, range: Shown): Shown {
  if (range.to > shown.from && range.from < shown.to) return shown;
  const width = shown.to - shown.from;
  return at((range.from + range.to - width) / 2, width);
}

function at(from: number, width: number): Shown {
  const start = Math.min(Math.max(0, from), 1 - width);
  return { from: start, to: start + width };
}
