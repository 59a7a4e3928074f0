// The built-in demo: `alloc_11` once on instance #0, then five rounds of `add_23` over all instances.
// Guests of it exist in several ABIs; which one a module has is decided by its signatures.
import type { Module } from '../wasm/module.ts';
import { type FunctionType, functionTypeText } from '../wasm/types.ts';

export const ROUNDS = 5;
const START_VALUE = 11;
const ADDEND = 23;

/** Which of the demo's functions take the index of their instance as their first argument. */
export interface Demo {
  readonly allocTakesInstance: boolean;
  readonly addTakesInstance: boolean;
}

/** A call that the demo makes. */
export interface DemoCall {
  readonly instance: number;
  readonly function: 'alloc_11' | 'add_23';
  readonly args: readonly number[];
}

const SIGNATURES = {
  alloc_11: ['() -> i32', '(i32) -> i32'],
  add_23: ['(i32) -> ()', '(i32) -> i32', '(i32, i32) -> ()', '(i32, i32) -> i32'],
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

/** The demo for a module, or why it is no guest of the demo (clauses without a full stop). */
export function findDemo(module: Module): { readonly demo: Demo } | { readonly complaints: readonly string[] } {
  const complaints = [complaint(module, 'alloc_11'), complaint(module, 'add_23')].filter(each => each !== null);
  if (complaints.length > 0) return { complaints };
  return {
    demo: {
      allocTakesInstance: exportedFunction(module, 'alloc_11')?.params.length === 1,
      addTakesInstance: exportedFunction(module, 'add_23')?.params.length === 2,
    },
  };
}

/** The value that the i32 should reach: 11 + 23 × calls of `add_23`. */
export function expectedValue(instances: number): number {
  return START_VALUE + ADDEND * ROUNDS * instances;
}

export function allocCall(demo: Demo): DemoCall {
  return { instance: 0, function: 'alloc_11', args: demo.allocTakesInstance ? [0] : [] };
}

/**
 * The calls of `add_23` in their order.
 * @param address what `alloc_11` returned, as the i32 that goes back to the guest
 */
export function* addCalls(demo: Demo, instances: number, address: number): Generator<DemoCall> {
  for (let round = 0; round < ROUNDS; round++)
    for (let instance = 0; instance < instances; instance++)
      yield { instance, function: 'add_23', args: demo.addTakesInstance ? [instance, address] : [address] };
}
