// The part of an axis that a timeline shows, in nanoseconds or steps.

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Zooming in ends here: a thousandth of a nanosecond or of a step shows nothing more. */
const NARROWEST = 1e-3;

const length = ({ from, to }: Range): number => to - from;

/** The same length inside of the whole axis, or all of it. */
export function within(range: Range, whole: Range): Range {
  if (length(range) >= length(whole)) return whole;
  const from = Math.min(Math.max(range.from, whole.from), whole.to - length(range));
  return { from, to: from + length(range) };
}

/** @param factor above 1 shows less of the axis; what is at `around` stays where it is */
export function zoomed(range: Range, factor: number, around: number, whole: Range): Range {
  const scale = Math.max(1 / factor, NARROWEST / (length(range) || 1));
  return within({ from: around - (around - range.from) * scale, to: around + (range.to - around) * scale }, whole);
}

/** @param part of the shown length; above 0 moves towards the end */
export function panned(range: Range, part: number, whole: Range): Range {
  const by = length(range) * part;
  return within({ from: range.from + by, to: range.to + by }, whole);
}

/** Round values in a range, some `most` of them: 1, 2 or 5 times a power of ten apart. */
export function ticksOf(range: Range, most: number): number[] {
  if (!(length(range) > 0)) return [range.from];
  const least = length(range) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const pitch = [1, 2, 5, 10].map(times => times * power).find(each => each >= least) ?? least;
  const first = Math.ceil(range.from / pitch);
  const count = Math.floor(range.to / pitch) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * pitch);
}
