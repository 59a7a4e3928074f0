// Loops that are told as one: a record of what they start with, and for each iteration only what can't be computed.

import { OP } from '../../code/instructionCodes.ts';
import { TYPE } from '../../code/numberTypes.ts';
import type { Numbers } from '../recorder.ts';
import type { CapturePlanner, Plan } from './capturePlan.ts';
import { placeCaptures } from './capturePlan.ts';
import type { FunctionCode } from './functionCode.ts';
import type { Knowledge } from './knowledge.ts';
import { type Induction, inductionLocal, trapsOnlyByAccess } from './loopShape.ts';
import { type LoopLocal, nextPair, numberBytes, type TakeSegment } from './segments.ts';
import type { SegmentWriter } from './segmentWriter.ts';
import type { SymbolicExecution } from './symbolicExecution.ts';
import { type SymbolicValues, WIDTHS } from './symbolicValues.ts';

/** Locals that the record of a loop's entry holds at most. */
const MAX_LOCALS = 64;

/** How a loop was told: `bytes` of records stand behind the last look at the position. */
export type ToldLoop = { readonly kind: 'counted' | 'iterated'; readonly bytes: number };

export class LoopRecorder {
  constructor(
    private readonly code: FunctionCode,
    private readonly values: SymbolicValues,
    private readonly knowledge: Knowledge,
    private readonly execution: SymbolicExecution,
    private readonly planner: CapturePlanner,
    private readonly take: TakeSegment | null,
  ) {}

  /**
   * Writes a loop whose body is straight code. What is known afterwards is of the loop alone.
   * @param end index of the `br_if` that ends it
   * @param looks whether it needs to be seen to that there is room for the record, where that is not done in each iteration
   * @returns null where nothing is gained by telling it as one, and nothing was written
   */
  record(out: SegmentWriter, numbers: Numbers, loop: number, end: number, looks: boolean): ToldLoop | null {
    const { knowledge, planner } = this;
    knowledge.startAfresh();
    const accesses = this.execution.run(loop + 1, end);
    const { scope, changes } = knowledge;
    if (trapsOnlyByAccess(this.code, loop + 1, end)) {
      const whole = planner.plan(accesses, loop + 1, { loop: true, checks: true, accesses: true });
      if (whole.captures.length === 0 && whole.loopLocals.size <= MAX_LOCALS) {
        out.copy(loop);
        if (looks) out.flushWhenFull();
        return this.counted(out, numbers, loop, end, whole);
      }
      knowledge.goBack(scope, changes);
    }
    const each = planner.plan(accesses, loop + 1, { loop: true, checks: false, accesses: true });
    if (each.loopLocals.size === 0 || each.loopLocals.size > MAX_LOCALS) return null;
    return this.iterated(out, numbers, loop, end, each);
  }

  private counted(out: SegmentWriter, numbers: Numbers, loop: number, end: number, plan: Plan): ToldLoop {
    const induction = inductionLocal(this.code, this.values, this.knowledge, loop + 1, end);
    if (induction) plan.loopLocals.set(induction.local, induction.value);
    const number = nextPair(numbers);
    const locals = this.locals(plan, numberBytes(number));
    const countOffset = endOf(locals, numberBytes(number));
    const size = countOffset + WIDTHS[TYPE.i32];
    out.entry(number, locals);
    const { writer } = out;
    const inductionLocalOf = locals.find(({ local }) => local === induction?.local);
    const counter = induction ? induction.local : writer.local('i32', 'counter');
    if (induction && inductionLocalOf) {
      if (writer.indices.isExact) this.roundByInduction(out, loop, induction, inductionLocalOf.offset);
    } else {
      writer.i32(0).set(counter);
      out.round = () => writer.get(counter);
      out.copy(end).get(counter).i32(1).op(OP.i32Add).set(counter);
    }
    out.copy(end + 1);
    out.round = null;
    out.putLocal(counter, TYPE.i32, WIDTHS[TYPE.i32], countOffset);
    out.number(number + 1);
    out.advance(size);
    for (const ended of [false, true]) {
      this.take?.(number + (ended ? 1 : 0), {
        kind: 'counted',
        ended,
        from: loop + 1,
        to: end,
        size,
        accesses: plan.accesses,
        locals,
        induction: induction && inductionLocalOf ? { local: inductionLocalOf, step: induction.step } : null,
        countOffset,
      });
    }
    return { kind: 'counted', bytes: size };
  }

  /** For the checks of a round: by how much the local that tells the rounds has moved since the loop's entry. @param at of its value then, in the record */
  private roundByInduction(out: SegmentWriter, loop: number, { local, step }: Induction, at: number): void {
    const { writer } = out;
    const atStart = writer.local('i32', 'round');
    out
      .copy(loop + 1)
      .get(local)
      .set(atStart);
    out.round = () => {
      const entry = (): void => out.logged(at);
      if (step === 1) {
        writer.get(atStart);
        entry();
      } else {
        entry();
        writer.get(atStart);
      }
      writer.op(OP.i32Sub);
    };
  }

  private iterated(out: SegmentWriter, numbers: Numbers, loop: number, end: number, plan: Plan): ToldLoop {
    const { captures, accesses } = plan;
    const number = nextPair(numbers);
    const locals = this.locals(plan, numberBytes(number));
    const entrySize = endOf(locals, numberBytes(number));
    const size = placeCaptures(captures, numberBytes(number + 1));
    const enter = (): void => {
      out.entry(number, locals);
      out.advance(entrySize);
    };
    out.copy(loop);
    enter();
    out.copy(loop + 1);
    out.flushWhenFull(enter);
    out.segment(loop + 1, end, number + 1, captures, size);
    if (this.take) {
      const captured = new Set(captures.filter(({ type, width }) => width === WIDTHS[type]).map(({ value }) => value));
      const iteration = {
        kind: 'iteration',
        from: loop + 1,
        to: end,
        size,
        captures,
        accesses,
        captured,
        locals,
      } as const;
      this.take(number, { kind: 'entry', from: loop, to: loop, size: entrySize, locals });
      this.take(number + 1, iteration);
    }
    return { kind: 'iterated', bytes: entrySize + size };
  }

  private locals({ loopLocals }: Plan, start: number): LoopLocal[] {
    const locals: LoopLocal[] = [];
    let offset = start;
    for (const [local, value] of loopLocals) {
      const type = this.values.type[value];
      const next = this.knowledge.valueOf(local);
      locals.push({ local, type, value, next: next === value ? -1 : next, offset });
      offset += WIDTHS[type];
    }
    return locals;
  }
}

const endOf = (locals: readonly LoopLocal[], start: number): number =>
  locals.reduce((offset, { type }) => offset + WIDTHS[type], start);
