// Decides what a record holds: for each address and value either the bytes themselves, or the fewer bytes from which a reader
// computes them.

import type { Capture, PlannedAccess } from './segments.ts';
import type { Knowledge, SymbolicAccess } from './symbolicExecution.ts';
import { KIND, NO_TYPE, type SymbolicValues, TYPE, TYPES, WIDTHS } from './symbolicValues.ts';

/** An expression with more values than this is not worth computing. */
const MAX_EXPRESSION = 48;

/**
 * What a chain of segments has written already. A segment that is reached only by falling through from the one before it
 * may use that one's slots, since its record stands directly before.
 */
export interface Chain extends Knowledge {
  /** Values that are written whole. */
  readonly captured: Set<number>;
}

export const emptyChain = (): Chain => ({ set: new Map(), initial: new Map(), captured: new Set() });

export const copyOf = ({ set, initial, captured }: Chain): Chain => ({
  set: new Map(set),
  initial: new Map(initial),
  captured: new Set(captured),
});

export interface Plan {
  readonly captures: Capture[];
  readonly accesses: PlannedAccess[];
  /** Locals whose values at the loop's entry the expressions need; empty for other segments. */
  readonly loopLocals: Set<number>;
}

export class CapturePlanner {
  private captures: Capture[] = [];
  private captured = new Set<number>();
  private loopLocals = new Set<number>();
  private knowledge: Knowledge = { set: new Map(), initial: new Map() };
  private from = 0;
  private loop = false;
  // Of the expression looked at:
  private leaves: number[] = [];
  private neededLocals: number[] = [];
  private traversal = 0;
  private visited = 0;

  constructor(private readonly values: SymbolicValues) {}

  /**
   * Plans a segment.
   * @param chain what is known at the segment's end, and what the segments directly before it wrote; takes what this one writes
   * @param loop whether the segment is the body of a loop, so that what locals hold is carried from iteration to iteration
   * @param checks whether the addresses of accesses that are not recorded are wanted, too
   */
  plan(
    accesses: readonly SymbolicAccess[],
    isRecorded: (instruction: number) => boolean,
    chain: Chain,
    from: number,
    loop: boolean,
    checks: boolean,
  ): Plan {
    this.captures = [];
    this.captured = chain.captured;
    this.loopLocals = new Set();
    this.knowledge = chain;
    this.from = from;
    this.loop = loop;
    const planned: PlannedAccess[] = [];
    for (const each of accesses) {
      const { instruction, access } = each;
      const recorded = isRecorded(instruction);
      if (!recorded && !checks) continue;
      const address = this.want(each.address, WIDTHS[TYPE.i32], TYPE.i32, instruction, 'address-operand');
      const value =
        each.value === -1 || !recorded
          ? -1
          : this.want(
              each.value,
              access.type === 'v128' ? WIDTHS[TYPE.v128] : access.width,
              TYPES.indexOf(access.type),
              instruction,
              'value-operand',
            );
      planned.push({ instruction, access, address, value, recorded });
    }
    return { captures: this.captures, accesses: planned, loopLocals: this.loopLocals };
  }

  /**
   * Sees to it that a reader can have the low `width` bytes of a value.
   * @returns the value that the reader is to take
   */
  private want(value: number, width: number, type: number, instruction: number, operand: Capture['source']): number {
    const { values } = this;
    if (values.kind[value] === KIND.constant) return value;
    if (this.isComputable(value) && this.leafBytes() <= width) {
      for (const leaf of this.leaves) this.captureLeaf(leaf);
      for (const local of this.neededLocals) this.loopLocals.add(local);
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

  private leafBytes(): number {
    return this.leaves.reduce((bytes, leaf) => bytes + WIDTHS[this.values.type[leaf]], 0);
  }

  /** Whether a reader can compute a value; {@link leaves} and {@link neededLocals} are then what must be written for it. */
  private isComputable(value: number): boolean {
    this.leaves = [];
    this.neededLocals = [];
    this.traversal = this.values.startTraversal();
    this.visited = 0;
    return this.visit(value);
  }

  private visit(value: number): boolean {
    const { values } = this;
    if (values.seen[value] === this.traversal || this.captured.has(value)) return true;
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
      this.leaves.push(value);
      return true;
    }
    // In a loop a local is known from the entry on where its next value can be computed too.
    const local = values.a[value];
    this.neededLocals.push(local);
    if (this.loopLocals.has(local)) return true;
    const next = this.knowledge.set.get(local);
    return next === undefined || this.visit(next);
  }

  /** Whether a value of the chain before can't be had any more. */
  private isStale(value: number): boolean {
    const { values, from } = this;
    if (values.kind[value] === KIND.local) return values.c[value] !== -1 && values.c[value] < from;
    return values.kind[value] === KIND.opaque && values.a[value] < from;
  }

  private captureLeaf(value: number): void {
    if (this.captured.has(value)) return;
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
    if (capture.width === WIDTHS[capture.type]) this.captured.add(capture.value);
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
