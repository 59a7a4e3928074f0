// What a recording of accesses to memory 0 leaves out of a module with several memories.
import type { Unrecorded } from '../../protocol/recordingPlan.ts';
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { accessInstruction } from '../code/memoryAccess.ts';
import { countImports, type Module } from '../module.ts';
import { functionRanges, readBody } from './functionBody.ts';
import { accessAt } from './sites.ts';

/** The instructions that access other memories. A module with one memory has none, and is not gone through. */
export function findOtherMemories(module: Module): Omit<Unrecorded, 'functions'> {
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

/** Whether a log tells of every write to memory 0. */
export function isWhole(module: Module, { otherMemories, copiesFromOthers, functions }: Unrecorded): boolean {
  // A host may give one memory for two imports.
  const mayBeTheSame = otherMemories > 0 && countImports(module, 'memory') > 1;
  return functions.length === 0 && copiesFromOthers === 0 && !mayBeTheSame;
}
