// Allocators that hand out one address to two threads of a program. Told where the block of before can't have been freed without being seen: no other
// function was called in between, or each instance has the state of its allocator for itself.
import type { Finding } from '../protocol/finding.ts';
import type { Context } from './context.ts';

export function* threadAllocations({ threadDuplicates, grounds }: Context): Generator<Finding> {
  for (const { module, address, first, again, isAtOnce, count, call, step } of threadDuplicates) {
    const ground = grounds[module];
    const areSeparate = ground?.keepsAllocatorInGlobals ?? false;
    if (!isAtOnce && !areSeparate) continue;
    const stack = ground?.stack;
    if (stack && address >= stack.low && address < stack.pointer) continue; // of a local, which is no block
    yield {
      kind: 'duplicate-allocation',
      step,
      call,
      instances: [first, again].flatMap(({ instance }) => (instance === null ? [] : [instance])),
      range: { address, length: Math.min(first.bytes, again.bytes) },
      count,
      details: { threads: [first, again], areSeparate },
    };
  }
}
