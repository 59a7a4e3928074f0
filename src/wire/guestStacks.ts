// Where the shadow stacks of instances stand when they are called, and how far down they came: see `stack` and `lowest` in `ADDED_IMPORTS`.
import { Global } from '../platform/plainApi.ts';
import type { CallStack } from '../protocol/callStack.ts';
import { ADDED_IMPORTS } from '../wasm/record/logFormat.ts';
import type { RewrittenModule } from '../wasm/record/recordAccesses.ts';

interface GuestStack {
  readonly initial: number;
  /** Where it stands: what the code of the instance set last, or the stack pointer itself, where that is exported. */
  pointer: WebAssembly.Global;
  readonly exported: string | null;
  readonly lowest: WebAssembly.Global;
  /** How far down it came in the calls that have ended. */
  deepest: number;
}

/** A call under way, as {@link GuestStacks.leave} needs it. */
export interface EnteredStack {
  readonly stack: GuestStack | null;
  readonly before: number;
  readonly outer: CallStack['outer'];
  readonly outerBefore: number;
  readonly lowestBefore: number;
}

const read = (global: WebAssembly.Global): number => Number(global.value) >>> 0;

export class GuestStacks {
  private readonly stacks: (GuestStack | null)[] = [];
  /** Of modules whose instances share their state: they have one stack. */
  private readonly shared = new Map<object, Pick<GuestStack, 'pointer' | 'lowest'>>();
  private readonly outer = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);

  addImports(
    imports: WebAssembly.Imports,
    rewritten: Pick<RewrittenModule, 'addedImports' | 'stackPointer' | 'shared'>,
    instance: number,
  ): void {
    const { addedImports, stackPointer } = rewritten;
    imports[addedImports] = { ...imports[addedImports], [ADDED_IMPORTS.outer]: this.outer };
    if (stackPointer === null) {
      this.stacks[instance] = null;
      return;
    }
    const { initial, exported } = stackPointer;
    const global = (): WebAssembly.Global => new WebAssembly.Global({ value: 'i32', mutable: true }, initial | 0);
    const globals = this.shared.get(rewritten) ?? { pointer: global(), lowest: global() };
    if (rewritten.shared) this.shared.set(rewritten, globals);
    const stack = { initial, exported, ...globals, deepest: initial };
    this.stacks[instance] = stack;
    imports[addedImports] = {
      ...imports[addedImports],
      [ADDED_IMPORTS.stack]: stack.pointer,
      [ADDED_IMPORTS.lowest]: stack.lowest,
    };
  }

  /** An instance was made. */
  made(instance: number, exports: WebAssembly.Exports): void {
    const stack = this.stacks[instance];
    const pointer = stack?.exported != null ? exports[stack.exported] : null;
    if (stack && pointer instanceof Global) stack.pointer = pointer;
  }

  /** Nothing is known of the code that runs next. */
  forget(): void {
    this.outer.value = 0;
  }

  /** An instance is called. @param caller the instance in whose call that is; null where it is in none */
  enter(instance: number, caller: number | null): EnteredStack {
    const stack = this.stacks[instance] ?? null;
    const callers = caller === null || caller === instance ? null : this.stacks[caller];
    const outerBefore = Number(this.outer.value);
    const before = stack ? read(stack.pointer) : 0;
    const lowestBefore = stack ? read(stack.lowest) : 0;
    if (stack) stack.lowest.value = before | 0;
    this.outer.value = before | 0;
    const outer = callers && caller !== null ? { instance: caller, pointer: read(callers.pointer) } : null;
    return { stack, before, outer, outerBefore, lowestBefore };
  }

  /** It has ended. @returns null where all is as ever: the stack pointer was where it is at first, is there again, and came no deeper than before */
  leave({ stack, before, outer, outerBefore, lowestBefore }: EnteredStack): CallStack | null {
    this.outer.value = outerBefore;
    if (!stack) return null;
    const [after, lowest] = [read(stack.pointer), read(stack.lowest)];
    // Who encloses this call has come as far down.
    stack.lowest.value = Math.min(lowestBefore, lowest) | 0;
    const isDeeper = lowest < stack.deepest;
    // One that is called back begins farther down, and ends before the call around it, which is the one to be told.
    if (isDeeper && before === stack.initial) stack.deepest = lowest;
    const isUsual = before === stack.initial && after === before && outer === null && !isDeeper;
    return isUsual ? null : { before, after, lowest, outer };
  }
}
