// Which accesses of an exact function need no check: the part of their address has a mark, since an access before them, on every way, had
// the same local for its address, and neither was the local set since, nor could the host run.
//
//   (i32.store offset=4 (local.get $p) …)   checked: the part where $p points to and the next one are marked
//   (i32.load offset=8 (local.get $p))      not checked
//
// Behind a block that is known which was known before it, where neither happened in it on any way: all ways to its end lead through it.
import { OP } from '../../code/instructionCodes.ts';
import { FLOW, flowOf } from '../../code/instructions.ts';
import type { InstructionWalker } from '../../code/instructionWalker.ts';
import type { AccessInstruction } from '../../code/memoryAccess.ts';
import { arityOf, isNumeric } from '../../code/numericInstructions.ts';
import { isNear, storesTo } from '../checkedAccess.ts';

/** Stands for a value of which it is not known that a local holds it. */
const OTHER = -1;

interface OpenBlock {
  readonly isLoop: boolean;
  /** What was known where it begins. */
  readonly before: Map<number, boolean>;
  /** Locals that were set in it. */
  readonly lost: Set<number>;
  /** The host may have run in it. */
  isLost: boolean;
}

export class CheckedBases {
  /** For each value on the stack, the local that holds it, too; below its end all are other ones. */
  private readonly stack: number[] = [];
  /** By local: whether the mark says that guests may have stored there. */
  private stored = new Map<number, boolean>();
  /** The blocks that are open, the innermost one last. */
  private readonly blocks: OpenBlock[] = [];

  /** Starts with a function. */
  begin(): void {
    this.forget();
  }

  /** Goes over an instruction that accesses nothing that is checked. */
  pass(walker: InstructionWalker): void {
    const { stack } = this;
    const { code } = walker;
    if (code === OP.localGet) {
      stack.push(walker.first);
    } else if (code === OP.localSet || code === OP.localTee) {
      stack.pop();
      this.set(walker.first);
      if (code === OP.localTee) stack.push(walker.first);
    } else if (isNumeric(code)) {
      this.replace(arityOf(code));
    } else if (code === OP.i32Const || code === OP.i64Const || code === OP.f32Const || code === OP.f64Const) {
      stack.push(OTHER);
    } else if (code === OP.globalGet) {
      stack.push(OTHER);
    } else if (code === OP.globalSet || code === OP.drop) {
      stack.pop();
    } else if (code === OP.select) {
      this.replace(3);
    } else if (code !== OP.nop) {
      stack.length = 0;
      this.flow(code, flowOf(code));
    }
  }

  /** Ways through the code part and meet, or the host may run. */
  private flow(code: number, flow: number): void {
    const { blocks } = this;
    if (flow & FLOW.opens) {
      // Where a loop begins, or what catches exceptions, others come to from places that were not seen yet.
      if (code !== OP.block && code !== OP.if) this.stored.clear();
      blocks.push({ isLoop: code === OP.loop, before: new Map(this.stored), lost: new Set(), isLost: false });
    } else if (flow & FLOW.closes) {
      const block = blocks.pop();
      if (block) this.close(block);
    } else if (code === OP.else) {
      this.stored = new Map(blocks.at(-1)?.before);
    } else if (flow !== 0 && code !== OP.brIf) {
      if (flow & (FLOW.calls | FLOW.callsAny)) this.forgetAll();
      this.stored.clear(); // at least the code behind it is reached from elsewhere, or never
    }
  }

  /** Behind a block it is as before it, but for what was lost in it on whatever way; behind a loop, as at its end. */
  private close({ isLoop, before, lost, isLost }: OpenBlock): void {
    const outer = this.blocks.at(-1);
    if (outer) {
      outer.isLost ||= isLost;
      for (const local of lost) outer.lost.add(local);
    }
    if (isLoop) return;
    this.stored = isLost ? new Map() : before;
    for (const local of lost) this.stored.delete(local);
  }

  private forgetAll(): void {
    const block = this.blocks.at(-1);
    if (block) block.isLost = true;
  }

  /** Goes over an access of memory 0. @returns whether it needs a check */
  needsCheck(walker: InstructionWalker, access: AccessInstruction): boolean {
    const { form, operands } = access;
    if (form !== 'load' && form !== 'store') {
      this.stack.length = 0;
      return true;
    }
    for (let i = 1; i < operands.length; i++) this.stack.pop();
    const base = this.stack.pop() ?? OTHER;
    if (form === 'load') this.stack.push(OTHER);
    if (base === OTHER || !isNear(walker.first >>> 0, access.width)) return true;
    const known = this.stored.get(base);
    if (known === true || (known === false && !storesTo(access))) return false;
    this.stored.set(base, storesTo(access));
    return true;
  }

  private set(local: number): void {
    const { stack } = this;
    this.stored.delete(local);
    this.blocks.at(-1)?.lost.add(local);
    for (let i = 0; i < stack.length; i++) if (stack[i] === local) stack[i] = OTHER;
  }

  private replace(count: number): void {
    for (let i = 0; i < count; i++) this.stack.pop();
    this.stack.push(OTHER);
  }

  private forget(): void {
    this.stack.length = 0;
    this.stored.clear();
    this.blocks.length = 0;
  }
}
