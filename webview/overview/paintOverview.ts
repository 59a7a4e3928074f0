// Draws the strip's cells. Owners have the pattern that the grid draws below their bytes, from top to bottom.
import { type Finding, severityOf } from '../../src/protocol/finding.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import type { CanvasTheme } from '../theme/canvasTheme.ts';
import { ownerColor, ownerStrokes } from '../theme/ownerMarks.ts';
import { type Cells, heat } from './cells.ts';

export interface Overview {
  readonly cells: Cells;
  readonly theme: CanvasTheme;
  readonly mode: 'owners' | 'heat';
  /** OWNER_CODE of the only owner to show; null for all. */
  readonly onlyOwner: number | null;
  /** Memory is compared with another step: cells with bytes that differ have a mark above. */
  readonly compares: boolean;
  /** The findings of cells: a flag stands at their top. */
  readonly marks: ReadonlyMap<number, readonly Finding[]>;
  /** Cells in which a search found something: they have a notch at their bottom. */
  readonly matches: ReadonlySet<number>;
  /** The screen's pixels for each CSS pixel. */
  readonly scale: number;
}

/** The weakest heat that is still seen. */
export const FAINTEST = 0.2;

export function paintOverview(canvas: HTMLCanvasElement, overview: Overview): void {
  const c = canvas.getContext('2d');
  if (!c) return;
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.clearRect(0, 0, canvas.width, canvas.height);
  if (overview.mode === 'heat') paintHeat(c, overview);
  else paintOwners(c, overview);
  if (overview.compares) paintDifferences(c, overview);
  paintMatches(c, overview);
  paintFindings(c, overview);
}

/** Height of a notch, and its least width, in CSS pixels. */
const NOTCH = { height: 6, width: 3 } as const;

/** With an edge in the colour of the ground, so that they are seen on any cell, and without their colour. */
function paintMatches(c: CanvasRenderingContext2D, { cells: { owners }, matches, theme, scale }: Overview): void {
  const { width, height } = c.canvas;
  const tall = NOTCH.height * scale;
  for (const cell of matches) {
    const left = edgeOf(cell, owners.length, width);
    const wide = Math.max(edgeOf(cell + 1, owners.length, width) - left, NOTCH.width * scale);
    c.fillStyle = theme.ground;
    c.fillRect(left - scale, height - tall - scale, wide + 2 * scale, tall + scale);
    c.fillStyle = theme.match;
    c.fillRect(left, height - tall, wide, tall);
  }
}

/** Width and height of the flag of a finding, in CSS pixels. */
const FLAG = { width: 9, height: 7 } as const;

/** With an edge in the colour of the ground, so that they are seen on any cell. */
function paintFindings(c: CanvasRenderingContext2D, { cells: { owners }, marks, theme, scale }: Overview): void {
  const half = (FLAG.width / 2) * scale;
  const { width } = c.canvas;
  for (const [cell, findings] of marks) {
    const middle = (edgeOf(cell, owners.length, width) + edgeOf(cell + 1, owners.length, width)) / 2;
    const x = Math.min(Math.max(half, middle), width - half);
    c.beginPath();
    c.moveTo(x - half, 0);
    c.lineTo(x + half, 0);
    c.lineTo(x, FLAG.height * scale);
    c.closePath();
    c.lineWidth = 2 * scale;
    c.strokeStyle = theme.ground;
    c.stroke();
    c.fillStyle = findings.some(finding => severityOf(finding) === 'error') ? theme.error : theme.outline;
    c.fill();
  }
}

/** Height of the lane above the cells in which differences are marked, and of its gap, in CSS pixels. */
const LANE = 4;
const GAP = 2;
/** Least width of a mark, in CSS pixels: one page of a large memory is less than a pixel. */
const NARROWEST_MARK = 2;

/** In a lane of their own, so that they are seen without their colour, too. */
function paintDifferences(c: CanvasRenderingContext2D, { cells: { differing }, theme, scale }: Overview): void {
  const { width } = c.canvas;
  c.clearRect(0, 0, width, (LANE + GAP) * scale);
  c.fillStyle = theme.foreground;
  differing.forEach((bytes, cell) => {
    if (bytes === 0) return;
    const left = edgeOf(cell, differing.length, width);
    const right = Math.max(edgeOf(cell + 1, differing.length, width), left + NARROWEST_MARK * scale);
    c.fillRect(left, 0, right - left, LANE * scale);
  });
}

/** Left edges of cells on the screen's pixels, so that neighbours meet without a seam. */
function edgeOf(cell: number, cells: number, width: number): number {
  return Math.round((cell * width) / cells);
}

function paintHeat(c: CanvasRenderingContext2D, { cells, theme }: Overview): void {
  const { width, height } = c.canvas;
  const { writes } = cells;
  const most = writes.reduce((a, b) => Math.max(a, b), 0);
  c.fillStyle = theme.changed;
  writes.forEach((count, cell) => {
    if (count === 0) return;
    const share = heat(count, most);
    const left = edgeOf(cell, writes.length, width);
    c.globalAlpha = FAINTEST + (1 - FAINTEST) * share;
    // Also taller, since a tint alone says nothing in high contrast.
    const tall = Math.max(3, Math.round(height * share));
    c.fillRect(left, height - tall, edgeOf(cell + 1, writes.length, width) - left, tall);
  });
  c.globalAlpha = 1;
}

function paintOwners(c: CanvasRenderingContext2D, { cells, theme, onlyOwner, scale }: Overview): void {
  const { width, height } = c.canvas;
  const { owners } = cells;
  for (let first = 0; first < owners.length; ) {
    const owner = owners[first] ?? OWNER_CODE.never;
    let end = first + 1;
    while (owners[end] === owner) end++;
    if (owner !== OWNER_CODE.never) {
      const left = edgeOf(first, owners.length, width);
      const right = edgeOf(end, owners.length, width);
      c.globalAlpha = onlyOwner === null || onlyOwner === owner ? 1 : 0.2;
      c.strokeStyle = ownerColor(owner, theme.owners);
      // Initial data is half as tall, as its line below bytes is half as thick.
      const top = owner === OWNER_CODE.initial ? height / 2 : 0;
      c.lineWidth = right - left;
      c.setLineDash((ownerStrokes(owner)[0]?.dash ?? []).map(length => length * scale));
      c.beginPath();
      c.moveTo((left + right) / 2, top);
      c.lineTo((left + right) / 2, height);
      c.stroke();
    }
    first = end;
  }
  c.setLineDash([]);
  c.globalAlpha = 1;
}
