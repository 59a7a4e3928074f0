// The owners that the legend names.
import { OWNER_CODE, ownerOf } from '../../src/protocol/owner.ts';
import type { Run } from '../data/run.ts';

/**
 * Codes of the owners in the legend's order: the instances that wrote during a call or own a byte, host, another thread,
 * unrecorded, initial data, never written. While a run is shown no entry goes again: nothing may move under the pointer.
 * @param seen codes of owners that were seen in memory
 */
export function ownersToName(run: Run, seen: readonly ReadonlySet<number>[]): number[] {
  const codes = new Set<number>();
  for (const instance of run.writers) codes.add(OWNER_CODE.firstInstance + instance);
  for (const set of seen) for (const code of set) codes.add(code);
  const instances = [...codes].filter(code => ownerOf(code).kind === 'instance').sort((a, b) => a - b);
  const others = [OWNER_CODE.host, OWNER_CODE.thread, OWNER_CODE.unrecorded].filter(code => codes.has(code));
  return [...instances, ...others, OWNER_CODE.initial, OWNER_CODE.never];
}
