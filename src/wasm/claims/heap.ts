// The heap: from `__heap_base` on, or from where the linker would have put it, to the end of memory. A module in which nothing tells of
// an allocator has none.
import type { Because, Claim } from '../../protocol/claims.ts';
import { type Address, address } from '../../protocol/units.ts';
import { firstPosition } from './allocatorState.ts';
import { alignedUp, type Reading, seesAllZeros, staticsEnd } from './reading.ts';
import { stackRegion } from './stack.ts';
import { isGo } from './toolchain.ts';

export function heapClaims(reading: Reading): Claim[] {
  const { symbols, isPositionIndependent, toolchain, allocators } = reading;
  if (isPositionIndependent) return []; // its allocator is the main module's, or starts where a loader says
  const claim = (start: Address, name: string | null, because: readonly Because[]): Claim[] => [
    { kind: 'heap', start, end: null, relativeTo: null, name, because },
  ];
  if (symbols.heapBase) return claim(symbols.heapBase.address, symbols.heapBase.name, []);
  const stack = stackRegion(reading);
  if (stack && !stack.comesFirst) return claim(stack.end, null, [{ kind: 'behind-stack' }, ...stack.becauseOfPointer]);
  const position = firstPosition(reading);
  if (position) return claim(position.start, null, [{ kind: 'set-by-start', global: position.global }]);
  const statics = address(Math.max(staticsEnd(reading), symbols.dataEnd?.address ?? 0));
  const unseen: readonly Because[] = seesAllZeros(reading) ? [] : [{ kind: 'unseen-zeros' }];
  const because: readonly Because[] = [{ kind: 'behind-statics', end: statics }, ...unseen];
  if (stack) return claim(alignedUp(statics), null, because);
  const hasAllocator =
    toolchain.assemblyScript !== null ||
    isGo(toolchain) ||
    allocators.functions.some(({ by, role }) => by !== 'import' && role === 'allocate');
  return hasAllocator && statics > 0 ? claim(statics, null, because) : [];
}
