// What a call that did not return says of itself: V8's message, and its stack in the terms of the user's file.
import type { StackFrame, Trap } from '../protocol/call.ts';
import type { RewrittenModule } from '../wasm/record/recordAccesses.ts';
import type { Stopped } from '../wire/recordingOutlet.ts';

/**
 * V8 ends a frame with `(wasm://wasm/1f2e3d4c:wasm-function[3]:0x1b5)`: the module, by its name and a hash; function index and byte offset
 * in the module that it compiled. Only the end counts: the function's name before it is the guest's, and may hold anything.
 */
const WASM_FRAME = /^ +at .*?(wasm:\/\/wasm\/.*):wasm-function\[(\d+)\](?::0x([0-9a-f]+))?\)?$/;

/** Frames kept of a stack. */
export const STACK_FRAMES = 64;

/** Takes what V8 says of a module that it compiled back to the user's file. */
export interface FramesOf {
  /** Index of the module in the run. */
  readonly module: number;
  readonly nameOf: (functionIndex: number) => string;
  readonly original: Pick<RewrittenModule, 'originalOffset' | 'originalFunction' | 'isInFunction'>;
}

/** The module of a frame, by what V8 calls it (`wasm://wasm/…`); null for one that is none of the run's. */
export type ModuleOfFrame = (url: string) => FramesOf | null;

/** A frame of a stack as V8 writes it; null where it is none of a recorded function. */
function frameIn(line: string, moduleOf: ModuleOfFrame): StackFrame | null {
  const match = WASM_FRAME.exec(line);
  const of = match && moduleOf(match[1]);
  if (!match || !of) return null;
  const { module, nameOf, original } = of;
  const functionIndex = original.originalFunction(Number(match[2]));
  if (functionIndex === null) return null;
  const offset = match[3] === undefined ? null : original.originalOffset(Number.parseInt(match[3], 16));
  // What was added to the module is in none of its functions.
  if (offset !== null && !original.isInFunction(functionIndex, offset)) return null;
  return { module, function: nameOf(functionIndex), functionIndex, offset };
}

export const parseStack = (stack: string, moduleOf: ModuleOfFrame): StackFrame[] =>
  stack.split('\n').flatMap(line => frameIn(line, moduleOf) ?? []);

/** The stack that V8 keeps of what was thrown, as it writes it; empty where there is none. */
export function stackOf(thrown: unknown): string {
  const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
  return typeof stack === 'string' ? stack : '';
}

/** Turns what a guest's call threw into a {@link Trap}. */
export function describeTrap(thrown: unknown, moduleOf: ModuleOfFrame, stack = stackOf(thrown)): Trap {
  if (thrown instanceof Error) return { message: thrown.message, stack: parseStack(stack, moduleOf) };
  if (typeof thrown === 'symbol' && thrown.description === EXIT_OF_NODE)
    return { message: 'proc_exit: the guest ended itself', stack: [] };
  const what = thrown instanceof WebAssembly.Exception ? 'WebAssembly exception' : textOf(thrown);
  return { message: `uncaught ${what}`, stack: [] }; // V8 keeps no stack of it
}

/** What node:wasi throws out of a guest that ends itself. */
const EXIT_OF_NODE = 'kExitCode';

/** Not all that can be thrown has a text of its own. */
function textOf(thrown: unknown): string {
  try {
    const text = String(thrown);
    return text === '[object Object]' ? fieldsText(Object(thrown)) : text;
  } catch {
    return typeof thrown;
  }
}

/** Fields of an object that are told. */
const TOLD_FIELDS = 4;

/** `{ name: ExitStatus, status: 1 }`: what it holds by itself, without running code of the program. */
function fieldsText(thrown: object): string {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(thrown)).flatMap(([name, { value, enumerable }]) =>
    enumerable && value !== undefined && !(value instanceof Object) ? `${name}: ${String(value)}` : [],
  );
  return `{ ${fields.slice(0, TOLD_FIELDS).join(', ')} }`.replace('{  }', '{}');
}

/**
 * Where the guest was stopped. An exception, a host function's too, passes through guest code that may catch it: no stop.
 * @param stack of what was thrown, as V8 writes it
 */
export function stopOf(thrown: unknown, trap: Trap, memoryBytes: number, stack = stackOf(thrown)): Stopped {
  if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) return null;
  const [at] = trap.stack;
  if (at && at.offset !== null) return { offset: at.offset, module: at.module ?? 0, memoryBytes };
  // Where a host function threw it, so deep that none of its stack is a guest's, nothing is left to be read behind the guest's call of it.
  return stack.includes('\n    at ') ? null : 'somewhere';
}
