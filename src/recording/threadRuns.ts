// Which accesses are of which thread, where a recording has several: threads take turns, so that runs of accesses are one thread's.

import { lastAtMost } from '../protocol/lastAtMost.ts';

/** The runs of a thread, in their order: from access `starts[i]` to before `ends[i]`, with `before[i]` accesses of the thread before them. */
interface Runs {
  readonly starts: number[];
  readonly ends: number[];
  readonly before: number[];
}

/** Accesses that are asked for at once, at most. */
const ASKED = 2 ** 20;

export class ThreadRuns {
  private readonly byThread = new Map<number, Runs>();
  /** Thread of the last access that is known, and the number behind it. */
  private last = -1;
  private known = 0;

  /** @param threadsOf the threads of the accesses `first` … `end − 1`, which are kept */
  constructor(private readonly threadsOf: (first: number, end: number) => Uint8Array) {}

  /** How many of the accesses `first` … `end − 1` are a thread's, as far as they are kept. @param kept the first one that is */
  count(thread: number, first: number, end: number, kept: number): number {
    this.know(end, kept);
    return this.countBefore(thread, end) - this.countBefore(thread, Math.min(Math.max(first, kept), end));
  }

  /** Their numbers, without the first `skipped` of them. */
  *numbers(thread: number, first: number, end: number, kept: number, skipped: number): Generator<number> {
    this.know(end, kept);
    const runs = this.byThread.get(thread);
    if (!runs) return;
    const wanted = this.countBefore(thread, Math.max(first, kept)) + skipped;
    for (let run = lastWith(runs.before, wanted); run < runs.starts.length && runs.starts[run] < end; run++) {
      const from = runs.starts[run] + Math.max(0, wanted - runs.before[run]);
      for (let access = from; access < Math.min(runs.ends[run], end); access++) yield access;
    }
  }

  private countBefore(thread: number, access: number): number {
    const runs = this.byThread.get(thread);
    if (!runs) return 0;
    const run = lastWith(runs.starts, access);
    return runs.before[run] + Math.max(0, Math.min(access, runs.ends[run]) - runs.starts[run]);
  }

  private know(end: number, kept: number): void {
    // What was dropped before anyone asked is nobody's.
    if (this.known < kept) [this.known, this.last] = [kept, -1];
    while (this.known < end) this.take(this.threadsOf(this.known, Math.min(end, this.known + ASKED)));
  }

  private take(threads: Uint8Array): void {
    for (const thread of threads) {
      const runs = this.byThread.get(thread) ?? { starts: [], ends: [], before: [] };
      const run = runs.starts.length - 1;
      if (thread === this.last) runs.ends[run]++;
      else {
        this.byThread.set(thread, runs);
        runs.before.push(run < 0 ? 0 : runs.before[run] + runs.ends[run] - runs.starts[run]);
        runs.starts.push(this.known);
        runs.ends.push(this.known + 1);
        this.last = thread;
      }
      this.known++;
    }
  }
}

/** Index of the last of ascending numbers that is at most `most`; 0 where there is none. */
function lastWith(numbers: readonly number[], most: number): number {
  return Math.max(0, lastAtMost(numbers, most));
}
