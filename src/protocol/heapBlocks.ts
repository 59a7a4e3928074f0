// Blocks of the heap, as allocators' functions tell of them.
import type { AllocatedBlock } from './finding.ts';
import type { Step } from './units.ts';

/** A block that was handed out, and not taken back. */
export interface LiveBlock extends AllocatedBlock {
  /** Memory as it was when it was handed out is memory at this step. */
  readonly step: Step;
}

export interface HeapBlocks {
  /** Number of all, and bytes of all. */
  readonly total: number;
  readonly bytes: number;
  /** Whether allocators were called more often than is kept, so that some of the later blocks are not here, and some that were freed are. */
  readonly isPartial: boolean;
  readonly blocks: readonly LiveBlock[];
}

/** What is to be said where {@link HeapBlocks.isPartial}. */
export const PARTIAL_HEAP =
  'Allocators were called more often than is kept: later blocks are missing, and some of these are freed.';
