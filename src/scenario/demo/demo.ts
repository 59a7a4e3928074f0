// The built-in demo: `alloc_11` once on instance #0, then five rounds of `add_23` over all instances.
// Guests of it exist in several ABIs; which one a module has is decided by its signatures.
import type { Problem } from '../../protocol/problem.ts';
import type { Module } from '../../wasm/module.ts';
import { type FunctionType, functionTypeText } from '../../wasm/types.ts';
import type { FindScenario, ReturnedCall, Scenario, ScenarioCall } from '../scenario.ts';
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
  const expected = (instances: number): number => START_VALUE + ADDEND * ROUNDS * instances;
  return {
    expected,
    *play(instances): Generator<ScenarioCall, Problem | null, ReturnedCall> {
      const allocated = yield {
        instance: 0,
        function: 'alloc_11',
        args: abi.allocTakesInstance ? [0] : [],
        watch: ([returned]) => (typeof returned === 'bigint' ? Number(returned) : returned >>> 0),
      };
      const [address] = allocated.results; // goes back to the guest as it is
      let { watched } = allocated;
      if (!watched) return outsideMemory(address, allocated.memoryBytes);
      for (let call = 0; call < ROUNDS * instances; call++) {
        const instance = call % instances;
        const args = abi.addTakesInstance ? [instance, address] : [address];
        watched = (yield { instance, function: 'add_23', args }).watched ?? watched;
      }
      return watched.value === expected(instances) ? null : wrongValue(watched, expected(instances));
    },
  };
}
