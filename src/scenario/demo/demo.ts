// The built-in demo: `alloc_11` once on instance #0, then five rounds of `add_23` over all instances. Where it is to show how sharing corrupts,
// each instance allocates for itself, or some instances are made after the first round; several modules take turns, see `turns.ts`.
import { NUMBERS_ALONE } from '../../protocol/instanceNames.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { Course, FindScenario, ReturnedCall, Scenario, ScenarioStep } from '../scenario.ts';
import { type Guest, guestOf, isGuest } from './guest.ts';
import { outsideMemory, wrongValue } from './problems.ts';
import { playTurns, TURNS_END } from './turns.ts';
import { ADDEND, START_VALUE } from './values.ts';

const ROUNDS = 5;

export const findDemo: FindScenario = (modules, names = NUMBERS_ALONE) => {
  const guests: Guest[] = [];
  for (const [index, module] of modules.entries()) {
    const found = guestOf(module, names.labelOf(index));
    if (!isGuest(found)) return found;
    guests.push(found);
  }
  return {
    expected: course => (course.allocates === 'in-turn' ? TURNS_END : roundsEnd(course)),
    play: course => {
      const of = course.instances.map(module => guests[module]);
      return course.allocates === 'in-turn' ? playTurns(of, course.late, names) : playRounds(of, course);
    },
  } satisfies Scenario;
};

/** Late instances miss the first round; where each allocates, the watched i32 is the first instance's own. */
const roundsEnd = ({ instances, late, allocates }: Course): number =>
  START_VALUE + ADDEND * (allocates === 'each' ? ROUNDS : ROUNDS * instances.length - late);

/** @param guests one an instance */
function* playRounds(guests: readonly Guest[], course: Course): Generator<ScenarioStep, Problem | null, ReturnedCall> {
  const early = guests.length - course.late;
  const allocated = yield guests[0].alloc(0, true);
  let { watched } = allocated;
  // Addresses go back to the guest as they are.
  const [address] = allocated.results;
  if (!watched) return outsideMemory(address, allocated.memoryBytes);
  const addresses = [address];
  const makeReady = function* (from: number, to: number): Generator<ScenarioStep, void, ReturnedCall> {
    for (let instance = from; instance < to; instance++) {
      if (instance >= early) yield { kind: 'make' };
      if (instance > 0)
        addresses[instance] =
          course.allocates === 'each' ? (yield guests[instance].alloc(instance, false)).results[0] : address;
    }
  };
  yield* makeReady(0, early);
  for (let round = 0; round < ROUNDS; round++) {
    for (let instance = 0; instance < (round === 0 ? early : guests.length); instance++)
      watched = (yield guests[instance].add(instance, addresses[instance])).watched ?? watched;
    if (round === 0) yield* makeReady(early, guests.length);
  }
  const expected = roundsEnd(course);
  return watched.value === expected ? null : wrongValue(watched, expected);
}
