// Guests of the demo: modules that export `alloc_11` and `add_23`, in one of several ABIs, which their signatures tell.
import type { Problem } from '../../protocol/problem.ts';
import type { Module } from '../../wasm/module.ts';
import { type FunctionType, functionTypeText } from '../../wasm/types.ts';
import type { ScenarioCall, Value } from '../scenario.ts';
import { missingFunctions } from './problems.ts';

/** How an instance is called. */
export interface Guest {
  /** Allocates an i32 that holds 11. @param watched whether that is what is watched from then on */
  alloc(instance: number, watched: boolean): ScenarioCall;
  /** Adds 23 to the i32. @param address as `alloc_11` returned it */
  add(instance: number, address: Value): ScenarioCall;
}

export const isGuest = (found: Guest | Problem): found is Guest => 'alloc' in found;

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

/** @param label what the module is called, where the run has several */
export function guestOf(module: Module, label: string | null): Guest | Problem {
  const missing = [complaint(module, 'alloc_11'), complaint(module, 'add_23')].filter(each => each !== null);
  const complaints = missing.length > 0 ? missing : [mixedAddresses(module)].filter(each => each !== null);
  if (complaints.length > 0) return missingFunctions(complaints, module, label);
  // Some functions take the index of their instance as their first argument.
  const allocTakesInstance = exportedFunction(module, 'alloc_11')?.params.length === 1;
  const addTakesInstance = exportedFunction(module, 'add_23')?.params.length === 2;
  return {
    alloc: (instance, watched) => ({
      kind: 'call',
      instance,
      function: 'alloc_11',
      args: allocTakesInstance ? [instance] : [],
      ...(watched && { watch: ([returned]) => (typeof returned === 'bigint' ? Number(returned) : returned >>> 0) }),
    }),
    add: (instance, address) => ({
      kind: 'call',
      instance,
      function: 'add_23',
      args: addTakesInstance ? [instance, address] : [address],
    }),
  };
}
