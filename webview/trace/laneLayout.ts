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
const LABEL_WIDTH = 30;
const TOP = 2;

/** Distance between lanes. Many lanes are closer together; they scroll where the view has no room for all. */
function lanePitch(instances: number): number {
  return instances <= 4 ? 20 : 16;
}

export function layoutLanes(width: number, instances: number, calls: number): LaneLayout {
  const columns = Math.max(1, width - LABEL_WIDTH - 4);
  const pitch = Math.min(WIDEST_PITCH, columns / Math.max(1, calls));
  const lane = lanePitch(instances);
  return {
    left: LABEL_WIDTH,
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
