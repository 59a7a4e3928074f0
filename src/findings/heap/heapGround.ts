// What of a module's claims the watch of the heap needs.
import type { AllocatorRole, ModuleClaims } from '../../protocol/claims.ts';

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface HeapGround {
  /**
   * Where the heap begins; null where blocks are not followed: nothing tells where it begins, a collector frees blocks, or functions
   * have no names, so that some of the allocator's may not be known.
   */
  readonly heapStart: number | null;
  /** The shadow stack, also where it lies behind the statics. */
  readonly stack: Range | null;
  /** What the module believes is its own from the start: data, zeros, the stack. */
  readonly own: readonly Range[];
}

/** Of a module in which nothing is followed. */
export const NO_HEAP: HeapGround = { heapStart: null, stack: null, own: [] };

/** Who has one of these may free a block at any moment. */
const COLLECTING: readonly AllocatorRole[] = ['pin', 'unpin', 'collect'];

/** Who asks for it may use all that a block has, beyond what was asked for. */
const USABLE_SIZE = /^(dl|_?emscripten_builtin_)?malloc_usable_size$/;

/** @param functionNames those of the module's name section */
export function heapGroundOf({ claims, allocators }: ModuleClaims, functionNames: readonly string[]): HeapGround {
  const has = (role: AllocatorRole): boolean => allocators.some(each => each.by !== 'import' && each.role === role);
  const areKnown = functionNames.length > 0 && !functionNames.some(name => USABLE_SIZE.test(name));
  const isFollowed = areKnown && has('allocate') && has('free') && !COLLECTING.some(has);
  const placed = claims.flatMap(({ kind, start, end, relativeTo }) =>
    relativeTo === null && end !== null ? [{ kind, start, end }] : [],
  );
  const heap = claims.find(({ kind, relativeTo }) => kind === 'heap' && relativeTo === null);
  return {
    heapStart: isFollowed ? (heap?.start ?? null) : null,
    stack: placed.find(({ kind }) => kind === 'stack') ?? null,
    own: placed.filter(({ kind }) => kind === 'data' || kind === 'bss' || kind === 'stack'),
  };
}
