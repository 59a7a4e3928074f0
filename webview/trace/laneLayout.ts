// Positions of the lanes' blocks, in CSS pixels.

export interface LaneLayout {
  /** Left edge of the first call's block. */
  readonly left: number;
  /** Columns of pixels that there are for blocks. */
  readonly columns: number;
  /** Distance from one call's block to the next. */
  readonly pitch: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Distance from one lane to the next. */
  readonly lane: number;
  readonly width: number;
  readonly height: number;
}

/** Beyond this a few calls would look like bars of a chart. */
const WIDEST_PITCH = 36;
/** Width of `#0`, and of a character of a longer label. */
const LABEL_WIDTH = 30;
const CHARACTER_WIDTH = 6.7;
/** Most of a long label that is shown, and the least width of lanes that have room for more than a number. */
const LONGEST_LABEL = 18;
const ROOMY = 380;
const TOP = 2;

/** Distance between lanes. Many lanes are closer together; they scroll where the view has no room for all. */
function lanePitch(instances: number): number {
  return instances <= 4 ? 20 : 16;
}

/** What stands before each lane: as much of its title as there is room for. @param titles `#1 drums.wasm`, one an instance */
export function laneLabels(width: number, titles: readonly string[]): string[] {
  if (width < ROOMY) return titles.map((_, instance) => `#${instance}`);
  return titles.map(title => (title.length > LONGEST_LABEL ? `${title.slice(0, LONGEST_LABEL - 1)}…` : title));
}

export function layoutLanes(width: number, labels: readonly string[], calls: number): LaneLayout {
  const instances = labels.length;
  const longest = labels.reduce((most, { length }) => Math.max(most, length), 0);
  const left = Math.max(LABEL_WIDTH, Math.ceil(longest * CHARACTER_WIDTH) + 8);
  const columns = Math.max(1, width - left - 4);
  const pitch = Math.min(WIDEST_PITCH, columns / Math.max(1, calls));
  const lane = lanePitch(instances);
  return {
    left,
    columns,
    pitch,
    // Many calls share the width; a block stays wide enough to be seen.
    blockWidth: Math.max(2, pitch - 3),
    blockHeight: lane - 8,
    lane,
    width,
    height: TOP + lane * instances + 2,
  };
}

export function blockX(layout: LaneLayout, index: number): number {
  return layout.left + (index - 1) * layout.pitch;
}

export function laneY(layout: LaneLayout, instance: number): number {
  return TOP + layout.lane * instance + layout.lane / 2;
}

/** Where the playhead of a step stands: after the call that ends at it. */
export function playheadX(layout: LaneLayout, calls: number): number {
  return layout.left + calls * layout.pitch - 1.5;
}

/** Index of the call under a point, from 1; undefined left of the first one and right of the last. */
export function callAt(layout: LaneLayout, x: number, calls: number): number | undefined {
  const index = Math.floor((x - layout.left) / layout.pitch) + 1;
  return index >= 1 && index <= calls ? index : undefined;
}

/** Whether calls are closer together than pixels. */
export const isCrowded = ({ pitch }: LaneLayout): boolean => pitch < 1;
