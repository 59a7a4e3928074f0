// Which owners the legend names.
import { OWNER_CODE, type RunSnapshot } from '../../src/protocol/run.ts';

/**
 * Codes of the owners in the legend's order: the instances that wrote during a call or own a byte, host, initial data,
 * unrecorded, never written. An entry never goes again while a run is shown, so that nothing jumps about under the pointer.
 * @param seen codes of owners that were seen in memory
 */
export function ownersToName(run: RunSnapshot, seen: readonly ReadonlySet<number>[]): number[] {
  const codes = new Set<number>();
  for (const { instance, step, stepBefore } of run.calls) {
    if (step > stepBefore) codes.add(OWNER_CODE.firstInstance + instance);
  }
  for (const set of seen) for (const code of set) codes.add(code);
  const instances = [...codes].filter(code => code >= OWNER_CODE.firstInstance).sort((a, b) => a - b);
  const others = [OWNER_CODE.host, OWNER_CODE.unrecorded].filter(code => codes.has(code));
  return [...instances, ...others, OWNER_CODE.initial, OWNER_CODE.never];
}
