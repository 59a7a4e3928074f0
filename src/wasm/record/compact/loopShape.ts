// Which loops are told as one: innermost ones whose body is straight code.
import { OP, PREFIX_MISC, PREFIX_VECTOR, prefixed } from '../../code/instructionCodes.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import { type FunctionCode, isStraight, TRAIT } from './functionCode.ts';
import { isNumeric, mayTrap } from './numericInstructions.ts';
import type { Knowledge } from './symbolicExecution.ts';
import { KIND, type SymbolicValues, TYPE } from './symbolicValues.ts';

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

/** A local that a loop moves by one in each iteration, so that its first and last value tell the number of iterations. */
export function inductionLocal(
  values: SymbolicValues,
  { set, initial }: Knowledge,
): { local: number; step: 1 | -1 } | null {
  for (const [local, next] of set) {
    if (values.kind[next] !== KIND.pure || values.type[next] !== TYPE.i32 || values.operation[next] !== OP.i32Add)
      continue;
    if (values.a[next] !== initial.get(local) || values.kind[values.b[next]] !== KIND.constant) continue;
    const step = values.b[values.b[next]];
    if (step === 1 || step === -1) return { local, step };
  }
  return null;
}
