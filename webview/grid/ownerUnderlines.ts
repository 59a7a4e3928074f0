// Lines below bytes in the mark of their owner. All rows of a frame are collected first: each owner then takes one or two strokes
// a frame, however many rows there are.
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import { type OwnerColors, ownerColor, ownerStrokes } from '../theme/ownerMarks.ts';
import { byteEdges, type RowLayout } from './rowLayout.ts';

/** A mark keeps clear of the row below and of frames around bytes, in CSS pixels. */
const LIFT = 1.5;

export class OwnerUnderlines {
  /** Of each owner's code: flat triples of left edge, right edge and bottom, in CSS pixels. */
  private readonly lines = new Map<number, number[]>();

  /**
   * Takes a row's bytes.
   * @param owners OWNER_CODE of each byte
   * @param only the one owner to show; null for all
   */
  add(owners: Uint8Array, layout: RowLayout, y: number, only: number | null): void {
    for (let first = 0; first < owners.length; ) {
      const owner = owners[first] ?? OWNER_CODE.never;
      let last = first;
      while (owners[last + 1] === owner) last++;
      if (owner !== OWNER_CODE.never && (only === null || only === owner)) {
        for (const [left, right] of byteEdges(layout, first, last))
          this.linesOf(owner).push(left + 1, right - 1, y + layout.rowHeight - LIFT);
      }
      first = last + 1;
    }
  }

  stroke(c: CanvasRenderingContext2D, colors: OwnerColors): void {
    for (const [owner, lines] of this.lines) {
      c.strokeStyle = ownerColor(owner, colors);
      for (const { rise, thickness, dash } of ownerStrokes(owner)) {
        c.lineWidth = thickness;
        c.setLineDash([...dash]);
        c.beginPath();
        for (let i = 0; i + 2 < lines.length; i += 3) {
          const [left = 0, right = 0, bottom = 0] = lines.slice(i, i + 3);
          c.moveTo(left, bottom - rise);
          c.lineTo(right, bottom - rise);
        }
        c.stroke();
      }
    }
    c.setLineDash([]);
  }

  private linesOf(owner: number): number[] {
    const found = this.lines.get(owner) ?? [];
    this.lines.set(owner, found);
    return found;
  }
}
