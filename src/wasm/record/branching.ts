// Functions that V8's optimizing compiler should not be let at once their accesses are recorded. Where very many branches go to one label it
// takes memory by the square of their number: for the lexers of parsers, which are one function that comes back to one place from each of
// their states, that is gigabytes, and at 4 GB it ends the process ("Zone Allocation failed"). The process takes at most, in MB, with V8 13.6:
//
//   function                 branches to one label   as it is   stores    all
//   esbuild (Go)                             1,761        164      335    313
//   tree-sitter-javascript                   2,747        614      671  1,165
//   binaryen                                 3,806        247      411    457
//   tree-sitter-cpp                          4,365      1,129    1,200  2,213
//   tree-sitter-tsx                          5,459      2,285    2,489   ends
//   tree-sitter-ocaml                        7,943      3,233    3,375   ends
import { FLOW, flowOf } from '../code/instructions.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import type { FunctionBody } from './functionBody.ts';

/** From so many branches to one label on a function is not optimized. */
export const MANY_BRANCHES = 4000;

/** Whether one label of a function has {@link MANY_BRANCHES}. */
export function hasManyBranches(bytes: Uint8Array, { code, end }: FunctionBody): boolean {
  if (end - code < MANY_BRANCHES) return false; // a branch takes a byte at least
  const walker = new InstructionWalker(bytes, code, end);
  /** Branches to the labels of the blocks that are open, that of the function first. */
  const open = [0];
  let most = 0;
  const branch = (label: number): void => {
    const at = open.length - 1 - label;
    if (at >= 0) most = Math.max(most, ++open[at]);
  };
  while (walker.next()) {
    const flow = flowOf(walker.code);
    if (flow & FLOW.branches) branch(walker.first);
    else if (flow & FLOW.switches) walker.labels.forEach(branch);
    else if (flow & FLOW.opens) open.push(0);
    else if (flow & FLOW.closes) open.pop();
  }
  return most >= MANY_BRANCHES;
}
