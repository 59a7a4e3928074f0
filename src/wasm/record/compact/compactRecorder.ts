// The compact log: the accesses of the simple log in fewer bytes and less time, see `segments.ts`. The position is kept in a
// local; the global has it wherever other code runs.
import { OP } from '../../code/instructionCodes.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import type { Module } from '../../module.ts';
import { fixedRecordBytes } from '../fixedRecord.ts';
import { type FunctionBody, localTypes } from '../functionBody.ts';
import { FunctionWriter } from '../functionWriter.ts';
import type { Indices } from '../indices.ts';
import type { RecordLevel } from '../logFormat.ts';
import type { FunctionRecorder, Numbers } from '../recorder.ts';
import { CapturePlanner, type Chain, copyOf, emptyChain, type Plan, placeCaptures } from './capturePlan.ts';
import { deadEnd, endsCode } from './deadCode.ts';
import { FUNCTION_BLOCK, FunctionCode, TRAIT } from './functionCode.ts';
import { inductionLocal, straightLoopEnd, trapsOnlyByAccess } from './loopShape.ts';
import { type LoopLocal, numberBytes, type Segment } from './segments.ts';
import { SegmentWriter } from './segmentWriter.ts';
import { type Knowledge, SymbolicExecution } from './symbolicExecution.ts';
import { SymbolicValues, TYPE, typeCode, WIDTHS } from './symbolicValues.ts';

/** Accesses of one segment at most, so that no record is longer than the room behind the limit of the log. */
const MAX_SEGMENT_ACCESSES = 256;
/** Bytes that code may write between two looks at the position. */
const CHECK_AFTER = 24_576;
/** Values that a chain of segments may hold: what it knows is copied for each segment. */
const MAX_CHAIN = 64;

/** Locals that the record of a loop's entry holds at most. */
const MAX_LOOP_LOCALS = 64;

/** Takes the segments of a function, by their numbers. */
export type TakeSegment = (number: number, segment: Segment) => void;

export class CompactRecorder implements FunctionRecorder {
  readonly code = new FunctionCode();
  readonly values = new SymbolicValues();
  private readonly planner = new CapturePlanner(this.values);
  private readonly globalTypes: readonly number[];
  // Of the function under way:
  private out: SegmentWriter;
  private execution: SymbolicExecution;
  private numbers: Numbers = { site: 0, segment: 0 };
  /** Bytes written on a straight way since the last look at the position. */
  private sinceCheck = 0;

  constructor(
    private readonly module: Module,
    private readonly indices: Indices,
    private readonly level: RecordLevel,
    private readonly take: TakeSegment | null = null,
  ) {
    this.globalTypes = module.globals.map(({ type }) => typeCode(type));
    this.out = new SegmentWriter(new FunctionWriter(indices), this.code);
    this.execution = new SymbolicExecution(this.code, this.values, [], this.globalTypes);
  }

  record(writer: FunctionWriter, body: FunctionBody, numbers: Numbers): void {
    const { code } = this;
    code.read(this.module.bytes, body, this.indices, this.level);
    numbers.site += code.sites;
    if (this.out.writer !== writer) this.out = new SegmentWriter(writer, code);
    this.out.begin();
    if (code.recordedBefore[code.count] > 0) {
      this.numbers = numbers;
      this.values.clear();
      const types = localTypes(this.module, body).map(typeCode);
      this.execution = new SymbolicExecution(code, this.values, types, this.globalTypes);
      this.out.open();
      this.check();
      this.walk();
    }
    this.out.copy(code.count);
  }

  private check(): void {
    this.out.flushWhenFull();
    this.sinceCheck = 0;
  }

  private walk(): void {
    const { code } = this;
    let chain: Chain | null = null;
    const chainsOfIfs = new Map<number, Chain | null>();
    let i = 0;
    while (i < code.count) {
      const op = code.code[i];
      if (code.traits[i] & TRAIT.straight) {
        const to = this.straightEnd(i);
        chain = this.straight(i, to, chain);
        i = to;
        continue;
      }
      const recorded = code.traits[i] & TRAIT.recorded;
      if (recorded) {
        this.fixed(i);
        chain = null;
      } else if (op === OP.if) {
        if (chain && code.hasElse[i]) chainsOfIfs.set(i, copyOf(chain));
      } else if (op === OP.else) {
        chain = chainsOfIfs.get(code.block[i]) ?? null;
      } else if (op === OP.loop) {
        const end = this.loop(i);
        chain = null;
        if (end !== -1) {
          i = end;
          continue;
        }
      } else {
        this.control(i, op);
        if (op !== OP.brIf) chain = null;
      }
      i = endsCode(op) ? deadEnd(code, i + 1) : i + 1;
    }
  }

  /** Index behind the straight code that starts at an index. */
  private straightEnd(from: number): number {
    const { code } = this;
    const most = code.recordedBefore[from] + MAX_SEGMENT_ACCESSES;
    let to = from + 1;
    while (to < code.count && code.recordedBefore[to] < most && code.traits[to] & TRAIT.straight) to++;
    return to;
  }

  /** Straight code, which is reached from its start only. @returns what the code behind it may use */
  private straight(from: number, to: number, before: Chain | null): Chain | null {
    const { code, out } = this;
    const count = code.recordedBefore[to] - code.recordedBefore[from];
    let chain = before;
    if (count === 0 && chain === null) return null;
    if (count > 0 && this.sinceCheck > CHECK_AFTER) {
      out.copy(from);
      this.check();
      chain = null; // a flush would part the records
    }
    chain ??= emptyChain();
    const goesOn = this.goesOn(to);
    const accesses = this.execution.run(from, goesOn ? to : this.behindLastAccess(from, to), chain);
    if (count > 0) {
      const { captures, accesses: planned } = this.planner.plan(accesses, this.isRecorded, chain, from, false, false);
      const number = this.nextNumber();
      const size = placeCaptures(captures, numberBytes(number));
      out.segment(from, to, number, captures, size);
      this.sinceCheck += size;
      if (this.take) {
        const captured = new Set(chain.captured); // the chain goes on
        this.take(number, { kind: 'straight', from, to, size, captures, accesses: planned, captured });
      }
    }
    if (!goesOn) return null;
    const known = chain.captured.size + chain.set.size + chain.initial.size;
    return known > MAX_CHAIN ? null : chain;
  }

  /** Whether the code at an index may use what was known before it. */
  private goesOn(i: number): boolean {
    const op = this.code.code[i];
    return op === OP.brIf || op === OP.if || (this.code.traits[i] & TRAIT.straight) !== 0;
  }

  private behindLastAccess(from: number, to: number): number {
    const { traits } = this.code;
    let behind = to;
    while (behind > from && !(traits[behind - 1] & TRAIT.recorded)) behind--;
    return behind;
  }

  private readonly isRecorded = (instruction: number): boolean =>
    (this.code.traits[instruction] & TRAIT.recorded) !== 0;

  private fixed(i: number): void {
    const access = accessInstruction(this.code.code[i]);
    if (!access) throw new RangeError('the instruction accesses no memory');
    if (this.sinceCheck > CHECK_AFTER) {
      this.out.copy(i);
      this.check();
    }
    const number = this.nextNumber();
    this.out.fixed(i, number);
    this.took(number, {
      kind: 'fixed',
      from: i,
      to: i + 1,
      size: numberBytes(number) + fixedRecordBytes(access),
      access,
    });
  }

  /** An instruction behind or before which other code may run. */
  private control(i: number, op: number): void {
    const { code, out } = this;
    switch (op) {
      case OP.call:
      case OP.callIndirect:
      case OP.callRef:
        out.copy(i);
        out.save();
        out.copy(i + 1);
        out.load();
        this.check();
        return;
      case OP.return:
      case OP.returnCall:
      case OP.returnCallIndirect:
      case OP.returnCallRef:
      case OP.throw:
      case OP.rethrow:
      case OP.throwRef:
        out.copy(i);
        out.save();
        return;
      case OP.catch:
      case OP.catchAll:
        out.copy(i + 1);
        out.load();
        return;
      case OP.end: {
        const opener = code.block[i];
        const joins = opener !== FUNCTION_BLOCK && code.caught[opener] === 1 && code.code[opener] !== OP.loop;
        if (opener === FUNCTION_BLOCK || joins) {
          out.copy(i);
          out.save();
        }
        if (joins) {
          out.copy(i + 1);
          out.load();
        }
        return;
      }
      default:
        if (code.traits[i] & TRAIT.leaves) {
          out.copy(i);
          out.save();
        }
    }
  }

  /** A loop's start. @returns the index behind the loop's `br_if` where all of it was written, else -1 */
  private loop(i: number): number {
    const { code, out } = this;
    const count = code.recordedBefore[code.end[i]] - code.recordedBefore[i];
    if (count === 0 && code.caught[i] === 0) return -1;
    const end = straightLoopEnd(code, i);
    if (end !== -1 && count <= MAX_SEGMENT_ACCESSES && this.straightLoop(i, end)) return end + 1;
    if (code.caught[i]) {
      out.copy(i);
      out.save();
    }
    out.copy(i + 1);
    if (code.caught[i]) out.load();
    if (count > 0) this.check();
    return -1;
  }

  /** A loop whose body is straight code. @returns false where nothing is gained by telling it as one */
  private straightLoop(loop: number, end: number): boolean {
    const { code } = this;
    const knowledge = emptyChain();
    const accesses = this.execution.run(loop + 1, end, knowledge);
    const plan = (checks: boolean): Plan => {
      knowledge.captured.clear();
      return this.planner.plan(accesses, this.isRecorded, knowledge, loop + 1, true, checks);
    };
    if (trapsOnlyByAccess(code, loop + 1, end)) {
      const whole = plan(true);
      if (whole.captures.length === 0 && whole.loopLocals.size <= MAX_LOOP_LOCALS) {
        this.countedLoop(loop, end, whole, knowledge);
        return true;
      }
    }
    const each = plan(false);
    if (each.loopLocals.size === 0 || each.loopLocals.size > MAX_LOOP_LOCALS) return false;
    this.iteratedLoop(loop, end, each, knowledge);
    return true;
  }

  private countedLoop(loop: number, end: number, plan: Plan, knowledge: Knowledge): void {
    const { out } = this;
    const induction = inductionLocal(this.values, knowledge);
    if (induction) plan.loopLocals.add(induction.local);
    const number = this.nextPair();
    const locals = this.loopLocals(plan.loopLocals, knowledge, numberBytes(number));
    const countOffset = endOf(locals, numberBytes(number));
    const size = countOffset + WIDTHS[TYPE.i32];
    const writer = out.copy(loop);
    out.entry(number, locals);
    const counter = induction ? induction.local : writer.local('i32', 'counter');
    if (!induction) {
      writer.i32(0).set(counter);
      out.copy(end).get(counter).i32(1).op(OP.i32Add).set(counter);
    }
    out.copy(end + 1);
    out.putLocal(counter, TYPE.i32, WIDTHS[TYPE.i32], countOffset);
    out.number(number + 1);
    out.advance(size);
    this.sinceCheck += size;
    const inductionLocalOf = locals.find(({ local }) => local === induction?.local);
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
  }

  private iteratedLoop(loop: number, end: number, plan: Plan, knowledge: Chain): void {
    const { out } = this;
    const number = this.nextPair();
    const locals = this.loopLocals(plan.loopLocals, knowledge, numberBytes(number));
    const entrySize = endOf(locals, numberBytes(number));
    const size = placeCaptures(plan.captures, numberBytes(number + 1));
    const enter = (): void => {
      out.entry(number, locals);
      out.advance(entrySize);
    };
    out.copy(loop);
    enter();
    out.copy(loop + 1);
    out.flushWhenFull(enter);
    out.segment(loop + 1, end, number + 1, plan.captures, size);
    this.sinceCheck = entrySize + size;
    this.take?.(number, { kind: 'entry', from: loop, to: loop, size: entrySize, locals });
    const { captures, accesses } = plan;
    const { captured } = knowledge;
    this.take?.(number + 1, { kind: 'iteration', from: loop + 1, to: end, size, captures, accesses, captured, locals });
  }

  private loopLocals(indices: ReadonlySet<number>, { set, initial }: Knowledge, start: number): LoopLocal[] {
    const locals: LoopLocal[] = [];
    let offset = start;
    for (const local of indices) {
      const value = initial.get(local);
      if (value === undefined) throw new RangeError('a local of the loop was never looked at');
      const type = this.values.type[value];
      locals.push({ local, type, value, next: set.get(local) ?? -1, offset });
      offset += WIDTHS[type];
    }
    return locals;
  }

  private nextNumber(): number {
    return ++this.numbers.segment;
  }

  /** Two numbers that are written in the same number of bytes. @returns the first */
  private nextPair(): number {
    if (numberBytes(this.numbers.segment + 1) !== numberBytes(this.numbers.segment + 2)) this.numbers.segment++;
    this.numbers.segment += 2;
    return this.numbers.segment - 1;
  }

  private took(number: number, segment: Segment): void {
    this.sinceCheck += segment.size;
    this.take?.(number, segment);
  }
}

const endOf = (locals: readonly LoopLocal[], start: number): number =>
  locals.reduce((offset, { type }) => offset + WIDTHS[type], start);
