// The sentences for what goes wrong in the demo.
import type { Problem } from '../../protocol/problem.ts';
import { count, hex } from '../../protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
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

/** @param complaints clauses without a full stop */
export function missingFunctions(complaints: readonly string[], module: Module): Problem {
  return {
    kind: 'no-scenario',
    message: `The module is no guest of the demo: ${complaints.join('; ')}. ${exportList(module)}.`,
    remedy: 'Export both functions from the module; until then only its memory after instantiation can be shown.',
  };
}

export function outsideMemory(returned: Value, memoryBytes: number): Problem {
  const address = typeof returned === 'bigint' ? returned : returned >>> 0;
  return {
    kind: 'address-outside-memory',
    message: `alloc_11 returned the address 0x${address.toString(16)}, and an i32 there is not inside memory, which has ${memoryBytes} bytes (${count(memoryBytes / WASM_PAGE_BYTES, 'page')}).`,
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
