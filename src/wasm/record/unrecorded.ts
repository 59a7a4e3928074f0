// What a recording of accesses to memory 0 leaves out of a module with several memories.
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { accessInstruction } from '../code/memoryAccess.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from './functionBody.ts';
import { accessAt } from './sites.ts';

/** Numbers of instructions. */
export interface Unrecorded {
  /** They access another memory, and leave memory 0 as it is. */
  readonly otherMemories: number;
  /** They copy from another memory into memory 0: that they write is recorded nowhere, since the log does not hold the bytes. */
  readonly copiesFromOthers: number;
}

/** Looks for accesses that are not recorded. A module with one memory has none, and is not gone through. */
export function findUnrecorded(module: Module): Unrecorded {
  let otherMemories = 0;
  let copiesFromOthers = 0;
  if (module.memories.length > 1) {
    const ranges = functionRanges(module);
    for (let i = 0; i < ranges.length; i += 2) {
      const body = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
      const walker = new InstructionWalker(module.bytes, body.code, body.end);
      while (walker.next()) {
        if (accessInstruction(walker.code) === null) continue;
        if (accessAt(walker) === null) otherMemories++;
        else if (walker.code === OP.memoryCopy && walker.second !== 0) copiesFromOthers++;
      }
    }
  }
  return { otherMemories, copiesFromOthers };
}
