// From a readable file to compiled modules and a memory to share.
import { WASM_PAGE_BYTES } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';
import { type SharedMemoryModule, shareMemory } from '../wasm/shareMemory.ts';
import { InputError, initialPages, inputError, readInput } from './inspect.ts';
import { count } from './problems.ts';

export interface CompiledGuest {
  readonly compiled: WebAssembly.Module;
  readonly rewritten: SharedMemoryModule;
}

/** V8 names a feature that it knows but does not run, or an encoding that it does not know at all. */
const UNSUPPORTED =
  /enable with|not supported|unsupported|invalid (numeric )?opcode|invalid (value |heap )?type\b|unknown type form/i;

/** `WebAssembly.Module(): invalid value type 0x1 @+23` -> reason and offset. */
function splitReason(message: string): { readonly reason: string; readonly offset: string } {
  const match = /^(?:WebAssembly\.Module\(\): )?([\s\S]*?)(?: @\+(\d+))?$/.exec(message);
  const offset = match?.[2];
  return {
    reason: match?.[1] ?? message,
    offset: offset ? ` at offset ${offset} (0x${Number(offset).toString(16)})` : '',
  };
}

/**
 * Reads a file for a run. Where the reader meets an encoding that it does not know, V8 is asked what it is.
 * @throws InputError
 */
export function readForRun(bytes: Uint8Array): Module {
  try {
    return readInput(bytes);
  } catch (error) {
    const unknown = error instanceof InputError && error.problem.kind === 'malformed';
    throw (unknown && refusalOf(bytes.slice())) || error;
  }
}

/**
 * Compiles the module for a run. The *original* bytes are validated first: a rewrite could hide a fault.
 * @throws InputError with V8's own reason
 */
export function compileGuest(module: Module): CompiledGuest {
  const original = module.bytes.slice();
  const refusal = WebAssembly.validate(original) ? null : refusalOf(original);
  if (refusal) throw refusal;
  const rewritten = shareMemory(module);
  return { compiled: new WebAssembly.Module(rewritten.bytes), rewritten };
}

/** Why V8 does not compile a file; null where it does. */
function refusalOf(bytes: Uint8Array<ArrayBuffer>): InputError | null {
  try {
    new WebAssembly.Module(bytes);
    return null;
  } catch (error) {
    const { reason, offset } = splitReason(error instanceof Error ? error.message : String(error));
    if (UNSUPPORTED.test(reason)) {
      return inputError(
        'unsupported-feature',
        `The module uses something that this engine does not support${offset}; V8 says: ${reason}.`,
        'Build it without that feature.',
      );
    }
    return inputError(
      'malformed',
      `The module is not valid${offset}; V8 says: ${reason}.`,
      "Build it again; 'wasm-validate' or 'wasm-tools validate' tells more about what is wrong.",
    );
  }
}

/**
 * Makes the memory of a run: shared, so that it outlives the worker.
 * @throws InputError where the system does not give that much
 */
export function createMemory(module: Module, maximum: number): WebAssembly.Memory {
  const initial = initialPages(module);
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const size = (initial * WASM_PAGE_BYTES) / 2 ** 20;
    throw inputError(
      'memory-not-available',
      `The module asks for a memory of ${count(initial, 'page')} (${size} MiB), which can't be had; V8 says: ${reason}.`,
      'Build it with a smaller initial memory, or free memory and run it again.',
    );
  }
}
