// Code that is never reached: it is copied as it is.
import { OP } from '../../code/instructionCodes.ts';
import type { FunctionCode } from './functionCode.ts';

/** Whether the code behind the instruction is never reached from it. */
export function endsCode(op: number): boolean {
  switch (op) {
    case OP.unreachable:
    case OP.br:
    case OP.brTable:
    case OP.return:
    case OP.returnCall:
    case OP.returnCallIndirect:
    case OP.returnCallRef:
    case OP.throw:
    case OP.rethrow:
    case OP.throwRef:
      return true;
    default:
      return false;
  }
}

/** Index of the instruction that ends code which is never reached: the `else`, `catch` or `end` of the block around it. */
export function deadEnd(code: FunctionCode, from: number): number {
  let depth = 0;
  for (let i = from; i < code.count; i++) {
    switch (code.code[i]) {
      case OP.block:
      case OP.loop:
      case OP.if:
      case OP.try:
      case OP.tryTable:
        depth++;
        break;
      case OP.end:
      case OP.delegate:
        if (depth === 0) return i;
        depth--;
        break;
      case OP.else:
      case OP.catch:
      case OP.catchAll:
        if (depth === 0) return i;
        break;
    }
  }
  return code.count;
}
