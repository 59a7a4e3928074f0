// Copies constant expressions, and writes instructions whose indices move anew.
import type { ByteWriter } from '../byteWriter.ts';
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import type { Indices } from './indices.ts';

const MEMORY_INDEX_FOLLOWS = 0x40;
const FIRST_PREFIX = 0xfb;

/** Writes the instruction at the walker, whose index moves. */
export function writeMoved(out: ByteWriter, walker: InstructionWalker, indices: Indices): void {
  const { bytes, code, first, second } = walker;
  switch (code) {
    case OP.call:
    case OP.returnCall:
    case OP.refFunc:
      out.byte(code).u32(indices.function(first));
      return;
    case OP.globalGet:
    case OP.globalSet:
      out.byte(code).u32(indices.global(first));
      return;
    case OP.memorySize:
    case OP.memoryGrow:
      out.byte(code).u32(indices.memory(first));
      return;
    case OP.memoryFill:
      writeOpcode(out, walker).u32(indices.memory(first));
      return;
    case OP.memoryInit:
      writeOpcode(out, walker).u32(first).u32(indices.memory(second));
      return;
    case OP.memoryCopy:
      writeOpcode(out, walker).u32(indices.memory(first)).u32(indices.memory(second));
      return;
  }
  // An access to another memory: the offset is copied as bytes, since it may have 64 bits.
  writeOpcode(out, walker)
    .u32(walker.align | MEMORY_INDEX_FOLLOWS)
    .u32(indices.memory(walker.memory));
  out.copy(bytes, walker.memoryOffsetStart, walker.offset);
}

function writeOpcode(out: ByteWriter, { code }: InstructionWalker): ByteWriter {
  return code >>> 12 >= FIRST_PREFIX ? out.byte(code >>> 12).u32(code & 0xfff) : out.byte(code);
}

/**
 * Copies a constant expression with its `end`.
 * @returns the offset behind it
 */
export function copyConstantExpression(out: ByteWriter, bytes: Uint8Array, start: number, indices: Indices): number {
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
