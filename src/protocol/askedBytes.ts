// How many bytes a call of an allocator asks for.
import { addressOf, type WasmValue } from './call.ts';
import type { AllocatorOperands } from './claims.ts';

/** Null where nothing tells it. */
export function askedBytes({ size, count, bytes }: AllocatorOperands, args: readonly WasmValue[]): number | null {
  const each = size === null ? bytes : addressOf(args[size]);
  return each === null ? null : each * (count === null ? 1 : addressOf(args[count]));
}
