// Follows a function's code as far as single values are known: constants, and what a global held plus a constant. That is enough for
// what linkers write: prologues that move a stack pointer, and start functions that fill memory.
import { ByteReader } from '../byteReader.ts';
import { OP, PREFIX_ATOMIC, prefixed } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import type { GlobalValue } from '../constantExpression.ts';
import type { FunctionBody } from '../record/functionBody.ts';

/** A constant, or what a global held when the function began plus a constant. */
export interface KnownValue {
  /** Index of the global; null for a constant. */
  readonly global: number | null;
  /** Signed. */
  readonly offset: number;
}

type Value = KnownValue | null;

const COMPARE_EXCHANGE = prefixed(PREFIX_ATOMIC, 0x48);
const LAST_LOAD = OP.i64Load32U;

/** What is told of code; a value that is not known is null. */
export interface CodeVisitor {
  globalSet(global: number, value: Value): void;
  /** A load or a store. @param address without its static offset */
  accessed?(address: Value): void;
  /** A block ends, or the function does. @param value the last one that is left, or null where none is known */
  ended?(value: Value): void;
  /** `memory.fill`: the second operand is the byte; `memory.init`: the offset in the segment. Of memory 0. */
  bulk(fill: boolean, segment: number, operands: readonly [to: Value, second: Value, bytes: Value]): void;
  /** `i32.atomic.rmw.cmpxchg` of memory 0. */
  compareExchange(address: Value): void;
  call(index: number): void;
}

/**
 * Goes over a function in the order of its code. What a branch skips or repeats is not told: locals keep what was put into them last.
 * @param constants values of globals that never change
 * @throws WasmFormatError for an unknown instruction
 */
export function followCode(bytes: Uint8Array, body: FunctionBody, constants: GlobalValue, visitor: CodeVisitor): void {
  const walker = new InstructionWalker(bytes, body.code, body.end);
  const stack: Value[] = [];
  const locals = new Map<number, Value>();
  const globals = new Map<number, Value>();
  const pop = (): Value => stack.pop() ?? null;
  while (walker.next()) {
    const { code, first } = walker;
    switch (code) {
      case OP.localGet:
        stack.push(locals.get(first) ?? null);
        break;
      case OP.localSet:
        locals.set(first, pop());
        break;
      case OP.localTee:
        locals.set(first, stack.at(-1) ?? null);
        break;
      case OP.globalGet: {
        const value = globals.get(first);
        const constant = constants(first);
        if (constant !== null) stack.push({ global: null, offset: constant });
        else stack.push(value === undefined ? { global: first, offset: 0 } : value);
        break;
      }
      case OP.globalSet: {
        const value = pop();
        globals.set(first, value);
        visitor.globalSet(first, value);
        break;
      }
      case OP.i32Const:
        stack.push({ global: null, offset: first });
        break;
      case OP.i64Const:
        stack.push({ global: null, offset: Number(new ByteReader(bytes, walker.start + 1).s64()) });
        break;
      case OP.i32Add:
      case OP.i64Add:
        stack.push(sum(pop(), pop()));
        break;
      case OP.i32Sub:
      case OP.i64Sub: {
        const [b, a] = [pop(), pop()];
        stack.push(b === null || b.global !== null ? null : sum(a, { global: null, offset: -b.offset }));
        break;
      }
      case OP.i32And:
      case OP.i32Xor: {
        const [b, a] = [pop(), pop()];
        const known = a?.global === null && b?.global === null;
        stack.push(known ? { global: null, offset: bits(code, a.offset, b.offset) } : null);
        break;
      }
      case OP.memoryFill:
      case OP.memoryInit: {
        const [size, second, to] = [pop(), pop(), pop()];
        const isFill = code === OP.memoryFill;
        if ((isFill ? first : walker.second) === 0) visitor.bulk(isFill, first, [to, second, size]);
        break;
      }
      case COMPARE_EXCHANGE: {
        const [, , address] = [pop(), pop(), pop()];
        if (walker.memory === 0) visitor.compareExchange(sum(address, { global: null, offset: first }));
        stack.push(null);
        break;
      }
      case OP.call:
        stack.length = 0;
        visitor.call(first);
        break;
      case OP.end:
      case OP.return:
        visitor.ended?.(stack.at(-1) ?? null);
        stack.length = 0;
        break;
      case OP.i32WrapI64:
      case OP.i64ExtendI32S:
      case OP.i64ExtendI32U: {
        const value = pop();
        stack.push(value?.global === null ? null : value); // an address of a global stays one
        break;
      }
      default:
        if (code >= OP.i32Load && code <= LAST_LOAD) {
          visitor.accessed?.(pop());
          stack.push(null);
          break;
        }
        if (code >= OP.i32Store && code <= OP.i64Store32) {
          pop();
          visitor.accessed?.(pop());
          break;
        }
        // What it takes and leaves is not looked up: nothing below is known any more.
        stack.length = 0;
    }
  }
}

const bits = (code: number, a: number, b: number): number => (code === OP.i32And ? a & b : a ^ b);

function sum(a: Value, b: Value): Value {
  if (a === null || b === null || (a.global !== null && b.global !== null)) return null;
  return { global: a.global ?? b.global, offset: a.offset + b.offset };
}
