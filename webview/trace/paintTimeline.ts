// Draws the timeline: blocks in lanes, nested calls lower ones, marks by symbols, the selection, the shown step.
import type { TimelineBlock } from '../../src/protocol/call.ts';
import type { CanvasTheme } from '../theme/canvasTheme.ts';
import type { Range } from './timelineRange.ts';

/** Calls that are deeper in others are drawn with those of this depth. */
const DEEPEST = 3;
export const AXIS_HEIGHT = 16;
const ROW = 7;
const GAP = 5;

export interface Lane {
  readonly instance: number;
  readonly thread: number;
  readonly label: string;
  readonly top: number;
  /** Rows of calls in calls. */
  readonly rows: number;
}

export interface Drawing {
  readonly width: number;
  readonly left: number;
  readonly shown: Range;
  readonly lanes: readonly Lane[];
  readonly blocks: readonly TimelineBlock[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Where findings and growths are. */
  readonly marks: readonly { readonly at: number; readonly symbol: string; readonly isError: boolean }[];
  readonly selection: Range | null;
  readonly playhead: number | null;
}

/** Lanes of instances, and of their threads where they have several, one below the other. */
export function lanesOf(blocks: readonly TimelineBlock[], instances: number): Lane[] {
  const depths = new Map<string, { instance: number; thread: number; rows: number }>();
  for (let instance = 0; instance < instances; instance++)
    if (!blocks.some(block => block.instance === instance))
      depths.set(`${instance} -`, { instance, thread: 0, rows: 1 });
  for (const { instance, thread, depth } of blocks) {
    const key = `${instance} ${thread}`;
    const rows = Math.max(depths.get(key)?.rows ?? 1, Math.min(depth, DEEPEST) + 1);
    depths.set(key, { instance, thread, rows });
  }
  const sorted = [...depths.values()].sort((a, b) => a.instance - b.instance || a.thread - b.thread);
  let top = AXIS_HEIGHT;
  return sorted.map(lane => {
    const isOnly = sorted.filter(({ instance }) => instance === lane.instance).length === 1;
    const placed = { ...lane, label: isOnly ? `#${lane.instance}` : `#${lane.instance}·${lane.thread}`, top };
    top += lane.rows * ROW + GAP;
    return placed;
  });
}

export const heightOf = (lanes: readonly Lane[]): number =>
  lanes.reduce((bottom, { top, rows }) => Math.max(bottom, top + rows * ROW + GAP), AXIS_HEIGHT);

export function xOf({ width, left, shown }: Pick<Drawing, 'width' | 'left' | 'shown'>, at: number): number {
  return left + ((at - shown.from) / (shown.to - shown.from || 1)) * (width - left);
}

export function valueAt({ width, left, shown }: Pick<Drawing, 'width' | 'left' | 'shown'>, x: number): number {
  return shown.from + ((x - left) / Math.max(1, width - left)) * (shown.to - shown.from);
}

const rowOf = (lane: Lane, depth: number): number => lane.top + Math.min(depth, DEEPEST) * ROW;

const laneOf = (lanes: readonly Lane[], { instance, thread }: TimelineBlock): Lane | undefined =>
  lanes.find(lane => lane.instance === instance && lane.thread === thread);

/** The block at a point, the innermost and nearest one within a few pixels; undefined where there is none. */
export function blockAt(drawing: Drawing, x: number, y: number): TimelineBlock | undefined {
  const distance = ({ from, to }: TimelineBlock): number =>
    Math.max(0, xOf(drawing, from) - x, x - Math.max(xOf(drawing, to), xOf(drawing, from) + 2));
  const near = drawing.blocks.filter(block => {
    const lane = laneOf(drawing.lanes, block);
    const top = lane ? rowOf(lane, block.depth) : Number.NaN;
    return y >= top - 1 && y < top + ROW && distance(block) <= 4;
  });
  return near.reduce<TimelineBlock | undefined>((a, b) => (a && distance(a) <= distance(b) ? a : b), undefined);
}

export function paintTimeline(context: CanvasRenderingContext2D, drawing: Drawing, theme: CanvasTheme): void {
  const { width, left, lanes, blocks, ticks, marks, selection, playhead } = drawing;
  const height = heightOf(lanes);
  context.clearRect(0, 0, width, height);
  context.font = `10px ${theme.fontFamily}`;
  context.textBaseline = 'middle';
  const line = (x: number, color: string, from = 0, thickness = 1): void => {
    context.fillStyle = color;
    context.fillRect(Math.round(x), from, thickness, height - from);
  };
  for (const { at, text } of ticks) {
    line(xOf(drawing, at), theme.owners.never, AXIS_HEIGHT - 4);
    context.fillStyle = theme.dim;
    const wide = context.measureText(text).width;
    context.fillText(text, Math.min(Math.max(left, xOf(drawing, at) - wide / 2), width - wide), AXIS_HEIGHT / 2 - 1);
  }
  for (const { label, top, instance } of lanes) {
    context.fillStyle = colorOf(theme, instance);
    context.fillText(label, 0, top + ROW / 2);
  }
  for (const block of blocks) {
    const lane = laneOf(lanes, block);
    if (!lane) continue;
    const from = Math.min(Math.max(left, xOf(drawing, block.from)), width - 2);
    const to = Math.min(width, Math.max(xOf(drawing, block.to), from + 2));
    const top = rowOf(lane, block.depth);
    context.fillStyle = colorOf(theme, block.instance);
    // A gap that a pixel is wide shows where the next one begins.
    context.fillRect(from, top, Math.max(1, to - from - (to - from > 4 ? 1 : 0)), ROW - 2);
    if (block.isInTrouble) mark(context, '✗', Math.min(from, width - 5), top + ROW / 2, theme.error, theme.ground);
  }
  for (const { at, symbol, isError } of marks) {
    const x = xOf(drawing, at);
    if (x >= left && x <= width)
      mark(
        context,
        symbol,
        Math.min(x, width - 5),
        AXIS_HEIGHT - 5,
        isError ? theme.error : theme.foreground,
        theme.ground,
      );
  }
  if (selection) {
    const [from, to] = [Math.max(left, xOf(drawing, selection.from)), Math.min(width, xOf(drawing, selection.to))];
    context.strokeStyle = theme.focus;
    context.setLineDash([3, 2]);
    context.strokeRect(from + 0.5, AXIS_HEIGHT - 3.5, Math.max(1, to - from), height - AXIS_HEIGHT + 2);
    context.setLineDash([]);
  }
  const x = playhead === null ? Number.NaN : xOf(drawing, playhead);
  // At the end of the axis it is seen, too.
  if (x >= left && x <= width) line(Math.min(x, width - 2), theme.focus, AXIS_HEIGHT - 4, 2);
}

const colorOf = ({ owners }: CanvasTheme, instance: number): string =>
  owners.instances[instance % owners.instances.length] ?? owners.host;

/** A symbol with a ground around it, so that it is seen on any block. */
function mark(
  context: CanvasRenderingContext2D,
  symbol: string,
  x: number,
  y: number,
  color: string,
  ground: string,
): void {
  context.textAlign = 'center';
  context.lineWidth = 3;
  context.strokeStyle = ground;
  context.strokeText(symbol, x, y);
  context.lineWidth = 1;
  context.fillStyle = color;
  context.fillText(symbol, x, y);
  context.textAlign = 'start';
}
