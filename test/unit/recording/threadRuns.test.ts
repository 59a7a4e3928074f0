import { describe, expect, it } from 'vitest';
import { ThreadRuns } from '../../../src/recording/threadRuns.ts';

describe('accesses of threads that take turns', () => {
  // Threads of accesses 0, 1, …
  const threads = [0, 0, 1, 1, 1, 0, 2, 0, 0, 1];
  const all = Array.from(threads, (_, access) => access);
  const threadsOf = (first: number, end: number): Uint8Array => Uint8Array.from(threads.slice(first, end));
  const runs = new ThreadRuns(threadsOf);

  it.each([0, 1, 2, 3])('of thread %i are counted and told as a walk over all of them would', thread => {
    for (let kept = 0; kept < 4; kept++) {
      const fresh = kept === 0 ? runs : new ThreadRuns(threadsOf);
      for (let first = 0; first <= threads.length; first++)
        for (let end = first; end <= threads.length; end++) {
          const expected = all.slice(Math.max(first, kept), end).filter(access => threads[access] === thread);
          expect(fresh.count(thread, first, end, kept)).toBe(expected.length);
          for (const skipped of [0, 1, 3])
            expect([...fresh.numbers(thread, first, end, kept, skipped)]).toEqual(expected.slice(skipped));
        }
    }
  });

  it('are asked for once, also while there come more', () => {
    let asked = 0;
    const growing = new ThreadRuns((first, end) => {
      asked += end - first;
      return threadsOf(first, end);
    });
    expect(growing.count(0, 0, 4, 0)).toBe(2);
    expect(growing.count(1, 0, 9, 0)).toBe(3);
    expect(growing.count(0, 0, 10, 5)).toBe(3); // accesses 0 to 4 are dropped
    expect(asked).toBe(10);
  });
});
