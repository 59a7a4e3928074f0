// What of a module's claims the watch of the heap needs.
import type { AllocatorRole, AssemblyScriptRuntime, ModuleClaims } from '../../protocol/claims.ts';
import type { HeapDoubt } from '../../protocol/heapBlocks.ts';

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface HeapGround {
  /** Why blocks are not followed; null where they are. */
  readonly doubt: HeapDoubt | null;
  /** Where the heap begins; null where blocks are not followed. */
  readonly heapStart: number | null;
  /** Whether a call of its collector frees blocks, of which nobody tells. */
  readonly isCollected: boolean;
  /** The shadow stack, also where it lies behind the statics. */
  readonly stack: Range | null;
  /** What the module believes is its own from the start: data, zeros, the stack. */
  readonly own: readonly Range[];
}

/** Of a module in which nothing is followed. */
export const NO_HEAP: HeapGround = { doubt: 'not-recorded', heapStart: null, isCollected: false, stack: null, own: [] };

/** Functions of collectors. */
const COLLECTING: readonly AllocatorRole[] = ['pin', 'unpin', 'collect'];

/** What a collector goes through blocks with. */
const VISITS = /^(~lib\/rt\/)?__visit_(members|globals)$/;

/** Who asks for it may use all that a block has, beyond what was asked for. */
const USABLE_SIZE = /^((dl|_?emscripten_builtin_|c\.malloc\.)?malloc|emmalloc)_usable_size$/;

/** @param functionNames those of the module's name section */
export function heapGroundOf(module: ModuleClaims, functionNames: readonly string[]): HeapGround {
  const { claims } = module;
  const placed = claims.flatMap(({ kind, start, end, relativeTo }) =>
    relativeTo === null && end !== null ? [{ kind, start, end }] : [],
  );
  const heap = claims.find(({ kind, relativeTo }) => kind === 'heap' && relativeTo === null);
  const doubt = doubtOf(module, functionNames) ?? (heap ? null : 'no-heap-start');
  return {
    doubt,
    heapStart: doubt === null && heap ? heap.start : null,
    isCollected: module.toolchain.assemblyScript !== 'stub',
    stack: placed.find(({ kind }) => kind === 'stack') ?? null,
    own: placed.filter(({ kind }) => kind === 'data' || kind === 'bss' || kind === 'stack'),
  };
}

function doubtOf(
  { allocators, allocatorCode, toolchain }: ModuleClaims,
  functionNames: readonly string[],
): HeapDoubt | null {
  const has = (role: AllocatorRole): boolean => allocators.some(each => each.by !== 'import' && each.role === role);
  if (!has('allocate') || !has('free')) return 'no-allocator';
  if (collectsUnasked(toolchain.assemblyScript, has, functionNames)) return 'collector';
  if (functionNames.length === 0) return allocatorCode.length === 0 ? 'no-names' : null;
  return functionNames.some(name => USABLE_SIZE.test(name)) ? 'usable-size' : null;
}

/** Whether blocks may be freed at any moment, also where no call of a collector is seen. */
function collectsUnasked(
  runtime: AssemblyScriptRuntime | null,
  has: (role: AllocatorRole) => boolean,
  functionNames: readonly string[],
): boolean {
  switch (runtime) {
    case 'stub': // its collector does nothing
      return false;
    case 'incremental':
      return true;
    case 'minimal': // its collector may be a part of another function
      return !has('collect') && functionNames.some(name => VISITS.test(name));
    default:
      return COLLECTING.some(has);
  }
}
