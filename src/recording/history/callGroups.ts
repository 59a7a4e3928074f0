// What all calls of each function did together.
import type { CallGroup, CallGroups, GroupOrder } from '../../protocol/call.ts';
import type { Calls } from './calls.ts';
import type { FunctionColumns } from './shownFunctions.ts';

/** The calls of a thread that enclose the next one, and how many of these are of each function. */
interface Enclosing {
  readonly open: number[];
  readonly functions: Map<number, number>;
}

type Sums = { -readonly [Name in keyof CallGroup]: CallGroup[Name] };

/**
 * Sums over calls, by the name of their function.
 * @param matching numbers of calls that have ended, ascending
 * @param shown their functions as the user knows them
 */
export function groupCalls(
  calls: Calls,
  matching: readonly number[],
  shown: FunctionColumns = calls.columns,
): CallGroup[] {
  return [...sumsOf(calls, matching, shown).values()];
}

/** Sums over all of them; the function's name is empty. */
export function sumCalls(calls: Calls, matching: readonly number[]): CallGroup {
  const sums = sumsOf(calls, matching, { functions: new Uint8Array(calls.count), names: [''] }).get(0);
  const none = { calls: 0, trapped: 0, steps: 0, bytesChanged: 0, durationNs: null };
  return sums ?? { ...none, function: '' };
}

/** @param functions of each call the number of its group, which is that of its name */
function sumsOf(
  calls: Calls,
  matching: readonly number[],
  { functions, names }: FunctionColumns,
): ReadonlyMap<number, CallGroup> {
  const { parents, threads, changed, durationsNs, stepsBefore, lastSteps } = calls.columns;
  const groups = new Map<number, Sums>();
  const isMatching = new Uint8Array(calls.count);
  for (const call of matching) isMatching[call] = 1;
  const enclosing = new Map<number, Enclosing>();
  for (let call = 1; call < calls.count; call++) {
    const within: Enclosing = enclosing.get(threads[call]) ?? { open: [], functions: new Map<number, number>() };
    enclosing.set(threads[call], within);
    const count = (of: number, change: number): void => {
      if (isMatching[of] === 0) return;
      within.functions.set(functions[of], (within.functions.get(functions[of]) ?? 0) + change);
    };
    for (let top = within.open.at(-1); top !== undefined && top !== parents[call]; top = within.open.at(-1)) {
      within.open.pop();
      count(top, -1);
    }
    const name = functions[call];
    const isOutermost = (within.functions.get(name) ?? 0) === 0;
    within.open.push(call);
    count(call, 1);
    if (isMatching[call] === 0) continue;
    let group = groups.get(name);
    if (!group) {
      group = { function: names[name], calls: 0, trapped: 0, steps: 0, bytesChanged: 0, durationNs: null };
      groups.set(name, group);
    }
    group.calls++;
    if (calls.hasTrapped(call)) group.trapped++;
    if (!isOutermost) continue;
    group.steps += lastSteps[call] - stepsBefore[call];
    group.bytesChanged += changed[call];
    if (!Number.isNaN(durationsNs[call])) group.durationNs = (group.durationNs ?? 0) + durationsNs[call];
  }
  return groups;
}

const VALUES: Readonly<Record<Exclude<GroupOrder, 'function'>, (group: CallGroup) => number>> = {
  calls: ({ calls }) => calls,
  steps: ({ steps }) => steps,
  bytes: ({ bytesChanged }) => bytesChanged,
  time: ({ durationNs }) => durationNs ?? -1,
};

/** The first groups of an order; those that are equal in it by their names. */
export function orderGroups(
  groups: readonly CallGroup[],
  by: GroupOrder,
  descending: boolean,
  count: number,
): CallGroups {
  const byName = (a: CallGroup, b: CallGroup): number =>
    a.function < b.function ? -1 : a.function > b.function ? 1 : 0;
  const compare = by === 'function' ? byName : (a: CallGroup, b: CallGroup) => VALUES[by](a) - VALUES[by](b);
  const sign = descending ? -1 : 1;
  const ordered = [...groups].sort((a, b) => sign * compare(a, b) || byName(a, b));
  return { total: groups.length, groups: ordered.slice(0, count) };
}
