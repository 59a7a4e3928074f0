// Equal calls that follow each other, as one row each run of them.
import type { FoldedRun, Folding } from '../../protocol/traceRow.ts';
import type { Calls } from './calls.ts';

/** Fewer calls have rows of their own: what each did is seen in little more room. */
const FEWEST = 8;

export interface FoldedRows {
  /** What each row is known by: the first call of a run. */
  readonly first: readonly number[];
  /** By the first call. */
  readonly runs: ReadonlyMap<number, FoldedRun>;
}

/** @param listed numbers of calls, ascending; 0 and less stand for rows between them, which are no calls */
export function foldCalls(calls: Calls, listed: readonly number[], { unfolded, apart }: Folding): FoldedRows {
  const first: number[] = [];
  const runs = new Map<number, FoldedRun>();
  const alone = new Set(apart);
  const open = new Set(unfolded);
  const isFoldable = (call: number): boolean => call > 0 && !alone.has(call) && !calls.isInTrouble(call);
  const { functions, instances, threads, depths } = calls.columns;
  for (let from = 0; from < listed.length; ) {
    const head = listed[from];
    let end = from + 1;
    if (isFoldable(head)) {
      const isEqual = (call: number): boolean =>
        functions[call] === functions[head] &&
        instances[call] === instances[head] &&
        threads[call] === threads[head] &&
        depths[call] === depths[head];
      while (end < listed.length && isEqual(listed[end]) && isFoldable(listed[end])) end++;
    }
    if (end - from >= FEWEST && !open.has(head)) {
      first.push(head);
      runs.set(head, sumOf(calls, listed, from, end));
    } else for (let at = from; at < end; at++) first.push(listed[at]);
    from = end;
  }
  return { first, runs };
}

function sumOf(calls: Calls, listed: readonly number[], from: number, end: number): FoldedRun {
  const { changed, durationsNs } = calls.columns;
  let bytesChanged = 0;
  let durationNs = 0;
  for (let at = from; at < end; at++) {
    bytesChanged += changed[listed[at]];
    durationNs += durationsNs[listed[at]];
  }
  return {
    calls: end - from,
    last: listed[end - 1],
    bytesChanged,
    durationNs: Number.isNaN(durationNs) ? null : durationNs,
  };
}
