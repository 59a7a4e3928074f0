// Which accesses of an exact function need no check: the part of their address has a mark, since an access before them, on every way, had
// the same local for its address, and neither was the local set since, nor could the host run.
//
//   (i32.store offset=4 (local.get $p) …)   checked: the part where $p points to and the next one are marked
//   (i32.load offset=8 (local.get $p))      not checked
//
// Where ways meet, what is known on each of them stays known. A loop keeps what is known before it of locals that nothing in it sets, where
// the host can't run in it. It does not run in a call of a function before this one in the file that calls no other code.
import { OP } from '../../code/instructionCodes.ts';
import { FLOW, flowOf } from '../../code/instructions.ts';
import { InstructionWalker } from '../../code/instructionWalker.ts';
import type { AccessInstruction } from '../../code/memoryAccess.ts';
import { arityOf, isNumeric } from '../../code/numericInstructions.ts';
import { isNear, storesTo } from '../checkedAccess.ts';

/** Stands for a value of which it is not known that a local holds it. */
const OTHER = -1;

/** By local: whether the mark says that guests may have stored there. Null where no way leads to. */
type Known = Map<number, boolean> | null;

interface OpenBlock {
  readonly code: number;
  /** What is known where an `if` begins. */
  readonly before: Known;
  /** What is known on all ways to its end that were seen. */
  end: Known;
  hasElse: boolean;
}

export class CheckedBases {
  /** For each value on the stack, the local that holds it, too; below its end all are other ones. */
  private readonly stack: number[] = [];
  private known: Known = null;
  /** The blocks that are open, the innermost one last. */
  private readonly blocks: OpenBlock[] = [];
  /** Functions, by their index, in whose calls the host does not run: each calls none but others of them. */
  private readonly alone = new Set<number>();
  /** The host may run in a call of the function under way. */
  private letsHost = false;

  /** Starts with a function. */
  begin(): void {
    this.stack.length = 0;
    this.blocks.length = 0;
    this.known = new Map();
    this.letsHost = false;
  }

  /** The function with an index ends. */
  end(index: number): void {
    if (!this.letsHost) this.alone.add(index);
  }

  /** Goes over an instruction that accesses nothing that is checked. */
  pass(walker: InstructionWalker): void {
    const { stack } = this;
    const { code } = walker;
    if (code === OP.localGet) {
      stack.push(walker.first);
    } else if (code === OP.localSet || code === OP.localTee) {
      this.set(walker.first, stack.pop() ?? OTHER);
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
      this.flow(walker, flowOf(code));
    }
  }

  /** Ways through the code part and meet, or the host may run. */
  private flow(walker: InstructionWalker, flow: number): void {
    const { blocks } = this;
    const { code } = walker;
    if (flow & FLOW.opens) {
      // Code that throws may be anywhere in the block.
      if (code === OP.tryTable) for (const label of walker.labels) this.reaches(label, new Map());
      if (code === OP.loop && this.known && this.known.size > 0) this.forgetLoop(walker, this.known);
      blocks.push({ code, before: code === OP.if ? copy(this.known) : null, end: null, hasElse: false });
    } else if (flow & FLOW.divides) {
      const block = blocks.at(-1);
      if (!block) return;
      block.end = meet(block.end, this.known);
      block.hasElse = true;
      this.known = code === OP.else ? copy(block.before) : new Map();
    } else if (flow & FLOW.closes) {
      const block = blocks.pop();
      if (!block) return;
      this.known = meet(block.end, this.known);
      if (block.code === OP.if && !block.hasElse) this.known = meet(block.before, this.known);
    } else {
      if (flow & FLOW.branches) this.reaches(walker.first, this.known);
      else if (flow & FLOW.switches) for (const label of walker.labels) this.reaches(label, this.known);
      else if (this.mayRunHost(walker)) this.hostRuns();
      if (flow & FLOW.ends) this.known = null;
    }
  }

  private mayRunHost({ code, first }: InstructionWalker): boolean {
    const flow = flowOf(code);
    return (flow & FLOW.callsAny) !== 0 || ((flow & FLOW.calls) !== 0 && !this.alone.has(first));
  }

  /** A way leads to the end of the block with a label. */
  private reaches(label: number, known: Known): void {
    const block = this.blocks.at(-1 - label);
    if (block && block.code !== OP.loop) block.end = meet(block.end, known);
  }

  private hostRuns(): void {
    this.letsHost = true;
    this.known?.clear();
  }

  /** Of what is known before the loop at a walker, forgets what is not known in each of its rounds. */
  private forgetLoop({ bytes, offset, limit }: InstructionWalker, known: Map<number, boolean>): void {
    const ahead = new InstructionWalker(bytes, offset, limit);
    for (let depth = 1; depth > 0 && known.size > 0 && ahead.next(); ) {
      const flow = flowOf(ahead.code);
      if (flow & FLOW.opens) depth++;
      else if (flow & FLOW.closes) depth--;
      else if (ahead.code === OP.localSet || ahead.code === OP.localTee) known.delete(ahead.first);
      else if (this.mayRunHost(ahead)) known.clear();
    }
  }

  /** Goes over an access of memory 0. @returns whether it needs a check */
  needsCheck(walker: InstructionWalker, access: AccessInstruction): boolean {
    const { form, operands } = access;
    const { known } = this;
    if (form !== 'load' && form !== 'store') {
      this.stack.length = 0;
      return true;
    }
    for (let i = 1; i < operands.length; i++) this.stack.pop();
    const base = this.stack.pop() ?? OTHER;
    if (form === 'load') this.stack.push(OTHER);
    if (known === null || base === OTHER || !isNear(walker.first >>> 0, access.width)) return true;
    const isStored = known.get(base);
    if (isStored === true || (isStored === false && !storesTo(access))) return false;
    known.set(base, storesTo(access));
    return true;
  }

  /** A local gets a value, which another one may hold. */
  private set(local: number, value: number): void {
    const { stack, known } = this;
    const isStored = known?.get(value);
    if (isStored === undefined) known?.delete(local);
    else known?.set(local, isStored);
    for (let i = 0; i < stack.length; i++) if (stack[i] === local) stack[i] = OTHER;
  }

  private replace(count: number): void {
    for (let i = 0; i < count; i++) this.stack.pop();
    this.stack.push(OTHER);
  }
}

const copy = (known: Known): Known => known && new Map(known);

/** What is known on both of two ways. The first one is used up. */
function meet(into: Known, from: Known): Known {
  if (into === null || from === null) return into ?? copy(from);
  for (const [local, isStored] of into) {
    const other = from.get(local);
    if (other === undefined) into.delete(local);
    else if (isStored && !other) into.set(local, false);
  }
  return into;
}
