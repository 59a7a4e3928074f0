// In how many calls the host wrote: of each import, and before each export. The thread of the guests sees that memory changed between two of its
// looks, and guests write in between, too: only the records tell whose a change was.
import type { Writer } from '../../protocol/lostViews.ts';

const keyOf = ({ kind, instance, name }: Writer): string => `${kind} ${instance} ${name}`;

export class HostHabits {
  private readonly wrote = new Map<string, number>();
  private isOutside = false;

  /** The host wrote in an import; null: between calls. */
  wroteIn(by: Writer | null): void {
    if (by) this.count(by);
    else this.isOutside = true;
  }

  /** A call begins that the host makes. */
  called(instance: number, name: string): void {
    if (this.isOutside) this.count({ kind: 'export', instance, name });
    this.isOutside = false;
  }

  /** Whether it wrote in so many calls. */
  has(by: Writer, calls: number): boolean {
    return (this.wrote.get(keyOf(by)) ?? 0) >= calls;
  }

  private count(by: Writer): void {
    const key = keyOf(by);
    this.wrote.set(key, (this.wrote.get(key) ?? 0) + 1);
  }
}
