// The demo of several modules over one memory: A allocates and adds, then B does on an i32 of its own, then each adds once more. So whatever B
// does to what A has is seen by A's second turn, and the other way round. A late module is made when its turn comes.
import type { InstanceNames } from '../../protocol/instanceNames.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { Address } from '../../protocol/units.ts';
import type { ReturnedCall, ScenarioStep, Value } from '../scenario.ts';
import type { Guest } from './guest.ts';
import { outsideMemory, type Surprise, surprising } from './problems.ts';
import { ADDEND, START_VALUE } from './values.ts';

/** What each i32 is at the end: 11, 34, 57. */
export const TURNS_END = START_VALUE + 2 * ADDEND;

/** The i32 of an instance. */
interface Own {
  readonly name: string;
  readonly at: Address;
  /** As `alloc_11` returned it. */
  readonly address: Value;
  expected: number;
}

/** @param guests one an instance @param late how many of them are made late */
export function* playTurns(
  guests: readonly Guest[],
  late: number,
  names: InstanceNames,
): Generator<ScenarioStep, Problem | null, ReturnedCall> {
  const owns: Own[] = [];
  let surprise: Surprise | null = null;
  const look = (own: Own, after: string, { watched }: ReturnedCall): void => {
    if (watched && watched.value !== own.expected) surprise ??= { ...own, value: watched.value, after };
  };
  const add = function* (instance: number): Generator<ScenarioStep, void, ReturnedCall> {
    const own = owns[instance];
    own.expected += ADDEND;
    look(own, 'add_23', yield { ...guests[instance].add(instance, own.address), watching: own.at });
  };
  for (const [instance, guest] of guests.entries()) {
    if (instance >= guests.length - late) yield { kind: 'make' };
    const allocated = yield guest.alloc(instance, true);
    const [address] = allocated.results;
    const name = names.name(instance);
    if (!allocated.watched) return outsideMemory(address, allocated.memoryBytes, name);
    const own = { name, at: allocated.watched.address, address, expected: START_VALUE };
    owns.push(own);
    look(own, 'alloc_11', allocated);
    yield* add(instance);
  }
  for (const instance of guests.keys()) yield* add(instance);
  // What was right after its own last call may have been overwritten since.
  for (const own of owns) {
    const { watched } = yield { kind: 'look', at: own.at };
    if (watched && watched.value !== own.expected)
      return surprising(surprise ?? { ...own, value: watched.value, after: null });
  }
  return surprise && surprising(surprise);
}
