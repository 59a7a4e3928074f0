// `memory.atomic.wait32` and `wait64` trap in a memory that is not shared. A run makes memory shared, so they would wait: they have to
// be made to trap.
import { OP, PREFIX_ATOMIC } from './code/instructionCodes.ts';
import { InstructionWalker } from './code/instructionWalker.ts';
import { accessInstruction } from './code/memoryAccess.ts';
import { WasmFormatError } from './errors.ts';
import { linearMemory, type Module, readModule } from './module.ts';
import { functionRanges, readBody } from './record/functionBody.ts';

/** Byte offsets of an instruction in the file, and of its end. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Makes the waits of a module whose memory 0 is not shared trap, as they do in it: each becomes an `unreachable` of the same size.
 * @param rewritten the same module as it is run; its bytes are changed
 * @returns offsets in the original file of those that became one
 */
export function trapWaits(module: Module, rewritten: Uint8Array): ReadonlySet<number> {
  const waits = linearMemory(module)?.limits.shared ? [] : findWaits(module);
  if (waits.length > 0)
    for (const { start, end } of findWaits(readModule(rewritten))) {
      rewritten[start] = OP.unreachable;
      rewritten.fill(OP.nop, start + 1, end);
    }
  return new Set(waits.map(({ start }) => start));
}

/** Waits in memory 0. */
function findWaits(module: Module): Range[] {
  const waits: Range[] = [];
  const ranges = functionRanges(module);
  for (let i = 0; i < ranges.length; i += 2) {
    if (!mayWait(module.bytes.subarray(ranges[i], ranges[i + 1]))) continue;
    const { code, end } = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
    waits.push(...waitsOf(new InstructionWalker(module.bytes, code, end)));
  }
  return waits;
}

/** Those of a function, up to an instruction that only the engine knows. */
function waitsOf(walker: InstructionWalker): Range[] {
  const waits: Range[] = [];
  try {
    while (walker.next())
      if (accessInstruction(walker.code)?.form === 'wait' && walker.memory === 0)
        waits.push({ start: walker.start, end: walker.offset });
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return waits;
}

/** Whether the bytes of a wait's opcode stand somewhere: spares nearly all functions from being walked through. */
function mayWait(body: Uint8Array): boolean {
  for (let at = body.indexOf(PREFIX_ATOMIC); at !== -1; at = body.indexOf(PREFIX_ATOMIC, at + 1)) {
    const sub = body[at + 1] & 0x7f; // the first byte of an integer that may go on with zeros
    if (sub === 1 || sub === 2) return true;
  }
  return false;
}
