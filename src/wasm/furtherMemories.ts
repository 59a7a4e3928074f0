// Which modules write to a memory behind their first one: only what is written to that one is recorded.
import { InstructionWalker } from './code/instructionWalker.ts';
import { accessInstruction } from './code/memoryAccess.ts';
import { WasmFormatError } from './errors.ts';
import type { Module } from './module.ts';
import { functionRanges, readBody } from './record/functionBody.ts';

/** Whether a module's code or its data segments may write to a memory that is not its first one. Code that can't be read may. */
export function writesFurther(module: Module): boolean {
  if (module.memories.length < 2) return false;
  if (module.dataSegments.some(({ memory }) => (memory ?? 0) > 0)) return true;
  try {
    const ranges = functionRanges(module);
    for (let i = 0; i < ranges.length; i += 2) {
      const body = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
      const walker = new InstructionWalker(module.bytes, body.code, body.end);
      while (walker.next()) if (isWrite(walker)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof WasmFormatError) return true;
    throw error;
  }
}

/** Whether the instruction that was passed over writes to a memory behind the first one. */
function isWrite({ code, memory, first, second }: InstructionWalker): boolean {
  switch (accessInstruction(code)?.form) {
    case 'store':
    case 'rmw':
    case 'cmpxchg':
      return memory > 0;
    case 'fill':
    case 'copy':
      return first > 0; // of a copy the memory that it writes
    case 'init':
      return second > 0;
    default:
      return false;
  }
}
