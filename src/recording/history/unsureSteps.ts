// Steps at which values before a guest's stores may be older than told: host and guest took turns, and memory was not compared. What the host
// wrote then, and a guest overwrote before the next comparison, nobody has seen.
import { lastAtMost } from '../../protocol/lastAtMost.ts';

/** Behind a step, up to another one. */
export type StepRange = readonly [after: number, upTo: number];

export class UnsureSteps {
  /** In their order; they do not meet. */
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  add([after, upTo]: StepRange): void {
    if (upTo <= after) return;
    const last = this.ends.length - 1;
    if (last >= 0 && after <= this.ends[last]) {
      this.ends[last] = Math.max(this.ends[last], upTo);
      return;
    }
    this.starts.push(after);
    this.ends.push(upTo);
  }

  has(step: number): boolean {
    const at = lastAtMost(this.starts, step - 1);
    return at >= 0 && step <= this.ends[at];
  }

  get ranges(): StepRange[] {
    return this.starts.map((start, i) => [start, this.ends[i]]);
  }
}
