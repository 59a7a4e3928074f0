// Addresses below the line: those at its ends, and where regions begin, as many as there is room for.
import { hex } from '../../src/protocol/text.ts';
import type { Axis } from './axis.ts';
import type { Shown } from './zoom.ts';

export interface Tick {
  /** In CSS pixels. */
  readonly left: number;
  readonly text: string;
}

/** Width of a digit in CSS pixels, and what is left between two addresses. */
const DIGIT = 7;
const APART = 8;

/** @param width of what is shown, in CSS pixels */
export function ticksOf(axis: Axis, { from, to }: Shown, width: number): Tick[] {
  if (width === 0) return [];
  const last = tickAt(axis.addressAt(to), width, true);
  const ticks = [tickAt(axis.addressAt(from), 0, false)];
  for (const { start, from: position, isGap } of axis.pieces) {
    if (isGap || position <= from || position >= to) continue;
    const tick = tickAt(start, ((position - from) / (to - from)) * width, false);
    if (tick.left >= endOf(ticks.at(-1)) && endOf(tick) <= last.left) ticks.push(tick);
  }
  return last.left >= endOf(ticks.at(-1)) ? [...ticks, last] : ticks;
}

function tickAt(address: number, left: number, isEnd: boolean): Tick {
  const text = hex(address);
  return { left: isEnd ? left - text.length * DIGIT : left, text };
}

const endOf = (tick: Tick | undefined): number => (tick ? tick.left + tick.text.length * DIGIT + APART : 0);
