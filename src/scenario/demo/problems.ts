// The sentences for what goes wrong in the demo.
import type { Problem } from '../../protocol/problem.ts';
import { count, hex } from '../../protocol/text.ts';
import { type Address, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import type { Module } from '../../wasm/module.ts';
import { functionTypeText } from '../../wasm/types.ts';
import type { ReturnedCall, Value } from '../scenario.ts';

/** Exports named in a message; a module may have tens of thousands. */
const MAX_EXPORTS_NAMED = 20;

function exportList(module: Module): string {
  const names = module.exports.map(each =>
    each.kind === 'function' && each.type
      ? `${each.name} ${functionTypeText(each.type)}`
      : `${each.name} (${each.kind})`,
  );
  if (names.length === 0) return 'It exports nothing';
  const shown = names.slice(0, MAX_EXPORTS_NAMED).join(', ');
  const left = names.length - MAX_EXPORTS_NAMED;
  return `It exports: ${shown}${left > 0 ? ` and ${left} more` : ''}`;
}

/**
 * @param complaints clauses without a full stop
 * @param label what the module is called, where the run has several
 */
export function missingFunctions(complaints: readonly string[], module: Module, label: string | null): Problem {
  return {
    kind: 'no-scenario',
    message: `${label ?? 'The module'} is no guest of the demo: ${complaints.join('; ')}. ${exportList(module)}.`,
    remedy: 'Export both functions from the module; until then only its memory after instantiation can be shown.',
  };
}

/** @param instance that it was asked of, where the run has several modules */
export function outsideMemory(returned: Value, memoryBytes: number, instance: string | null = null): Problem {
  const address = typeof returned === 'bigint' ? returned : returned >>> 0;
  return {
    kind: 'address-outside-memory',
    message: `alloc_11${instance === null ? '' : ` on ${instance}`} returned the address 0x${address.toString(16)}, and an i32 there is not inside memory, which has ${memoryBytes} bytes (${count(memoryBytes / WASM_PAGE_BYTES, 'page')}).`,
    remedy: 'Check what alloc_11 returns: it should be the address of the i32, not a handle or an error code.',
  };
}

export function wrongValue({ address, value }: NonNullable<ReturnedCall['watched']>, expected: number): Problem {
  return {
    kind: 'wrong-value',
    message: `The i32 at ${hex(address)} is ${value} at the end, and ${expected} was expected.`,
    remedy: 'Look for the first call whose value after it is not 23 more than before it, and compare what it printed.',
  };
}

/** An i32 that is another value than it should be. */
export interface Surprise {
  /** Of the instance whose it is. */
  readonly name: string;
  readonly at: Address;
  readonly value: number;
  readonly expected: number;
  /** The instance's own function that had just returned; null at the end of the run. */
  readonly after: string | null;
}

export function surprising({ name, at, value, expected, after }: Surprise): Problem {
  const when = after === null ? 'is' : 'was';
  return {
    kind: 'wrong-value',
    message: `The i32 of ${name} at ${hex(at)} ${when} ${value} ${after === null ? 'at the end' : `after its ${after}`}, and ${expected} was expected.`,
    remedy: 'Look at what was found in memory, and at who wrote there last.',
  };
}
