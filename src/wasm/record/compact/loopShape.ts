// Which loops are told as one: innermost ones whose body is straight code.

import { OP, PREFIX_MISC, PREFIX_VECTOR, prefixed } from '../../code/instructionCodes.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import { TYPE } from '../../code/numberTypes.ts';
import { isNumeric, mayTrap } from '../../code/numericInstructions.ts';
import type { FunctionCode } from './functionCode.ts';
import { isStraight, TRAIT } from './instructionTraits.ts';
import type { Knowledge } from './knowledge.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

/** Index of the `br_if` that ends the loop at an index, where the loop's body is straight code up to there; else -1. */
export function straightLoopEnd(code: FunctionCode, loop: number): number {
  let i = loop + 1;
  while (i < code.count && code.traits[i] & TRAIT.straight) i++;
  const single = code.branches[loop] === 1 && code.caught[loop] === 0;
  return single && code.code[i] === OP.brIf && code.block[i] === loop ? i : -1;
}

/** Whether nothing but plain accesses of memory 0 can trap in a range of straight code. */
export function trapsOnlyByAccess(code: FunctionCode, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const op = code.code[i];
    if (code.traits[i] & TRAIT.access) {
      const access = accessInstruction(op);
      if (!access || !isStraight(access)) return false;
    } else if (isNumeric(op)) {
      if (mayTrap(op)) return false;
    } else if (!NEVER_TRAP.has(op) && !isSaturatingTruncation(op) && !isVectorArithmetic(op)) {
      return false;
    }
  }
  return true;
}

const NEVER_TRAP: ReadonlySet<number> = new Set([
  OP.nop,
  OP.block,
  OP.end,
  OP.drop,
  OP.select,
  OP.selectTyped,
  OP.localGet,
  OP.localSet,
  OP.localTee,
  OP.globalGet,
  OP.globalSet,
  OP.memorySize,
  OP.i32Const,
  OP.i64Const,
  OP.f32Const,
  OP.f64Const,
]);

const isSaturatingTruncation = (op: number): boolean =>
  op >= prefixed(PREFIX_MISC, 0) && op <= prefixed(PREFIX_MISC, 7);

const isVectorArithmetic = (op: number): boolean => op >>> 12 === PREFIX_VECTOR && accessInstruction(op) === null;

/**
 * A local that a loop moves by one in each iteration, so that its first and last value tell the number of iterations.
 * @param value stands for what it holds when an iteration starts
 */
export interface Induction {
  readonly local: number;
  readonly value: number;
  readonly step: 1 | -1;
}

/** @param knowledge of the end of an iteration, with the instructions from `from` up to `to` */
export function inductionLocal(
  code: FunctionCode,
  values: SymbolicValues,
  knowledge: Knowledge,
  from: number,
  to: number,
): Induction | null {
  const { kind, type, operation, a, b } = values;
  for (let i = code.setsBefore[from]; i < code.setsBefore[to]; i++) {
    const local = code.first[code.sets[i]];
    const next = knowledge.valueOf(local);
    if (kind[next] !== KIND.pure || type[next] !== TYPE.i32 || operation[next] !== OP.i32Add) continue;
    const value = a[next];
    if (kind[value] !== KIND.local || a[value] !== local || kind[b[next]] !== KIND.constant) continue;
    const step = b[b[next]];
    if (step === 1 || step === -1) return { local, value, step };
  }
  return null;
}
