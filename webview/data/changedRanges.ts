// The bytes that the selected call changed, as ranges; and the ways from one of them to another.
import type { ChangedRanges } from '../../src/protocol/access.ts';
import { address, type Step, step } from '../../src/protocol/units.ts';
import type { ByteRange } from './byteRange.ts';
import { callNumber, type Direction, type Place } from './moments.ts';
import type { Run } from './run.ts';

/** The steps that the call of a place made; null where there is no call, and where it made none that is kept. */
export function stepsOfCall(run: Run, { call: index }: Place): { readonly step: Step; readonly since: Step } | null {
  const call = callNumber(run, index);
  if (!call) return null;
  const since = Math.max(call.stepBefore, run.firstStep);
  return since < call.step ? { step: call.step, since: step(since) } : null;
}

export const countOf = ({ ranges }: ChangedRanges): number => ranges.length / 2;

/** The range at a position, from 0; undefined where there is none. */
export function rangeAt({ ranges }: ChangedRanges, position: number): ByteRange | undefined {
  const [start, end] = ranges.slice(2 * position, 2 * position + 2);
  return start === undefined || end === undefined ? undefined : { start: address(start), length: end - start };
}

/** How many ranges begin at an address or before it. */
function begunBy({ ranges }: ChangedRanges, at: number): number {
  let [low, high] = [0, ranges.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[2 * middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of the range that a byte is in; null where it is in none. */
export function positionOf(changed: ChangedRanges, at: number): number | null {
  const position = begunBy(changed, at) - 1;
  const range = rangeAt(changed, position);
  return range && at < range.start + range.length ? position : null;
}

/** The next range behind a byte, or the one before it, going round at the end; undefined where there is none. */
export function neighbourRange(changed: ChangedRanges, at: number, direction: Direction): ByteRange | undefined {
  const count = countOf(changed);
  const begun = begunBy(changed, at);
  const before = positionOf(changed, at) === null ? begun - 1 : begun - 2;
  const position = direction === 'next' ? begun : before;
  return rangeAt(changed, (position + count) % Math.max(1, count));
}
