// The index spaces of a recorded module: what the rewrite imports moves everything that is defined.

import { slotOf } from '../code/instructionCodes.ts';
import { FIRST_KIND, hasMemoryArgument, KINDS, SECOND_KIND } from '../code/instructions.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import type { AccessInstruction } from '../code/memoryAccess.ts';
import type { NumberType } from '../code/numberTypes.ts';
import { countImports, linearMemory, type Module } from '../module.ts';
import { EXTERNAL_KIND } from '../types.ts';

/** New indices by old ones, and the indices of what the rewrite imports: each stands behind the imports of its kind. */
export class Indices {
  /** Function index of the flush import. */
  readonly flush: number;
  /** Global index of the position of the log. */
  readonly position: number;
  /** Memory index of the log. */
  readonly log: number;
  /** By `EXTERNAL_KIND`: the first index that moves. */
  private readonly firstMoved: Float64Array;

  constructor(private readonly module: Module) {
    this.flush = module.importedFunctions;
    this.position = countImports(module, 'global');
    // Memory 0 is imported in the new module, whatever it was.
    const imported = countImports(module, 'memory');
    this.log = linearMemory(module)?.imported ? imported : imported + 1;
    this.firstMoved = new Float64Array(KINDS).fill(Number.POSITIVE_INFINITY);
    this.firstMoved[EXTERNAL_KIND.function] = this.flush;
    this.firstMoved[EXTERNAL_KIND.global] = this.position;
    this.firstMoved[EXTERNAL_KIND.memory] = this.log;
  }

  /** The new index of something of a kind. */
  moved(kind: number, index: number): number {
    return index < this.firstMoved[kind] ? index : index + 1;
  }

  /** Function index in the original module; null for the flush import. */
  originalFunction(index: number): number | null {
    if (index === this.flush) return null;
    return index < this.flush ? index : index - 1;
  }

  /** Type of the addresses of a memory, and of its size in pages. */
  addressType(memory: number): 'i32' | 'i64' {
    return this.module.memories[memory].is64 ? 'i64' : 'i32';
  }

  /** Types of the operands of the access of memory 0 at the walker. */
  operandTypes(walker: InstructionWalker, { form, operands }: AccessInstruction): NumberType[] {
    const address = this.addressType(0);
    if (form !== 'copy') return operands.map(type => (type === 'address' ? address : type));
    const from = this.addressType(walker.second);
    return [address, from, from === address ? from : 'i32'];
  }

  /** Whether the instruction at the walker names an index that moves. */
  moves(walker: InstructionWalker): boolean {
    const { firstMoved } = this;
    const slot = slotOf(walker.code);
    if (hasMemoryArgument(slot)) return walker.memory >= this.log;
    return walker.first >= firstMoved[FIRST_KIND[slot]] || walker.second >= firstMoved[SECOND_KIND[slot]];
  }
}
