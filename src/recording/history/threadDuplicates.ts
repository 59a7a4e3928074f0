// Blocks that allocators handed out to two threads of a program: the first of each module, and how often it happened.
import type { SeenThreadDuplicate, ThreadDuplicate } from '../../protocol/threadAllocations.ts';
import type { Step } from '../../protocol/units.ts';

export class ThreadDuplicates {
  private readonly seen = new Map<string, SeenThreadDuplicate>();

  get all(): readonly SeenThreadDuplicate[] {
    return [...this.seen.values()];
  }

  /** @param call `CallRecord.index` of the call under way */
  tell(duplicate: ThreadDuplicate, call: number | null, step: Step): void {
    const key = `${duplicate.module} ${duplicate.isAtOnce}`;
    const first = this.seen.get(key) ?? { ...duplicate, call, step };
    this.seen.set(key, { ...first, count: duplicate.count });
  }

  restore(seen: readonly SeenThreadDuplicate[]): void {
    for (const each of seen) this.tell(each, each.call, each.step);
  }
}
