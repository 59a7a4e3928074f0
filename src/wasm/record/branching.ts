// Functions that V8's optimizing compiler should not be let at once their accesses are recorded. It keeps what it knows for each place
// where ways of the code part or meet: for the lexers of parsers, which are one function with a case for each state, that is gigabytes, and
// beyond 4 GB it ends the process ("Zone Allocation failed"). The process takes at most, in MB, with V8 13.6:
//
//   function                 places     as it is    stores    all
//   tree-sitter-kotlin        9,447          515       593    921
//   tree-sitter-bash         19,244        1,694     2,659    ends
//   tree-sitter-tsx          15,591        2,285     2,489    ends
//   esbuild (Go)             ~7,500          164       335    313
import { FLOW, flowOf } from '../code/instructions.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import type { FunctionBody } from './functionBody.ts';

/** Places where the ways of a function part or meet, from which on it is not optimized. */
export const MANY_PLACES = 10_000;

/** Each place has an instruction of this many bytes at least, and most have one of two. */
const LEAST_BYTES = 1;

/** Whether a function has {@link MANY_PLACES}: branches, and ends of blocks. */
export function hasManyPlaces(bytes: Uint8Array, { code, end }: FunctionBody): boolean {
  if (end - code < MANY_PLACES * LEAST_BYTES) return false;
  const walker = new InstructionWalker(bytes, code, end);
  let places = 0;
  while (walker.next()) if (flowOf(walker.code) & (FLOW.branches | FLOW.switches | FLOW.closes)) places++;
  return places >= MANY_PLACES;
}
