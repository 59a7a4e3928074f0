// The calls that a program makes of recorded functions: each is told, and made once, whatever becomes of its recording.
import { NO_FRAME } from '../../wasm/record/entries.ts';
import type { ValueType } from '../../wasm/types.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import type { NewCall, Outcome } from '../callRecorder.ts';
import { convertedAll, isConvertedByCode } from '../host/values.ts';
import { type Fiber, OUTSIDE } from './fibers.ts';
import type { GuestFunction } from './functionWrappers.ts';
import { needStackRoom } from './stackRoom.ts';
import type { ToldMemory } from './toldMemory.ts';

/** So many host functions under way are no sign of a recursion. */
const SHALLOW = 8;

/** Takes how a call ended that was begun. */
type End = (outcome: Outcome) => void;

export class RecordedCalls {
  constructor(private readonly told: ToldMemory) {}

  /**
   * A call is about to be made, once, whatever becomes of its recording.
   * @param entered index of the function in its module; absent while an instance is made
   * @returns what is told how it ended
   * @throws RangeError where there is not stack enough to record it
   */
  begin(call: NewCall, entered = NO_FUNCTION): End {
    const { told } = this;
    if (!told.isLost) this.checkStack();
    const tellEnd = this.attemptBegin(call, entered);
    told.stacks.enterGuest();
    return outcome => {
      told.stacks.leaveGuest();
      told.hostRuns();
      try {
        tellEnd?.(outcome);
      } catch (error) {
        told.lose(error);
      }
      if ('thrown' in outcome) told.stacks.restore(outcome.thrown);
    };
  }

  /** A function of an unknown instance is entered, of which its entry tells. @param args what the program gives it */
  beginUnknown(args: readonly unknown[]): End {
    const { told } = this;
    told.here();
    told.border(args);
    const { frame } = told.outlet.place;
    told.stacks.enterGuest();
    return outcome => {
      told.stacks.leaveGuest();
      told.hostRuns();
      if (!('thrown' in outcome)) return;
      // An exception leaves each function that it goes through; a trap leaves the frame as it was in the innermost one.
      const hasTrapped = told.outlet.place.frame !== frame;
      if (hasTrapped && !told.isLost) told.recorder.endEntered(outcome.thrown, frame);
      told.stacks.restore(outcome.thrown);
    };
  }

  /**
   * A call of what `WebAssembly.promising` made, of which the function's entry tells.
   * @param given what the program gives it, without wrappers
   */
  promising(promising: GuestFunction, name: string, args: readonly unknown[], given: readonly unknown[]): unknown {
    const { told } = this;
    const here = told.here();
    const isTaken = !told.isLost && told.takes(name);
    told.border(args);
    const fiber = isTaken ? told.fibers.begin() : null;
    if (!fiber) return this.left(() => promising(...given));
    let promise: unknown;
    try {
      promise = told.stacks.within(() => promising(...given));
    } finally {
      told.hostRuns();
      const isOver = fiber.waits === 0 && told.outlet.place.frame === NO_FRAME;
      // Of a trap, what was thrown tells where it is, and that comes later: if no other code runs until then, what the log has last is its.
      if (here !== OUTSIDE || !told.fibers.hasTrapped()) told.fibers.goTo(here);
      if (isOver) told.fibers.end(fiber);
    }
    if (!(promise instanceof Promise) || !told.fibers.has(fiber)) return promise;
    return promise.then(
      value => {
        told.fibers.end(fiber);
        return value;
      },
      thrown => {
        this.endTrapped(fiber, thrown);
        throw thrown;
      },
    );
  }

  /** Arguments as V8 gets them, of which the program's own code makes some: before the call. Others V8 converts, or refuses. */
  converted(args: readonly unknown[], types: readonly ValueType[]): readonly unknown[] {
    return args.some(isConvertedByCode) ? this.told.stacks.within(() => convertedAll(args, types)) : args;
  }

  /** Guests and host that call each other without an end run out of stack. */
  checkStack(): void {
    if (this.told.under.length > SHALLOW) needStackRoom();
  }

  /** Null where nothing is told of the call, by a fault of the recorder. */
  private attemptBegin(call: NewCall, entered: number): End | null {
    const { told } = this;
    if (told.isLost) return null;
    try {
      told.here();
      return told.takes(call.function) ? this.beginTaken(call, entered) : this.beginLeftOut(call.instance);
    } catch (error) {
      told.lose(error);
      return null;
    }
  }

  private beginTaken(call: NewCall, entered: number): End {
    const { told } = this;
    const { outlet, recorder } = told;
    told.border(call.args);
    if (recorder.isInCall) outlet.imports.entered(call.instance, entered, call.args);
    const begun = recorder.begin(call);
    if (call.kind === 'call' && told.under.length === 0) told.callBegun(call.instance, call.function);
    return outcome => recorder.end(begun, outcome);
  }

  /** Only a part of the program is recorded, and this call is none of it. */
  private beginLeftOut(instance: number): End {
    const { outlet } = this.told;
    const frame = outlet.enterInstance(instance);
    return () => outlet.leaveInstance(frame);
  }

  /** Enters guests; when they are left, the host runs. */
  private left<T>(enter: () => T): T {
    try {
      return this.told.stacks.within(enter);
    } finally {
      this.told.hostRuns();
    }
  }

  private endTrapped(fiber: Fiber, thrown: unknown): void {
    const { fibers, recorder, outlet, stacks } = this.told;
    const isLast = outlet.place.thread === fiber.thread;
    // Where no other code ran since, what it did last is in the log, and what was thrown tells where it ends.
    if (!isLast) fibers.goTo({ thread: fiber.thread, frame: NO_FRAME });
    recorder.endTrapped(thrown, isLast);
    if (isLast) outlet.leaveInstance(NO_FRAME);
    fibers.goTo(OUTSIDE);
    fibers.end(fiber);
    stacks.restore(thrown);
  }
}
