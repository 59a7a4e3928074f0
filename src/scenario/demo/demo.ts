// The built-in demo: `alloc_11` once on instance #0, then five rounds of `add_23` over all instances. Where it is to show how sharing corrupts,
// each instance allocates for itself, or some instances are made after the first round.
// Guests of it exist in several ABIs; which one a module has is decided by its signatures.
import type { Problem } from '../../protocol/problem.ts';
import type { Module } from '../../wasm/module.ts';
import { type FunctionType, functionTypeText } from '../../wasm/types.ts';
import type { Course, FindScenario, ReturnedCall, Scenario, ScenarioCall, ScenarioStep } from '../scenario.ts';
import { missingFunctions, outsideMemory, wrongValue } from './problems.ts';

const ROUNDS = 5;
const START_VALUE = 11;
const ADDEND = 23;

/** Which functions take the index of their instance as their first argument. */
interface Abi {
  readonly allocTakesInstance: boolean;
  readonly addTakesInstance: boolean;
}

/** An address is an i64 where memory has 64-bit addresses. */
const SIGNATURES = {
  alloc_11: ['() -> i32', '(i32) -> i32', '() -> i64', '(i32) -> i64'],
  add_23: ['(i32) -> ()', '(i32) -> i32', '(i32, i32) -> ()', '(i32, i32) -> i32'].flatMap(each => [
    each,
    each.replace('i32)', 'i64)'),
  ]),
} as const;

const WANTED = {
  alloc_11: '() -> i32, or (i32) -> i32 with the instance',
  add_23: '(i32) -> () with the address, or (i32, i32) -> () with instance and address; it may return an i32',
} as const;

function exportedFunction(module: Module, name: string): FunctionType | null {
  const found = module.exports.find(each => each.kind === 'function' && each.name === name);
  return found?.kind === 'function' ? found.type : null;
}

/** What keeps a module from being a guest of the demo: one clause for each of the two functions that is not as needed. */
function complaint(module: Module, name: 'alloc_11' | 'add_23'): string | null {
  const type = exportedFunction(module, name);
  if (!type) return `no function '${name}' is exported`;
  const text = functionTypeText(type);
  if (SIGNATURES[name].some(signature => signature === text)) return null;
  return `'${name}' has the type ${text} where ${WANTED[name]} is needed`;
}

/** One kind of address for both functions. */
function mixedAddresses(module: Module): string | null {
  const address = exportedFunction(module, 'alloc_11')?.results[0];
  const taken = exportedFunction(module, 'add_23')?.params.at(-1);
  if (address === taken) return null;
  return `'alloc_11' returns an ${address}, and 'add_23' takes an ${taken} as the address`;
}

export const findDemo: FindScenario = module => {
  const missing = [complaint(module, 'alloc_11'), complaint(module, 'add_23')].filter(each => each !== null);
  const complaints = missing.length > 0 ? missing : [mixedAddresses(module)].filter(each => each !== null);
  if (complaints.length > 0) return missingFunctions(complaints, module);
  return demo({
    allocTakesInstance: exportedFunction(module, 'alloc_11')?.params.length === 1,
    addTakesInstance: exportedFunction(module, 'add_23')?.params.length === 2,
  });
};

function demo(abi: Abi): Scenario {
  /** Late instances miss the first round; where each allocates, the watched i32 is the first instance's own. */
  const expected = ({ instances, late, allocates }: Course): number =>
    START_VALUE + ADDEND * (allocates === 'each' ? ROUNDS : ROUNDS * instances - late);
  const alloc = (instance: number): ScenarioCall => ({
    kind: 'call',
    instance,
    function: 'alloc_11',
    args: abi.allocTakesInstance ? [instance] : [],
    ...(instance === 0 && {
      watch: ([returned]) => (typeof returned === 'bigint' ? Number(returned) : returned >>> 0),
    }),
  });
  return {
    expected,
    *play(course): Generator<ScenarioStep, Problem | null, ReturnedCall> {
      const { instances, late, allocates } = course;
      const early = instances - late;
      const allocated = yield alloc(0);
      let { watched } = allocated;
      // Addresses go back to the guest as they are.
      const [address] = allocated.results;
      if (!watched) return outsideMemory(address, allocated.memoryBytes);
      const addresses = [address];
      const makeReady = function* (from: number, to: number): Generator<ScenarioStep, void, ReturnedCall> {
        for (let instance = from; instance < to; instance++) {
          if (instance >= early) yield { kind: 'make' };
          if (instance > 0) addresses[instance] = allocates === 'each' ? (yield alloc(instance)).results[0] : address;
        }
      };
      yield* makeReady(0, early);
      for (let round = 0; round < ROUNDS; round++) {
        for (let instance = 0; instance < (round === 0 ? early : instances); instance++) {
          const at = addresses[instance];
          const args = abi.addTakesInstance ? [instance, at] : [at];
          watched = (yield { kind: 'call', instance, function: 'add_23', args }).watched ?? watched;
        }
        if (round === 0) yield* makeReady(early, instances);
      }
      return watched.value === expected(course) ? null : wrongValue(watched, expected(course));
    },
  };
}
