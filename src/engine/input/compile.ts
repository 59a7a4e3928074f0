// From a readable file to compiled modules and a memory to share.

import { inBaselineTier, isTierLeftOpen } from '../../platform/baselineTier.ts';
import { Module as PlainModule } from '../../platform/plainApi.ts';
import type { AccessLevel, Unrecorded } from '../../protocol/recordingPlan.ts';
import type { InstanceState, RecordLevel } from '../../protocol/run.ts';
import { count, messageOf } from '../../protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { trapWaits } from '../../wasm/atomicWaits.ts';
import { unmetAllocators } from '../../wasm/claims/allocators.ts';
import { readClaims } from '../../wasm/claims/readClaims.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { linearMemory, MAXIMUM_PAGES, type Module, sharedLimits } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { type RecordOptions, type RewrittenModule, recordAccesses } from '../../wasm/record/recordAccesses.ts';
import type { SharedState } from '../../wasm/record/sharedState.ts';
import { InputError, inputError } from './errors.ts';
import { initialPages, offsetText, readInput } from './inspect.ts';
import { declaredMemory } from './memory.ts';

export interface CompiledGuest {
  readonly compiled: WebAssembly.Module;
  /** The module of instances behind the first one: another one where they share their state. */
  readonly later: WebAssembly.Module;
  readonly rewritten: RewrittenModule;
  /** What of its accesses it records, and why that is less than asked for, or slower than it could be; null where it is neither. */
  readonly record: RecordLevel;
  readonly recordNote: string | null;
  /** What is to be known of the state of the instances; null where each has its own, as was asked for. */
  readonly stateNote: string | null;
  /** Byte offsets in the original file of instructions that were made to trap: the reason is {@link WAIT_REFUSED}. */
  readonly trappingWaits: ReadonlySet<number>;
}

/** What V8 says of a wait in a memory that is not shared. */
export const WAIT_REFUSED = 'Atomics.wait cannot be called in this context';

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
    const message = messageOf(error);
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
export function readForRun(bytes: Uint8Array, allocators: readonly string[] = []): Module {
  try {
    return readInput(bytes, allocators);
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
 * @param among its place among the modules of the run; null where there is one
 * @throws InputError with V8's own reason
 */
export function compileGuest(
  module: Module,
  record: RecordLevel,
  state: InstanceState = 'separate',
  among: AmongModules | null = null,
): CompiledGuest {
  const refusal = askV8(module.bytes.slice());
  if (refusal) throw explain(refusal);
  const attempt = record === 'calls' ? null : compileRecorded(module, record, { ...IN_RUN, state, among });
  if (attempt && 'compiled' in attempt) return attempt;
  const recordNote = attempt && `Single accesses are not recorded: ${attempt.reason}.`;
  const unrecorded = compileUnrecorded(module, state);
  if ('compiled' in unrecorded) return { ...unrecorded, record: 'calls', recordNote };
  // Without shared state the code is copied as it is.
  const stateNote = `Each instance has a state of its own, although a shared one was asked for: ${unrecorded.reason}.`;
  return { ...compile(module, recordAccesses(module, { level: 'calls' })), record: 'calls', recordNote, stateNote };
}

function compileUnrecorded(
  module: Module,
  state: InstanceState,
): ReturnType<typeof compile> | { readonly reason: string } {
  try {
    return compile(module, recordAccesses(module, { level: 'calls', state }));
  } catch (error) {
    if (error instanceof WasmFormatError) return { reason: `${error.message}, at ${offsetText(error.offset)}` };
    throw error;
  }
}

/** How a program has a module compiled. */
export interface ProgramOptions {
  /** Memory 0 keeps the limits that the module declares, one that is not shared stays so, and V8 traps by itself; else they become shared. */
  readonly keepLimits: boolean;
  /** What the program gives V8 beside the bytes. */
  readonly options: unknown;
  /** Its place among the modules of the recording; null where there is one module. */
  readonly among: AmongModules | null;
  /** See `RecordOptions`. */
  readonly exact: boolean;
  readonly state?: InstanceState;
}

/** What tells a module from the others of a run. */
export interface AmongModules {
  /** Number of its first record in the log. */
  readonly firstNumber: number;
  /** What V8 calls it in stacks. */
  readonly name: string;
}

const IN_RUN: ProgramOptions = { keepLimits: false, options: undefined, among: null, exact: false };

function compile(
  module: Module,
  rewritten: RewrittenModule,
  { keepLimits, options }: ProgramOptions = IN_RUN,
): Pick<CompiledGuest, 'compiled' | 'later' | 'rewritten' | 'stateNote' | 'trappingWaits'> {
  const { shared, branching } = rewritten;
  const moduleOf = (bytes: Uint8Array): WebAssembly.Module => {
    const compileBytes = (): WebAssembly.Module => Reflect.construct(PlainModule, [bytes, options]);
    return branching.length > 0 ? inBaselineTier(compileBytes) : compileBytes();
  };
  const trappingWaits = keepLimits ? new Set<number>() : trapWaits(module, rewritten.bytes);
  const compiled = moduleOf(rewritten.bytes);
  if (!shared) return { compiled, later: compiled, rewritten, stateNote: null, trappingWaits };
  if (!keepLimits) trapWaits(module, shared.laterBytes);
  const later = moduleOf(shared.laterBytes);
  return { compiled, later, rewritten, stateNote: sharedNote(module, shared), trappingWaits };
}

/** A recording's file has it among the notes, so that whoever opens it knows. */
function sharedNote({ memories }: Module, { ownGlobals }: SharedState): string {
  const notes = [
    'The instances share one state: they have one set of mutable globals, and data segments and start function ran once.',
  ];
  if (ownGlobals.length > 0) {
    const [globals, hold] = ownGlobals.length === 1 ? ['global', 'holds'] : ['globals', 'hold'];
    notes.push(
      `Each instance has its own of the ${globals} with index ${ownGlobals.join(', ')}, which ${hold} a reference that may not be null.`,
    );
  }
  if (memories.length > 1) notes.push('Each instance has its own of all memories but memory 0.');
  return notes.join(' ');
}

/** What to say of functions of allocators that the user named and no module has; null where there are none. */
export function unmetNote(modules: readonly Module[]): string | null {
  const texts = unmetAllocators(modules);
  if (texts.length === 0) return null;
  return `Named as an allocator's, but no function that takes and gives such numbers has the name: ${texts.join('; ')}. A name is that of an export, of an import, or of the name section.`;
}

/** The log is a memory of its own, and engines before V8 12 know no module with two. */
function recordingRefusal(message: string): string {
  return /multi-memory|memories|one memory/i.test(message)
    ? 'this JavaScript engine has no modules with several memories (Node 22 and later do)'
    : `V8 does not compile the module with its accesses recorded; it says: ${message}`;
}

/** Functions that a note names. */
const NAMED_FUNCTIONS = 3;

function functionsText(module: Module, functions: readonly number[]): string {
  const nameOf = functionNamer(module);
  const named = functions.slice(0, NAMED_FUNCTIONS).map(index => `${nameOf(index)} (index ${index})`);
  const more = functions.length > named.length ? ` and ${functions.length - named.length} more` : '';
  return `${functions.length === 1 ? 'the function' : 'the functions'} ${named.join(', ')}${more}`;
}

/** The functions keep V8 from optimizing the module; null where none does. */
function branchingNote(module: Module, functions: readonly number[]): string | null {
  if (functions.length === 0 || !isTierLeftOpen()) return null;
  return `The module runs in V8's baseline code, which is slower: with its accesses recorded, ${functionsText(module, functions)} may take V8's optimizing compiler more memory than there is.`;
}

/** What of a module's accesses is not recorded; null where all are. */
function unrecordedNote(module: Module, { otherMemories, copiesFromOthers, functions }: Unrecorded): string | null {
  const notes: string[] = [];
  if (functions.length > 0) {
    notes.push(
      `Accesses of ${functionsText(module, functions)} are not recorded, and what they change is shown as unrecorded: with their records they would be past V8's limits (50,000 locals and 7,654,321 bytes a function).`,
    );
  }
  if (otherMemories > 0)
    notes.push(`Accesses of memories other than memory 0 (${count(otherMemories, 'instruction')}) are not recorded.`);
  if (copiesFromOthers > 0) {
    const copies = count(copiesFromOthers, 'instruction');
    notes.push(`What memory.copy takes from another memory (${copies}) is shown as unrecorded.`);
  }
  return notes.length === 0 ? null : notes.join(' ');
}

/**
 * What of a module's code findings need to be told of, beside its accesses.
 * @throws WasmFormatError where its code can't be read
 */
export function watchedIn(module: Module): Pick<RecordOptions, 'told' | 'stackPointer'> {
  const { allocators, stackPointer: found } = readClaims(module);
  const told = allocators.map(({ function: index }) => index);
  if (found.kind === 'none' || found.initial === null) return { told, stackPointer: null };
  return { told, stackPointer: { global: found.global, initial: found.initial } };
}

/** The module with its accesses recorded, or why that can't be: it is then run without, and the user is told. */
export function compileRecorded(
  module: Module,
  record: AccessLevel,
  program: ProgramOptions = IN_RUN,
): CompiledGuest | { readonly reason: string } {
  const limits = linearMemory(module)?.limits;
  const { keepLimits, among, exact, state = 'separate' } = program;
  if (keepLimits && limits?.is64 && (limits.maximum === null || limits.maximum > MAXIMUM_PAGES))
    return { reason: 'its memory has 64-bit addresses and may grow past 4 GiB' };
  try {
    const options = { level: record, keepLimits, among, ...watchedIn(module), exact, state };
    const rewritten = recordAccesses(module, options);
    const notes = [unrecordedNote(module, rewritten.plan.unrecorded), branchingNote(module, rewritten.branching)];
    const recordNote = notes.filter(note => note !== null).join(' ') || null;
    return { ...compile(module, rewritten, program), record, recordNote };
  } catch (error) {
    if (error instanceof WasmFormatError) return { reason: `${error.message}, at ${offsetText(error.offset)}` };
    if (error instanceof WebAssembly.CompileError) return { reason: recordingRefusal(error.message) };
    throw error;
  }
}

/**
 * Makes the memory of a run: shared, so that it outlives the worker.
 * @param initial,maximum in pages of 64 KiB
 * @throws InputError where the system does not give that much
 */
export function createMemory(module: Module, maximum: number, initial = initialPages(module)): WebAssembly.Memory {
  try {
    return declaredMemory({ ...sharedLimits(module, BigInt(initial)), maximum: BigInt(maximum) });
  } catch (error) {
    const reason = messageOf(error);
    const size = (initial * WASM_PAGE_BYTES) / 2 ** 20;
    throw inputError(
      'memory-not-available',
      `The module asks for a memory of ${count(initial, 'page')} (${size} MiB), which can't be had; V8 says: ${reason}.`,
      'Build it with a smaller initial memory, or free memory and run it again.',
    );
  }
}
