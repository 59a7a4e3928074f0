// The views that a recorded program has lost by growth of memory, by who wrote through them.
import type { LostViews, SeenLostViews } from '../../protocol/lostViews.ts';
import type { Step } from '../../protocol/units.ts';

export class LostViewsSeen {
  private readonly seen = new Map<string, SeenLostViews>();

  get all(): readonly SeenLostViews[] {
    return [...this.seen.values()];
  }

  /** @param call `CallRecord.index` of the call under way */
  tell(lost: LostViews, call: number | null, step: Step): void {
    const key = `${lost.by.kind} ${lost.by.instance} ${lost.by.name}`;
    const known = this.seen.get(key);
    if (lost.missed === 0) this.seen.delete(key);
    else this.seen.set(key, { ...lost, call: known?.call ?? call, step: known?.step ?? step });
  }

  restore(seen: readonly SeenLostViews[]): void {
    for (const each of seen) this.tell(each, each.call, each.step);
  }
}
