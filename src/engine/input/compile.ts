// From a readable file to compiled modules and a memory to share.

import type { RecordLevel } from '../../protocol/run.ts';
import { count } from '../../protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import type { Module } from '../../wasm/module.ts';
import { recordAccesses } from '../../wasm/record/recordAccesses.ts';
import type { Unrecorded } from '../../wasm/record/unrecorded.ts';
import { type SharedMemoryModule, shareMemory } from '../../wasm/shareMemory.ts';
import type { Limits } from '../../wasm/types.ts';
import { InputError, initialPages, inputError, offsetText, readInput } from './inspect.ts';

export interface CompiledGuest {
  readonly compiled: WebAssembly.Module;
  readonly rewritten: SharedMemoryModule;
  /** What of its accesses it records, and why that is less than asked for; null where it is not. */
  readonly record: RecordLevel;
  readonly recordNote: string | null;
}

/** V8 names a feature that it knows but does not run, or an encoding that it does not know at all. */
const UNSUPPORTED =
  /enable with|not supported|unsupported|invalid (numeric )?opcode|invalid (value |heap )?type\b|unknown type form/i;

/** V8's own reason why it does not compile a file, and the byte that it names. */
interface Refusal {
  readonly reason: string;
  readonly offset: number | null;
}

/** Asks V8 about a file; null where it compiles it. */
function askV8(bytes: Uint8Array<ArrayBuffer>): Refusal | null {
  if (WebAssembly.validate(bytes)) return null;
  try {
    new WebAssembly.Module(bytes);
    return null;
  } catch (error) {
    // `WebAssembly.Module(): invalid value type 0x1 @+23`
    const message = error instanceof Error ? error.message : String(error);
    const match = /^(?:WebAssembly\.Module\(\): )?([\s\S]*?)(?: @\+(\d+))?$/.exec(message);
    return { reason: match?.[1] ?? message, offset: match?.[2] === undefined ? null : Number(match[2]) };
  }
}

function explain({ reason, offset }: Refusal): InputError {
  const where = offset === null ? '' : ` at ${offsetText(offset)}`;
  if (UNSUPPORTED.test(reason)) {
    return inputError(
      'unsupported-feature',
      `The module uses something that this engine does not support${where}; V8 says: ${reason}.`,
      'Build it without that feature.',
    );
  }
  return inputError(
    'malformed',
    `The module is not valid${where}; V8 says: ${reason}.`,
    "Build it again; 'wasm-validate' or 'wasm-tools validate' tells more about what is wrong.",
  );
}

/**
 * Reads a file for a run. Where the reader gives up, V8 is asked too: it knows encodings that the reader does not,
 * and after a wrong size the reader notices only later that it is out of step.
 * @throws InputError
 */
export function readForRun(bytes: Uint8Array): Module {
  try {
    return readInput(bytes);
  } catch (error) {
    const found = error instanceof InputError && error.cause instanceof WasmFormatError ? error.cause : null;
    const refusal = found && askV8(bytes.slice());
    if (!refusal) throw error;
    const earlier = refusal.offset !== null && refusal.offset < found.offset;
    throw found.reason === 'malformed' || earlier ? explain(refusal) : error;
  }
}

/**
 * Compiles the module for a run. The *original* bytes are validated first: a rewrite could hide a fault.
 * @throws InputError with V8's own reason
 */
export function compileGuest(module: Module, record: RecordLevel): CompiledGuest {
  const refusal = askV8(module.bytes.slice());
  if (refusal) throw explain(refusal);
  const attempt = record === 'calls' ? null : compileRecorded(module, record);
  if (attempt && 'compiled' in attempt) return attempt;
  const rewritten = shareMemory(module);
  const recordNote = attempt && `Single accesses are not recorded: ${attempt.reason}.`;
  return { compiled: new WebAssembly.Module(rewritten.bytes), rewritten, record: 'calls', recordNote };
}

/** The log is a memory of its own, and engines before V8 12 know no module with two. */
function recordingRefusal(message: string): string {
  return /multi-memory|memories|one memory/i.test(message)
    ? 'this JavaScript engine has no modules with several memories (Node 22 and later do)'
    : `V8 does not compile the module with its accesses recorded; it says: ${message}`;
}

/** What of a module's accesses is not recorded; null where all are. */
export function unrecordedNote({ otherMemories, copiesFromOthers }: Unrecorded): string | null {
  const notes: string[] = [];
  if (otherMemories > 0)
    notes.push(`Accesses of memories other than memory 0 (${count(otherMemories, 'instruction')}) are not recorded.`);
  if (copiesFromOthers > 0) {
    const copies = count(copiesFromOthers, 'instruction');
    notes.push(`What memory.copy takes from another memory (${copies}) is shown as unrecorded.`);
  }
  return notes.length === 0 ? null : notes.join(' ');
}

/**
 * The module with its accesses recorded, or why that can't be: it is then run without, and the user is told.
 * @param keepLimits whether memory 0 keeps the limits that the module declares; else they become shared
 */
export function compileRecorded(
  module: Module,
  record: 'stores' | 'all',
  keepLimits = false,
): CompiledGuest | { readonly reason: string } {
  try {
    const rewritten = recordAccesses(module, { level: record, log: 'compact', keepLimits });
    const recordNote = unrecordedNote(rewritten.unrecorded);
    return { compiled: new WebAssembly.Module(rewritten.bytes), rewritten, record, recordNote };
  } catch (error) {
    if (error instanceof WasmFormatError) return { reason: `${error.message}, at ${offsetText(error.offset)}` };
    if (error instanceof WebAssembly.CompileError) return { reason: recordingRefusal(error.message) };
    throw error;
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

/**
 * The memory that a module with these limits would define.
 * @throws RangeError as V8 does where the system does not give that much
 */
export function declaredMemory({ minimum, maximum, shared }: Limits): WebAssembly.Memory {
  return new WebAssembly.Memory({
    initial: Number(minimum),
    ...(maximum !== null && { maximum: Number(maximum) }),
    shared,
  });
}
