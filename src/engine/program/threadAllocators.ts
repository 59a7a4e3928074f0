// Calls that the script makes of exported functions, in any thread of a program: what allocators hand out in them goes into the table of all threads.
import { type AllocatorOperands, DEMO_ALLOCATOR } from '../../protocol/claims.ts';
import { MAX_MEMORY_BYTES } from '../../protocol/units.ts';
import { findAllocators } from '../../wasm/claims/allocators.ts';
import type { Module } from '../../wasm/module.ts';
import type { ThreadAllocator } from './otherThreads.ts';
import type { ThreadBlocks } from './threadBlocks.ts';

/** Takes what a call returned; undefined where it threw. */
type Ended = (returned: unknown) => void;

const NOTHING: AllocatorOperands = { size: null, count: null, bytes: null, block: null, out: null };

/** An exported function of an allocator, by the name of its export, and its index. */
export type ExportedAllocator = Pick<ThreadAllocator, 'name' | 'role' | 'operands'> & { readonly function: number };

/** The functions of allocators that a module exports: of those that put the address of a block into memory, it is not known here. */
export function exportedAllocators(module: Module): ExportedAllocator[] {
  const known = new Map(findAllocators(module).functions.map(each => [each.function, each]));
  return module.exports.flatMap(({ kind, name, index }): ExportedAllocator[] => {
    if (kind !== 'function') return [];
    if (name === DEMO_ALLOCATOR.name)
      return [{ name, role: 'allocate', operands: { ...NOTHING, bytes: DEMO_ALLOCATOR.bytes }, function: index }];
    const { role, operands } = known.get(index) ?? {};
    const isTold = role === 'allocate' || role === 'resize' || role === 'free';
    return isTold && operands && operands.out === null ? [{ name, role, operands, function: index }] : [];
  });
}

export class ThreadAllocators {
  /** @param thread the id of this thread, as the program sees it */
  constructor(
    private readonly thread: number,
    private readonly blocks: ThreadBlocks,
  ) {}

  /**
   * The script is about to call a function of an instance.
   * @param instance among those of this thread
   * @param allocator null for a function that is none of an allocator
   * @param args what the script gives it
   * @returns is to be called when that has ended
   */
  begin(instance: number, allocator: ThreadAllocator | null, args: readonly unknown[]): Ended {
    const { blocks, thread } = this;
    if (!allocator) return blocks.otherCall();
    const { role, operands, number } = allocator;
    const since = blocks.moment;
    if (role !== 'allocate' && operands.block !== null) blocks.freed(integer(args[operands.block]));
    if (role === 'free') return () => {};
    const bytes = bytesAsked(operands, args);
    return returned => blocks.made({ thread, instance, function: number }, integer(returned), bytes, since);
  }
}

function bytesAsked({ size, count, bytes }: AllocatorOperands, args: readonly unknown[]): number {
  const each = size === null ? (bytes ?? 0) : integer(args[size]);
  return each * (count === null ? 1 : integer(args[count]));
}

/** An address or a size, as WebAssembly takes and gives it; 0 of what V8 has yet to convert, and of what lies in no memory. */
function integer(value: unknown): number {
  if (typeof value === 'number') return value >>> 0;
  const whole = typeof value === 'bigint' ? Number(BigInt.asUintN(64, value)) : 0;
  return whole < MAX_MEMORY_BYTES ? whole : 0;
}
