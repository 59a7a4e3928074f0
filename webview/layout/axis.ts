// Addresses on a line: 300 bytes of data beside a stack of 1 MiB. Between two edges of regions the line is straight, and grows with
// the logarithm of its bytes; what nobody claims is cut out but for a gap.
import { edgesOf, type LayoutRow, type Stretch } from '../data/layout.ts';

/** A straight part of the line: bytes `start` … `end`, drawn from `from` to `to`, where all of the line goes from 0 to 1. */
export interface Piece extends Stretch {
  readonly from: number;
  readonly to: number;
  /** Nobody claims it. */
  readonly isGap: boolean;
}

/** What the smallest region weighs, and a gap of any size: there is room for a word, and for a mark. */
const LEAST = 4;
const GAP = 1.5;

export class Axis {
  private constructor(readonly pieces: readonly Piece[]) {}

  static of(rows: readonly LayoutRow[], memoryBytes: number): Axis {
    const claimed = rows.flatMap(({ regions }) => regions);
    const edges = [...new Set([0, ...edgesOf(rows), memoryBytes])].sort((a, b) => a - b);
    const parts = edges.slice(1).map((end, i) => {
      const start = edges[i] ?? end;
      const isGap = !claimed.some(region => region.start <= start && start < region.end);
      return { start, end, isGap, weight: isGap ? GAP : LEAST + Math.log2(end - start) };
    });
    const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
    let before = 0;
    return new Axis(
      parts.map(({ start, end, isGap, weight }) => {
        const from = before / whole;
        before += weight;
        return { start, end, isGap, from, to: before / whole };
      }),
    );
  }

  /** Where an address is drawn, 0 to 1. */
  positionOf(address: number): number {
    const piece = this.pieces.find(({ end }) => address < end);
    if (!piece) return 1;
    const { start, end, from, to } = piece;
    return from + (Math.max(0, address - start) / (end - start)) * (to - from);
  }

  /** The address that is drawn at a position. */
  addressAt(position: number): number {
    const piece = this.pieces.find(({ to }) => position < to) ?? this.pieces.at(-1);
    if (!piece) return 0;
    const { start, end, from, to } = piece;
    return Math.round(start + (Math.min(Math.max(0, position - from), to - from) / (to - from)) * (end - start));
  }
}
