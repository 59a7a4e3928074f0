// The compact log: the accesses of the simple log in fewer bytes and less time, see `segments.ts`. The position is kept in a
// local; the global has it wherever other code runs.
import type { RecordLevel } from '../../../protocol/run.ts';
import { OP } from '../../code/instructionCodes.ts';
import { FLOW, flowOf } from '../../code/instructions.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import type { Module } from '../../module.ts';
import { fixedRecordBytes } from '../fixedRecord.ts';
import { type FunctionBody, localTypes } from '../functionBody.ts';
import { FunctionWriter } from '../functionWriter.ts';
import type { Indices } from '../indices.ts';
import type { FunctionRecorder, Numbers, RecordNumbers } from '../recorder.ts';
import { CallEffects, UNKNOWN_EFFECT, WRITES_NOTHING } from './callEffects.ts';
import { CapturePlanner, placeCaptures } from './capturePlan.ts';
import { deadEnd } from './deadCode.ts';
import { FUNCTION_BLOCK, FunctionCode } from './functionCode.ts';
import { TRAIT } from './instructionTraits.ts';
import { JoinPoints } from './joinPoints.ts';
import { Knowledge } from './knowledge.ts';
import { LogPosition, ROOM } from './logPosition.ts';
import { LoopRecorder } from './loopRecorder.ts';
import { straightLoopEnd } from './loopShape.ts';
import { encodedNumber, nextNumber, numberBytes, type TakeSegment } from './segments.ts';
import { SegmentWriter } from './segmentWriter.ts';
import { SymbolicExecution } from './symbolicExecution.ts';
import { SymbolicValues, typeCode } from './symbolicValues.ts';

/** Accesses of one segment at most, so that no record is longer than the room behind the limit of the log. */
const MAX_SEGMENT_ACCESSES = 256;

export class CompactRecorder implements FunctionRecorder {
  readonly code = new FunctionCode();
  readonly values = new SymbolicValues();
  private readonly knowledge = new Knowledge(this.code, this.values);
  private readonly joins = new JoinPoints(this.code, this.knowledge);
  private readonly planner: CapturePlanner;
  private readonly execution: SymbolicExecution;
  private readonly loops: LoopRecorder;
  private readonly out: SegmentWriter;
  private readonly position: LogPosition;
  // Of the function under way:
  private counted: Numbers = { site: 0, segment: 0 };
  /** Its index, and what calling it does, see `callEffects.ts`. */
  private index = 0;
  private effect = 0;
  /** Number of instructions that open a block which were passed over. */
  private opened = 0;

  constructor(
    private readonly module: Module,
    private readonly indices: Indices,
    /** What was found when the module was written, where its functions are planned once more. */
    private readonly callEffects = CallEffects.unknown(module.functions.length, indices.told),
    private readonly take: TakeSegment | null = null,
  ) {
    const { code, values, knowledge } = this;
    const addressTypes = module.memories.map((_, memory) => typeCode(indices.addressType(memory)));
    this.planner = new CapturePlanner(code, values, knowledge, addressTypes[0]);
    const globalTypes = module.globals.map(({ type }) => typeCode(type));
    this.out = new SegmentWriter(new FunctionWriter(indices), code);
    this.position = new LogPosition(this.out, knowledge);
    this.execution = new SymbolicExecution(code, values, knowledge, globalTypes, addressTypes);
    this.loops = new LoopRecorder(code, values, knowledge, this.execution, this.planner, take);
  }

  readonly numbers: RecordNumbers = { bytes: numberBytes, encoded: encodedNumber };

  get hasTryTable(): boolean {
    return this.code.hasTryTable;
  }

  get effects(): Int32Array {
    return this.callEffects.effects;
  }

  record(writer: FunctionWriter, body: FunctionBody, numbers: Numbers, level: RecordLevel): void {
    const { code } = this;
    code.read(this.module.bytes, body, this.indices, level);
    this.out.begin(writer, numbers.site);
    numbers.site += code.sites;
    if (code.recordedBefore[code.count] === 0) {
      this.callEffects.setByCallees(body.index, code);
    } else {
      this.counted = numbers;
      this.index = body.index;
      this.effect = 0;
      this.values.clear();
      const types = localTypes(this.module, body).map(typeCode);
      this.knowledge.begin(types.length);
      this.execution.begin(types);
      this.joins.begin();
      this.opened = 0;
      this.out.open();
      this.position.begin();
      this.walk();
      this.callEffects.set(this.index, this.effect);
    }
    this.out.copy(code.count);
  }

  private walk(): void {
    const { code } = this;
    let i = 0;
    while (i < code.count) {
      let next = i + 1;
      if (code.traits[i] & TRAIT.straight) {
        next = code.straightEnd(i, MAX_SEGMENT_ACCESSES);
        this.straight(i, next);
      } else if (code.traits[i] & TRAIT.recorded) {
        this.fixed(i);
      } else if (code.code[i] === OP.loop) {
        next = this.loop(i);
      } else {
        this.control(i, code.code[i]);
      }
      for (; code.openers[this.opened] < next; this.opened++) {
        this.joins.open(code.openers[this.opened], next, this.position.state);
      }
      if (flowOf(code.code[i]) & FLOW.ends) {
        this.position.state.reached = false;
        next = deadEnd(code, next);
      }
      i = next;
    }
  }

  /** Straight code, which is reached from its start only. */
  private straight(from: number, to: number): void {
    const { code, out, knowledge } = this;
    const count = code.recordedBefore[to] - code.recordedBefore[from];
    if (count === 0) {
      knowledge.forgetSets(from, to);
      return;
    }
    this.position.look(from);
    const end = this.forgetsAll(to) ? code.behindLastAccess(from, to) : to;
    const accesses = this.execution.run(from, end);
    const options = { loop: false, checks: false, accesses: this.take !== null };
    const { captures, accesses: planned } = this.planner.plan(accesses, from, options);
    const number = nextNumber(this.counted);
    const size = placeCaptures(captures, numberBytes(number));
    out.segment(from, to, number, captures, size);
    this.position.wrote(size);
    if (this.take) {
      const captured = this.planner.captured(planned);
      this.take(number, { kind: 'straight', from, to, size, captures, accesses: planned, captured });
    }
  }

  /** Whether what is known before an instruction is of no use behind it. */
  private forgetsAll(i: number): boolean {
    const op = this.code.code[i];
    const flow = flowOf(op);
    if (op === OP.call) return this.effectOfCall(i) !== WRITES_NOTHING;
    return (flow & FLOW.callsAny) !== 0 || ((flow & FLOW.ends) !== 0 && !(flow & (FLOW.branches | FLOW.switches)));
  }

  private fixed(i: number): void {
    const access = accessInstruction(this.code.code[i]);
    if (!access) throw new RangeError('the instruction accesses no memory');
    this.position.look(i);
    const number = nextNumber(this.counted);
    this.out.fixed(i, number);
    const size = numberBytes(number) + fixedRecordBytes(access);
    this.position.wrote(size);
    this.take?.(number, { kind: 'fixed', from: i, to: i + 1, size, access });
  }

  /** An instruction that other code may run behind or before, or ways through the code part or meet at. */
  private control(i: number, op: number): void {
    const { code, joins, position } = this;
    const flow = flowOf(op);
    if (flow & FLOW.returns) {
      position.save(i);
      this.leaveFunction(
        flow & FLOW.calls ? this.effectOfCall(i) : flow & FLOW.callsAny ? UNKNOWN_EFFECT : WRITES_NOTHING,
      );
    } else if (flow & FLOW.calls) {
      this.call(i);
    } else if (flow & FLOW.callsAny) {
      position.save(i);
      position.load(i + 1);
    } else if (flow & FLOW.throws) {
      position.save(i);
    } else if (flow & FLOW.divides) {
      joins.leave(code.block[i], position.state);
      if (op === OP.else) joins.startElse(code.block[i], position.state);
      else position.load(i + 1);
    } else if (flow & FLOW.closes) {
      this.end(i, code.block[i]);
    } else if (flow & (FLOW.branches | FLOW.switches)) {
      if (code.traits[i] & TRAIT.leaves) position.save(i);
      if (flow & FLOW.switches) this.leaveByTable(code.block[i]);
      else this.leave(code.block[i]);
    }
  }

  private call(i: number): void {
    const { position } = this;
    const { state } = position;
    const effect = this.effectOfCall(i);
    position.save(i); // in any case: it may throw
    if (effect === WRITES_NOTHING) return;
    const { room, unlooked } = state;
    position.load(i + 1);
    if (effect === UNKNOWN_EFFECT) return;
    state.room = room;
    state.unlooked = Math.max(unlooked, effect);
  }

  private effectOfCall(i: number): number {
    return this.callEffects.of(this.code.first[i], this.index);
  }

  /** @param effect of a function called instead */
  private leaveFunction(effect: number): void {
    const { reached, room, unlooked } = this.position.state;
    if (reached) this.effect = Math.max(this.effect, effect, room === ROOM.unknown ? UNKNOWN_EFFECT : unlooked);
  }

  private leave(opener: number): void {
    if (opener === FUNCTION_BLOCK) this.leaveFunction(WRITES_NOTHING);
    else this.joins.leave(opener, this.position.state);
  }

  private leaveByTable(start: number): void {
    const { tableTargets } = this.code;
    const end = start + 1 + tableTargets[start];
    for (let k = start + 1; k < end; k++) this.leave(tableTargets[k]);
  }

  private end(i: number, opener: number): void {
    const { code, position } = this;
    if (opener === FUNCTION_BLOCK) {
      position.save(i);
      this.leaveFunction(WRITES_NOTHING);
    } else if (code.code[opener] !== OP.loop) {
      if (code.caught[opener]) {
        // What is thrown comes here from other code.
        position.save(i);
        position.load(i + 1);
      } else {
        this.joins.leave(opener, position.state);
        this.joins.join(opener, i, position.state);
      }
    }
  }

  /** A loop's start. @returns the index to go on at */
  private loop(i: number): number {
    const { code, knowledge, position } = this;
    const count = code.recordedBefore[code.end[i]] - code.recordedBefore[i];
    const end = straightLoopEnd(code, i);
    if (end !== -1 && count === 0) {
      knowledge.forgetSets(i, end);
      return i + 1;
    }
    if (end !== -1 && count <= MAX_SEGMENT_ACCESSES && this.straightLoop(i, end)) return end + 1;
    if (code.caught[i]) {
      position.save(i);
      position.load(i + 1);
    } else {
      position.state.room = ROOM.unknown;
      knowledge.startAfresh();
    }
    position.state.moved ||= count > 0;
    return i + 1;
  }

  /** A loop whose body is straight code. @returns false where nothing was written, since it is not told as one */
  private straightLoop(i: number, end: number): boolean {
    const { knowledge, position } = this;
    const { scope, changes } = knowledge;
    const looks = position.needsLook;
    const told = this.loops.record(this.out, this.counted, i, end, looks);
    knowledge.goBack(scope, changes);
    if (!told) return false;
    if (told.kind === 'counted') knowledge.forgetSets(i, end);
    if (looks || told.kind === 'iterated') {
      position.looked();
      knowledge.startAfresh();
    }
    position.wrote(told.bytes);
    return true;
  }
}
