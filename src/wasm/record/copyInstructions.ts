// Copies constant expressions, and writes instructions whose indices move anew.
import type { ByteWriter } from '../byteWriter.ts';
import { MEMORY_INDEX_FOLLOWS, OP, PREFIX_GC, slotOf } from '../code/instructionCodes.ts';
import { FIRST_KIND, IMMEDIATES, IMMEDIATES_OF, SECOND_KIND } from '../code/instructions.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { EXTERNAL_KIND } from '../types.ts';
import type { IndexMap } from './indices.ts';

/** Writes the instruction at the walker, whose index moves. */
export function writeMoved(out: ByteWriter, walker: InstructionWalker, indices: IndexMap): void {
  const { code, first, second } = walker;
  const slot = slotOf(code);
  writeOpcode(out, walker);
  switch (IMMEDIATES_OF[slot]) {
    case IMMEDIATES.u32:
      out.u32(code === OP.refFunc ? indices.reference(first) : indices.moved(FIRST_KIND[slot], first));
      return;
    case IMMEDIATES.u32u32:
      out.u32(indices.moved(FIRST_KIND[slot], first)).u32(indices.moved(SECOND_KIND[slot], second));
      return;
    default:
      // An access to another memory: the offset is copied as bytes, since it may have 64 bits.
      out.u32(walker.align | MEMORY_INDEX_FOLLOWS).u32(indices.moved(EXTERNAL_KIND.memory, walker.memory));
      out.copy(walker.bytes, walker.memoryOffsetStart, walker.offset);
  }
}

function writeOpcode(out: ByteWriter, { code }: InstructionWalker): ByteWriter {
  return code >>> 12 >= PREFIX_GC ? out.byte(code >>> 12).u32(code & 0xfff) : out.byte(code);
}

/**
 * Copies a constant expression with its `end`.
 * @returns the offset behind it
 */
export function copyConstantExpression(out: ByteWriter, bytes: Uint8Array, start: number, indices: IndexMap): number {
  const walker = new InstructionWalker(bytes, start, bytes.length);
  let copied = start;
  // Constant expressions hold no blocks: the first `end` is their own.
  while (walker.next() && walker.code !== OP.end) {
    if (!indices.moves(walker)) continue;
    out.copy(bytes, copied, walker.start);
    writeMoved(out, walker, indices);
    copied = walker.offset;
  }
  out.copy(bytes, copied, walker.offset);
  return walker.offset;
}
