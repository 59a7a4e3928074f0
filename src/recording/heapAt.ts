// Which blocks of allocators are live at a step: the calls of allocators up to there, once more.

import type { HeapBlock } from '../findings/heap/blockTable.ts';
import { NO_HEAP } from '../findings/heap/heapGround.ts';
import { HeapWatch } from '../findings/heap/heapWatch.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import type { Step } from '../protocol/units.ts';
import type { AllocatorCalls } from './history/allocatorCalls.ts';

/** Ascending by their addresses. @param instances of the run */
export function blocksAt(calls: AllocatorCalls, instances: readonly InstanceSummary[], at: Step): HeapBlock[] {
  const heap = new HeapWatch(() => null);
  for (const { module } of instances) {
    heap.addInstance(module);
    heap.addModule(NO_HEAP);
  }
  for (const { index, isEnd, place } of calls.inOrder()) {
    if (place.step > at) break;
    const call = calls.at(index);
    if (isEnd) heap.ended(call.thread, call.end?.made ?? 0);
    else heap.began(call.thread, call, place.step);
  }
  return heap.live;
}
