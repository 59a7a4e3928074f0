// Ranges of memory that stay as they are, of which it is asked many times whether one of them overlaps another range.
import type { ByteSpan } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';

export class Spans {
  /** Ascending by their beginnings. */
  private readonly spans: readonly ByteSpan[];
  /** Where the farthest of the spans up to each one ends. */
  private readonly ends: readonly number[];

  constructor(spans: readonly ByteSpan[]) {
    this.spans = [...spans].sort((a, b) => a.address - b.address);
    let end = 0;
    this.ends = this.spans.map(({ address: start, length }) => {
      end = Math.max(end, start + length);
      return end;
    });
  }

  /** What the first of the spans has in common with the range; null where none has any of it. */
  overlap({ address: start, length }: { address: number; length: number }): ByteSpan | null {
    // The first span up to which one reaches behind the beginning of the range is that one.
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle] > start) high = middle;
      else low = middle + 1;
    }
    const span = this.spans[low];
    const end = start + length;
    if (!span || span.address >= end) return null;
    const from = Math.max(start, span.address);
    return { address: address(from), length: Math.min(end, span.address + span.length) - from };
  }
}
