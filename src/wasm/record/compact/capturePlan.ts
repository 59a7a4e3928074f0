// Decides what a record holds: for each address and value either the bytes themselves, or the fewer bytes from which a reader
// computes them.

import { accessInstruction } from '../../code/memoryAccess.ts';
import { TYPE } from '../../code/numberTypes.ts';
import type { FunctionCode } from './functionCode.ts';
import { TRAIT } from './instructionTraits.ts';
import type { Knowledge } from './knowledge.ts';
import type { Capture, PlannedAccess } from './segments.ts';
import type { SymbolicAccesses } from './symbolicExecution.ts';
import { accessType, KIND, NO_TYPE, type SymbolicValues, WIDTHS } from './symbolicValues.ts';

/** An expression with more values than this is not worth computing. */
const MAX_EXPRESSION = 48;

export interface Plan {
  readonly captures: Capture[];
  /** What the record tells; empty where only the captures are wanted. */
  readonly accesses: PlannedAccess[];
  /**
   * Locals whose values at the loop's entry the expressions need, with the values that stand for them in an iteration; empty
   * for other segments.
   */
  readonly loopLocals: Map<number, number>;
}

/** Of segments that are no loops; nobody adds to it. */
const NO_LOCALS = new Map<number, number>();

/** What is planned: straight code, or an iteration of a loop, where what locals hold is carried from one to the next. */
export interface PlanOptions {
  readonly loop: boolean;
  /** Whether the addresses of accesses that are not recorded are wanted, too. */
  readonly checks: boolean;
  /** Whether the accesses are wanted, beside what is captured. */
  readonly accesses: boolean;
}

export class CapturePlanner {
  private captures: Capture[] = [];
  private loopLocals: Map<number, number> = NO_LOCALS;
  private from = 0;
  private loop = false;
  // Of the expression looked at:
  private readonly leaves = new Int32Array(MAX_EXPRESSION);
  private leafCount = 0;
  private leafBytes = 0;
  /** Values that stand for locals of the loop. */
  private readonly neededLocals = new Int32Array(MAX_EXPRESSION);
  private neededCount = 0;
  private traversal = 0;
  private visited = 0;

  /** @param knowledge of what is known at a segment's end, and what the segments before it wrote; takes what this one writes */
  constructor(
    private readonly code: FunctionCode,
    private readonly values: SymbolicValues,
    private readonly knowledge: Knowledge,
    /** Type code of the addresses of memory 0. */
    private readonly addressType: number,
  ) {}

  /**
   * Plans a segment.
   * @param from index of its first instruction
   */
  plan(accesses: SymbolicAccesses, from: number, options: PlanOptions): Plan {
    this.captures = [];
    this.loopLocals = options.loop ? new Map() : NO_LOCALS;
    this.from = from;
    this.loop = options.loop;
    const planned: PlannedAccess[] = [];
    const { code, traits } = this.code;
    const { addressType } = this;
    for (let k = 0; k < accesses.count; k++) {
      const instruction = accesses.instruction[k];
      const recorded = (traits[instruction] & TRAIT.recorded) !== 0;
      if (!recorded && !options.checks) continue;
      const access = accessInstruction(code[instruction]);
      if (!access) throw new RangeError('the instruction accesses no memory');
      const address = this.want(accesses.address[k], WIDTHS[addressType], addressType, instruction, 'address-operand');
      const stored = recorded ? accesses.value[k] : -1;
      const value =
        stored === -1 ? -1 : this.want(stored, access.width, accessType(access), instruction, 'value-operand');
      if (options.accesses) planned.push({ instruction, access, address, value, recorded });
    }
    return { captures: this.captures, accesses: planned, loopLocals: this.loopLocals };
  }

  /** The values that are written whole, of those that accesses need and that would be computed otherwise. */
  captured(accesses: readonly PlannedAccess[]): Set<number> {
    const { values } = this;
    const found = new Set<number>();
    const traversal = values.startTraversal();
    const visit = (value: number): void => {
      if (value === -1 || values.kind[value] !== KIND.pure || values.seen[value] === traversal) return;
      values.seen[value] = traversal;
      if (this.knowledge.isCaptured(value)) {
        found.add(value);
        return;
      }
      visit(values.a[value]);
      visit(values.b[value]);
      visit(values.c[value]);
    };
    for (const { address, value } of accesses) {
      visit(address);
      visit(value);
    }
    return found;
  }

  /**
   * Sees to it that a reader can have the low `width` bytes of a value.
   * @returns the value that the reader is to take
   */
  private want(value: number, width: number, type: number, instruction: number, operand: Capture['source']): number {
    const { values } = this;
    const kind = values.kind[value];
    if (kind === KIND.constant || this.knowledge.isCaptured(value)) return value;
    const isLeaf = kind === KIND.local || kind === KIND.opaque;
    if (isLeaf && !this.loop && !this.isStale(value) && width >= WIDTHS[values.type[value]]) {
      this.captureLeaf(value);
      return value;
    }
    if (kind !== KIND.unknown && this.isComputable(value) && this.leafBytes <= width) {
      for (let k = 0; k < this.leafCount; k++) this.captureLeaf(this.leaves[k]);
      for (let k = 0; k < this.neededCount; k++) {
        const local = this.neededLocals[k];
        this.loopLocals.set(values.a[local], local);
      }
      return value;
    }
    const whole = width === WIDTHS[type] && values.kind[value] !== KIND.unknown;
    if (whole && values.kind[value] !== KIND.pure && !this.isStale(value)) {
      this.captureLeaf(value);
      return value;
    }
    // Taken where it is used: a part of a value, or a value that can't be had before.
    const taken = whole ? value : values.opaque(type, instruction, -1);
    this.add({ value: taken, type, width, offset: 0, source: operand, instruction, local: -1 });
    return taken;
  }

  /** Whether a reader can compute a value; {@link leaves} and {@link neededLocals} are then what must be written for it. */
  private isComputable(value: number): boolean {
    this.leafCount = 0;
    this.leafBytes = 0;
    this.neededCount = 0;
    this.traversal = this.values.startTraversal();
    this.visited = 0;
    return this.visit(value);
  }

  private visit(value: number): boolean {
    const { values } = this;
    if (values.seen[value] === this.traversal || this.knowledge.isCaptured(value)) return true;
    values.seen[value] = this.traversal;
    if (++this.visited > MAX_EXPRESSION) return false;
    switch (values.kind[value]) {
      case KIND.constant:
        return true;
      case KIND.unknown:
        return false;
      case KIND.pure:
        return (
          this.visit(values.a[value]) &&
          (values.b[value] === -1 || this.visit(values.b[value])) &&
          (values.c[value] === -1 || this.visit(values.c[value]))
        );
    }
    if (values.type[value] === TYPE.v128 || values.type[value] === NO_TYPE || this.isStale(value)) return false;
    if (!this.loop || values.kind[value] === KIND.opaque) {
      this.leaves[this.leafCount++] = value;
      this.leafBytes += WIDTHS[values.type[value]];
      return true;
    }
    // In a loop a local is known from the entry on where its next value can be computed too.
    const local = values.a[value];
    this.neededLocals[this.neededCount++] = value;
    return this.loopLocals.has(local) || this.visit(this.knowledge.valueOf(local));
  }

  /** Whether a value of the chain before can't be had any more. */
  private isStale(value: number): boolean {
    const { values, from } = this;
    if (values.kind[value] === KIND.local) return values.c[value] !== -1 && values.c[value] < from;
    return values.kind[value] === KIND.opaque && values.a[value] < from;
  }

  private captureLeaf(value: number): void {
    if (this.knowledge.isCaptured(value)) return;
    const { values } = this;
    const isLocal = values.kind[value] === KIND.local;
    const local = isLocal ? values.a[value] : values.b[value];
    const type = values.type[value];
    this.add({
      value,
      type,
      width: WIDTHS[type],
      offset: 0,
      source: isLocal ? 'local' : local === -1 ? 'result' : 'local-after',
      instruction: isLocal ? -1 : values.a[value],
      local,
    });
  }

  private add(capture: Capture): void {
    this.captures.push(capture);
    if (capture.width === WIDTHS[capture.type]) this.knowledge.capture(capture.value);
  }
}

/** Gives the captures their places in a record. @returns the size of the record */
export function placeCaptures(captures: readonly Capture[], start: number): number {
  let offset = start;
  for (const capture of captures) {
    capture.offset = offset;
    offset += capture.width;
  }
  return offset;
}
