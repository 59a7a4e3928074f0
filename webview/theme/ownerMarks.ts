// Marks of owners: a colour, and a line pattern for users who don't see the colour. Grid, legend and overview share them.
import { ownerOf } from '../../src/protocol/owner.ts';
import { INSTANCE_COLORS } from './tokens.ts';

/** One line of a mark. */
export interface Stroke {
  /** Distance of the line's middle from the bottom of the mark, in CSS pixels. */
  readonly rise: number;
  readonly thickness: number;
  /** Lengths of dashes and gaps in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

const SOLID: readonly number[] = [];

/** A line on another one. */
const two = (lower: readonly number[], upper: readonly number[]): readonly Stroke[] => [
  { rise: 0.5, thickness: 1, dash: lower },
  { rise: 3.5, thickness: 1, dash: upper },
];

/**
 * Patterns of the instances: 17, which differ without their colours, too. They repeat with another period than the colours, so that
 * colour and pattern together name one of 136 instances.
 */
const INSTANCE_MARKS: readonly (readonly Stroke[])[] = [
  [{ rise: 1.5, thickness: 2, dash: SOLID }],
  [{ rise: 1.5, thickness: 2, dash: [6, 3] }],
  [{ rise: 1.5, thickness: 2, dash: [2, 2] }],
  two(SOLID, SOLID),
  [{ rise: 1.5, thickness: 2, dash: [7, 2, 2, 2] }],
  [{ rise: 1.5, thickness: 2, dash: [12, 4] }],
  two([3, 2], [3, 2]),
  two(SOLID, [2, 2]),
  two([2, 2], SOLID),
  [{ rise: 2, thickness: 4, dash: SOLID }],
  [{ rise: 2, thickness: 4, dash: [9, 3] }],
  two(SOLID, [7, 5]),
  two([7, 5], SOLID),
  two([10, 3], [10, 3]),
  [{ rise: 2, thickness: 4, dash: [8, 2, 2, 2] }],
  [{ rise: 1.5, thickness: 2, dash: [3, 6] }],
  [
    { rise: 2.5, thickness: 3, dash: [5, 5] },
    { rise: 0.5, thickness: 1, dash: SOLID },
  ],
];

/** A row of ticks, a hairline, and scattered dots. */
const HOST_MARK: readonly Stroke[] = [{ rise: 2, thickness: 4, dash: [1.5, 2.5] }];
const INITIAL_MARK: readonly Stroke[] = [{ rise: 1, thickness: 1, dash: SOLID }];
const THREAD_MARK: readonly Stroke[] = [{ rise: 2, thickness: 4, dash: [1.5, 5] }];
const UNRECORDED_MARK: readonly Stroke[] = [{ rise: 1.5, thickness: 3, dash: [3, 7] }];

/** The lines below a byte of this owner: none where it was never written. */
export function ownerStrokes(code: number): readonly Stroke[] {
  const owner = ownerOf(code);
  switch (owner.kind) {
    case 'instance':
      return INSTANCE_MARKS[owner.instance % INSTANCE_MARKS.length] ?? [];
    case 'host':
      return HOST_MARK;
    case 'initial':
      return INITIAL_MARK;
    case 'thread':
      return THREAD_MARK;
    case 'unrecorded':
      return UNRECORDED_MARK;
    case 'never':
      return [];
  }
}

/** The colours of all owners. */
export interface OwnerColors {
  /** One an instance; they repeat. */
  readonly instances: readonly string[];
  readonly host: string;
  readonly initial: string;
  readonly thread: string;
  readonly unrecorded: string;
  readonly never: string;
}

export function ownerColor(code: number, colors: OwnerColors): string {
  const owner = ownerOf(code);
  if (owner.kind !== 'instance') return colors[owner.kind];
  return colors.instances[owner.instance % INSTANCE_COLORS] ?? colors.never;
}

/** The custom property that holds an owner's colour; see tokens.ts. */
export function ownerVariable(code: number): string {
  const owner = ownerOf(code);
  return owner.kind === 'instance' ? `--wsm-instance-${owner.instance % INSTANCE_COLORS}` : `--wsm-${owner.kind}`;
}
