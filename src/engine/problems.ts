// The sentences for runs that did not end as they should: what is wrong, where, and what to do next.
import type { Problem, Trap } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';
import type { Address } from '../protocol/units.ts';
import { WASM_PAGE_BYTES } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';
import { functionTypeText } from '../wasm/types.ts';

/** Exports named in a message; a module may have tens of thousands. */
const MAX_EXPORTS_NAMED = 20;

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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

export function demoMissing(complaints: readonly string[], module: Module): Problem {
  return {
    kind: 'demo-exports-missing',
    message: `The module is no guest of the demo: ${complaints.join('; ')}. ${exportList(module)}.`,
    remedy: 'Export both functions from the module; until then only its memory after instantiation can be shown.',
  };
}

/** @param where subject of the sentence: `Call 3, add_23 on #1,` */
export function trapProblem(where: string, trap: Trap): Problem {
  const frame = trap.stack[0];
  const place = frame ? ` in ${frame.function}${frame.offset === null ? '' : ` at offset ${hex(frame.offset)}`}` : '';
  return {
    kind: 'trap',
    message: `${where} trapped: ${trap.message}${place}.`,
    remedy: 'Look at the stack of the call and at memory before it.',
  };
}

export function outsideMemory(address: number, memoryBytes: number): Problem {
  return {
    kind: 'address-outside-memory',
    message: `alloc_11 returned the address ${hex(address)}, and an i32 there is not inside memory, which has ${memoryBytes} bytes (${count(memoryBytes / WASM_PAGE_BYTES, 'page')}).`,
    remedy: 'Check what alloc_11 returns: it should be the address of the i32, not a handle or an error code.',
  };
}

export function wrongValue(address: Address, actual: number | null, expected: number): Problem {
  return {
    kind: 'wrong-value',
    message: `The i32 at ${hex(address)} is ${actual} at the end, and ${expected} was expected.`,
    remedy: 'Look for the first call whose value after it is not 23 more than before it, and compare what it printed.',
  };
}

export function timedOut(seconds: number, where: string): Problem {
  return {
    kind: 'timed-out',
    message: `${capitalized(where)} was still running when the time limit of ${seconds} s was reached.`,
    remedy: 'Look at what was recorded until then, or set a higher time limit.',
  };
}

export function cancelled(where: string): Problem {
  return {
    kind: 'cancelled',
    message: `The run was cancelled while ${where} was under way.`,
    remedy: 'Look at what was recorded until then, or run it again.',
  };
}

export function engineFailure(reason: string): Problem {
  return {
    kind: 'engine-failure',
    message: `The engine ended unexpectedly: ${reason}.`,
    remedy: 'Run it again; if it happens again, report it together with the file.',
  };
}
