// The calls that a program makes of recorded functions: each is told, and made once, whatever becomes of its recording.
import { NO_FRAME } from '../../wasm/record/entries.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import { attempt, type NewCall, type Outcome, resultOf } from '../callRecorder.ts';
import { type Fiber, OUTSIDE } from './fibers.ts';
import type { GuestFunction } from './functionWrappers.ts';
import { needStackRoom } from './stackRoom.ts';
import type { ToldMemory } from './toldMemory.ts';

/** So many host functions under way are no sign of a recursion. */
const SHALLOW = 8;

export class RecordedCalls {
  constructor(private readonly told: ToldMemory) {}

  /** @param entered index of the function in its module; absent while an instance is made */
  record(call: NewCall, enter: () => unknown, entered = NO_FUNCTION): unknown {
    const { told } = this;
    const made = told.isLost ? attempt(enter) : this.attemptRecorded(call, enter, entered);
    if ('thrown' in made) told.stacks.restore(made.thrown);
    return resultOf(made);
  }

  /** Enters a function of an unknown instance, of which its entry tells. @param args what the program gives it */
  enterUnknown(args: readonly unknown[], enter: () => unknown): unknown {
    const { told } = this;
    told.here();
    told.border(args);
    const { frame } = told.outlet.place;
    const outcome = attempt(() => this.left(enter));
    // An exception leaves each function that it goes through; a trap leaves the frame as it was in the innermost one.
    const hasTrapped = 'thrown' in outcome && told.outlet.place.frame !== frame;
    if (hasTrapped && !told.isLost) told.recorder.endEntered(outcome.thrown, frame);
    if ('thrown' in outcome) told.stacks.restore(outcome.thrown);
    return resultOf(outcome);
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
      promise = promising(...given);
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

  /** Guests and host that call each other without an end run out of stack. */
  checkStack(): void {
    if (this.told.under.length > SHALLOW) needStackRoom();
  }

  private attemptRecorded(call: NewCall, enter: () => unknown, entered: number): Outcome {
    this.checkStack();
    const { told } = this;
    const { stacks, outlet, recorder } = told;
    let outcome: Outcome | null = null;
    const enterOnce = (): unknown => {
      stacks.enterGuest();
      outcome = attempt(enter);
      stacks.leaveGuest();
      told.hostRuns();
      return resultOf(outcome);
    };
    try {
      told.here();
      if (told.takes(call.function)) {
        told.border(call.args);
        if (recorder.isInCall) outlet.imports.entered(call.instance, entered, call.args);
        recorder.record(call, enterOnce);
      } else {
        const frame = outlet.enterInstance(call.instance);
        attempt(enterOnce);
        outlet.leaveInstance(frame);
      }
    } catch (error) {
      told.lose(error);
    }
    return outcome ?? attempt(() => this.left(enter));
  }

  /** Enters guests; when they are left, the host runs. */
  private left<T>(enter: () => T): T {
    try {
      return enter();
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
