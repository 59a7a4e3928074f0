// Code that is never reached: it is copied as it is.
import { FLOW, flowOf } from '../../code/instructions.ts';
import type { FunctionCode } from './functionCode.ts';

/** Index of the instruction that ends code which is never reached: the `else`, `catch` or `end` of the block around it. */
export function deadEnd(code: FunctionCode, from: number): number {
  let depth = 0;
  for (let i = from; i < code.count; i++) {
    const flow = flowOf(code.code[i]);
    if (depth === 0 && flow & (FLOW.divides | FLOW.closes)) return i;
    if (flow & FLOW.opens) depth++;
    else if (flow & FLOW.closes) depth--;
  }
  return code.count;
}
