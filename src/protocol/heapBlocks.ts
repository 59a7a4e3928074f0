// Blocks of the heap, as allocators' functions tell of them.
import type { AllocatedBlock } from './finding.ts';
import type { InstanceNames } from './instanceNames.ts';
import type { Step } from './units.ts';

/** A block that was handed out, and not taken back. */
export interface LiveBlock extends AllocatedBlock {
  /** Memory as it was when it was handed out is memory at this step. */
  readonly step: Step;
}

/** Why it is not told what goes wrong with a module's blocks. */
export const HEAP_DOUBTS = {
  'no-allocator':
    'no pair of functions that hands out blocks and takes them back is known. Name those of your own by --allocator, or in the setting wasmSharedMemory.allocators',
  'no-names': 'its functions have no names, so that one that hands out blocks may not be known',
  collector: 'a garbage collector frees blocks at any moment',
  collected:
    'its garbage collector was called, which frees blocks without a word, so that what came after the first of these calls is not told',
  cleared:
    'all of its heap was overwritten at once, as where an arena is cleared, so that what came after that is not told',
  'usable-size': 'it asks how many bytes a block has, and may use more of them than it asked for',
  'no-heap-start': 'nothing tells where its heap begins',
  'not-recorded': 'its accesses are not recorded',
  'unknown-freed': 'a block was freed that was never handed out, so that not all of its allocator is known',
  'unknown-taken': 'a block was handed out while it was in use, so that not all that frees one is known',
  'unknown-writer': 'other code wrote what the allocator keeps for itself, so that not all of it is known',
  'unrecorded-code': 'code ran that is not recorded, and may have done anything to them',
  contradicted:
    'while it was recorded something showed that not all that is done to them is known: code ran that is not recorded, or what showed it is not kept',
} as const;

export type HeapDoubt = keyof typeof HEAP_DOUBTS;

/** A module of which faults of the heap are not told. */
export interface UnjudgedModule {
  readonly module: number;
  readonly because: HeapDoubt;
}

export interface HeapBlocks {
  /** Number of all, and bytes of all. */
  readonly total: number;
  readonly bytes: number;
  /** Whether allocators were called more often than is kept, so that some of the later blocks are not here, and some that were freed are. */
  readonly isPartial: boolean;
  /** Modules of which faults of the heap are not told: that none was found says nothing. */
  readonly unjudged: readonly UnjudgedModule[];
  readonly blocks: readonly LiveBlock[];
}

/** What is to be said where {@link HeapBlocks.isPartial}. */
export const PARTIAL_HEAP =
  'Allocators were called more often than is kept: later blocks are missing, and some of these are freed.';

export const unjudgedText = ({ module, because }: UnjudgedModule, names: InstanceNames): string =>
  `What goes wrong with blocks of ${names.labelOf(module) ?? 'the module'} is not told: ${HEAP_DOUBTS[because]}.`;

/** Where not all that is freed is seen. */
const LISTS_FREED: readonly HeapDoubt[] = [
  'no-allocator',
  'collected',
  'cleared',
  'unknown-freed',
  'unknown-taken',
  'unknown-writer',
  'unrecorded-code',
  'contradicted',
];

/** What a list of blocks does not tell, below it or above. */
export function doubtsText({ total, unjudged }: HeapBlocks, names: InstanceNames): string[] {
  const isUnsure = total > 0 && unjudged.some(({ because }) => LISTS_FREED.includes(because));
  const texts = unjudged.map(each => unjudgedText(each, names));
  return isUnsure ? [...texts, 'So some of the blocks listed may be freed, and others missing.'] : texts;
}
