// The index spaces of a recorded module: what the rewrite imports moves everything that is defined.

import { slotOf } from '../code/instructionCodes.ts';
import { FIRST_KIND, hasMemoryArgument, KINDS, SECOND_KIND } from '../code/instructions.ts';
import type { InstructionWalker } from '../code/instructionWalker.ts';
import type { AccessInstruction } from '../code/memoryAccess.ts';
import type { NumberType } from '../code/numberTypes.ts';
import { countImports, linearMemory, type Module } from '../module.ts';
import { EXTERNAL_KIND, type ValueType } from '../types.ts';

/** What of a module's indices moves, and where to. */
export interface IndexMap {
  /** The new index of something of a kind; of a function, where it is called or starts the module. */
  moved(kind: number, index: number): number;
  /** The new index of a function where it is exported, or a reference is made of it. */
  reference(index: number): number;
  moves(walker: InstructionWalker): boolean;
}

export interface IndexOptions {
  /** Whether the module tells a log of its accesses. */
  readonly hasLog: boolean;
  /** The functions that get entries, see `entries.ts`; null where the module has none and imports nothing for them. */
  readonly entered: readonly number[] | null;
  /** Defined functions that get tellers, ascending, see `entries.ts`. */
  readonly told: readonly number[];
  /** Index of the global that holds the end of the shadow stack, a defined one; null where it is not watched. */
  readonly stackPointer: number | null;
  /** Whether accesses are checked, see `checkedAccess.ts`. */
  readonly isExact: boolean;
  /** Indices of the globals that become imports, ascending; null where instances share no state, see `sharedState.ts`. */
  readonly shared: readonly number[] | null;
}

/** New indices by old ones, and the indices of what the rewrite imports: each stands behind the imports of its kind. */
export class Indices implements IndexMap {
  /** Function index of the flush import. */
  readonly flush: number;
  /** Global index of the position of the log. */
  readonly position: number;
  /** Memory index of the log. */
  readonly log: number;
  /** Global indices of the frame, of the instance, and of where the stack of whose code runs stands, where the module has entries. */
  readonly frame: number;
  readonly instance: number;
  readonly outer: number;
  /** Index of the stack pointer in the original module, see {@link IndexOptions}; global indices of what is told of it. */
  readonly stackPointer: number | null;
  readonly stack: number;
  readonly lowest: number;
  /** Memory index of the marks, and function index of what is called for a part without one, in an exact module. */
  readonly marks: number;
  readonly come: number;
  /** Index of the function that starts the module, where instances share their state. */
  readonly start: number;
  /** The functions that get entries, see {@link IndexOptions}. */
  readonly entered: readonly number[] | null;
  /** The functions that get tellers, see {@link IndexOptions}. */
  readonly told: readonly number[];
  readonly isExact: boolean;
  readonly hasLog: boolean;
  /** Functions that the rewrite imports. */
  private readonly addedFunctions: number;
  /** By `EXTERNAL_KIND`: the first index that moves, and by how many. */
  private readonly firstMoved: Float64Array;
  private readonly by: Uint32Array;
  /** Index of its entry by that of a function that has one. */
  private readonly entries = new Map<number, number>();
  /** Index of its teller by that of a function that has one. */
  private readonly tellers = new Map<number, number>();
  /** Index of its import by that of a global that instances share. */
  private readonly shared = new Map<number, number>();

  constructor(
    private readonly module: Module,
    {
      hasLog = true,
      entered = null,
      told = [],
      stackPointer = null,
      isExact = false,
      shared = null,
    }: Partial<IndexOptions> = {},
  ) {
    this.hasLog = hasLog;
    this.entered = entered;
    this.told = told;
    this.isExact = isExact;
    this.flush = module.importedFunctions;
    this.come = this.flush + 1;
    this.addedFunctions = hasLog ? (isExact ? 2 : 1) : 0;
    const importedGlobals = countImports(module, 'global');
    shared?.forEach((index, i) => {
      this.shared.set(index, importedGlobals + i);
    });
    this.position = importedGlobals + this.shared.size;
    this.frame = this.position + 1;
    this.instance = this.position + 2;
    this.stackPointer = stackPointer;
    this.outer = this.position + 3;
    this.stack = this.position + (entered ? 4 : 1);
    this.lowest = this.stack + 1;
    entered?.forEach((index, i) => {
      this.entries.set(index, module.functions.length + this.addedFunctions + i);
    });
    const behindEntries = module.functions.length + this.addedFunctions + this.entries.size;
    told.forEach((index, i) => {
      this.tellers.set(index, behindEntries + i);
    });
    this.start = behindEntries + this.tellers.size;
    // Memory 0 is imported in the new module, whatever it was.
    const imported = countImports(module, 'memory');
    this.log = linearMemory(module)?.imported ? imported : imported + 1;
    this.marks = this.log + 1;
    this.firstMoved = new Float64Array(KINDS).fill(Number.POSITIVE_INFINITY);
    this.firstMoved[EXTERNAL_KIND.function] = this.flush;
    this.firstMoved[EXTERNAL_KIND.global] = importedGlobals;
    this.firstMoved[EXTERNAL_KIND.memory] = this.log;
    this.by = new Uint32Array(KINDS);
    this.by[EXTERNAL_KIND.function] = this.addedFunctions;
    this.by[EXTERNAL_KIND.global] =
      this.shared.size + (hasLog ? (entered ? 4 : 1) : 0) + (stackPointer === null ? 0 : 2);
    this.by[EXTERNAL_KIND.memory] = hasLog ? (isExact ? 2 : 1) : 0;
  }

  moved(kind: number, index: number): number {
    if (index < this.firstMoved[kind]) return index;
    const other =
      kind === EXTERNAL_KIND.global
        ? this.shared.get(index)
        : kind === EXTERNAL_KIND.function
          ? this.tellers.get(index)
          : undefined;
    return other ?? index + this.by[kind];
  }

  /** The new index of a function, not that of its teller. */
  code(index: number): number {
    return index < this.flush ? index : index + this.addedFunctions;
  }

  /** Index of the global that keeps what a shared one is set to at first. */
  initial(shared: number): number {
    return shared + this.by[EXTERNAL_KIND.global];
  }

  reference(index: number): number {
    return this.entries.get(index) ?? this.moved(EXTERNAL_KIND.function, index);
  }

  /** Function index in the original module, also of a function's entry and teller; null for what the rewrite imports. */
  originalFunction(index: number): number | null {
    if (index >= this.flush && index < this.flush + this.addedFunctions) return null;
    const before = index < this.flush ? index : index - this.addedFunctions;
    const added = before - this.module.functions.length;
    if (added < 0) return before;
    return this.entered?.[added] ?? this.told[added - this.entries.size] ?? null;
  }

  /** Type of the addresses of a memory, and of its size in pages. */
  addressType(memory: number): 'i32' | 'i64' {
    return this.module.memories[memory].is64 ? 'i64' : 'i32';
  }

  /** The type of a global of the original module. */
  globalType(index: number): ValueType {
    return this.module.globals[index].type;
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
