// The index spaces of a recorded module: what the rewrite imports moves everything that is defined.

import { OP } from '../code/instructionCodes.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import { accessInstruction } from '../code/memoryAccess.ts';
import { linearMemory, type Module } from '../module.ts';

const countImports = (module: Module, kind: string): number =>
  module.imports.reduce((count, each) => count + (each.kind === kind ? 1 : 0), 0);

/** The instructions that may name an index that moves, besides those that access memory. */
export const MAY_MOVE: ReadonlySet<number> = new Set([
  OP.call,
  OP.returnCall,
  OP.refFunc,
  OP.globalGet,
  OP.globalSet,
  OP.memorySize,
  OP.memoryGrow,
]);

/** New indices by old ones, and the indices of what the rewrite imports: each stands behind the imports of its kind. */
export class Indices {
  /** Function index of the flush import. */
  readonly flush: number;
  /** Global index of the position of the log. */
  readonly position: number;
  /** Memory index of the log. */
  readonly log: number;

  constructor(module: Module) {
    this.flush = module.importedFunctions;
    this.position = countImports(module, 'global');
    // Memory 0 is imported in the new module, whatever it was.
    const imported = countImports(module, 'memory');
    this.log = linearMemory(module)?.imported ? imported : imported + 1;
  }

  function(index: number): number {
    return index < this.flush ? index : index + 1;
  }

  /** Function index in the original module; null for the flush import. */
  originalFunction(index: number): number | null {
    if (index === this.flush) return null;
    return index < this.flush ? index : index - 1;
  }

  global(index: number): number {
    return index < this.position ? index : index + 1;
  }

  memory(index: number): number {
    return index < this.log ? index : index + 1;
  }

  /** Whether the instruction at the walker names an index that moves. */
  moves(walker: InstructionWalker): boolean {
    switch (walker.code) {
      case OP.call:
      case OP.returnCall:
      case OP.refFunc:
        return walker.first >= this.flush;
      case OP.globalGet:
      case OP.globalSet:
        return walker.first >= this.position;
      case OP.memorySize:
      case OP.memoryGrow:
      case OP.memoryFill:
        return walker.first >= this.log;
      case OP.memoryInit:
        return walker.second >= this.log;
      case OP.memoryCopy:
        return walker.first >= this.log || walker.second >= this.log;
      default:
        return walker.memory >= this.log && accessInstruction(walker.code) !== null;
    }
  }
}
