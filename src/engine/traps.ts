// What a call that did not return says of itself: V8's message, and its stack in the terms of the user's file.
import type { StackFrame, Trap } from '../protocol/call.ts';
import type { GuestStop } from '../protocol/recording.ts';
import type { RewrittenModule } from '../wasm/record/recordAccesses.ts';

/**
 * V8 ends a frame with `(wasm://wasm/1f2e3d4c:wasm-function[3]:0x1b5)`: function index and byte offset in the module it
 * compiled. Only the end counts: the function's name before it is the guest's, and may hold anything.
 */
const WASM_FRAME = /^ +at .*wasm:\/\/.*:wasm-function\[(\d+)\](?::0x([0-9a-f]+))?\)?$/;

/** Frames kept of a stack. */
export const STACK_FRAMES = 64;

/** Takes what V8 says of the module that it compiled back to the user's file. */
export type Original = Pick<RewrittenModule, 'originalOffset' | 'originalFunction' | 'isInFunction'>;

export function parseStack(stack: string, nameOf: (functionIndex: number) => string, original: Original): StackFrame[] {
  return stack.split('\n').flatMap(line => {
    const match = WASM_FRAME.exec(line);
    if (!match) return [];
    const functionIndex = original.originalFunction(Number(match[1]));
    if (functionIndex === null) return [];
    const offset = match[2] === undefined ? null : original.originalOffset(Number.parseInt(match[2], 16));
    // V8 does not say of which module a frame is: in those of others, place and function do not belong together.
    if (offset !== null && !original.isInFunction(functionIndex, offset)) return [];
    return [{ function: nameOf(functionIndex), functionIndex, offset }];
  });
}

/** Turns what a guest's call threw into a {@link Trap}. */
export function describeTrap(thrown: unknown, nameOf: (functionIndex: number) => string, original: Original): Trap {
  if (thrown instanceof Error) {
    return { message: thrown.message, stack: parseStack(thrown.stack ?? '', nameOf, original) };
  }
  const what = thrown instanceof WebAssembly.Exception ? 'WebAssembly exception' : textOf(thrown);
  return { message: `uncaught ${what}`, stack: [] }; // V8 keeps no stack of it
}

/** Not all that can be thrown has a text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}

/** Where the guest was stopped. An exception, a host function's too, passes through guest code that may catch it: no stop. */
export function stopOf(thrown: unknown, { stack }: Trap, memoryBytes: number): GuestStop | null {
  const trapped = thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError;
  return trapped ? { offset: stack[0]?.offset ?? null, memoryBytes } : null;
}
