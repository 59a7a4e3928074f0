// Records calls of guest functions, whoever makes them: a scenario, or a program. Calls may enclose each other.
import { bufferOf } from '../platform/plainApi.ts';
import type { BegunCall, EndedCall, Trap, WatchedValue } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { ComparedMemory } from '../protocol/recording.ts';
import { depthOf, ownerOf } from '../wasm/record/entries.ts';
import type { EnteredStack } from '../wire/guestStacks.ts';
import type { RecordingOutlet, Stopped } from '../wire/recordingOutlet.ts';
import { toResults, toWasmValue } from './host/values.ts';
import { stopOf } from './traps.ts';

/** A call that is about to be made. */
export interface NewCall extends Pick<BegunCall, 'kind' | 'instance' | 'function'> {
  readonly args: readonly unknown[];
}

/** What a function did: it returned something, or threw something. */
export type Outcome = { readonly returned: unknown } | { readonly thrown: unknown };

function attempt(enter: () => unknown): Outcome {
  try {
    return { returned: enter() };
  } catch (thrown) {
    return { thrown };
  }
}

/** A call under way. Times are in nanoseconds. */
export interface OpenCall {
  readonly startNs: number;
  /** What it took to tell that it begins. */
  readonly tellingNs: number;
  /** From which it was entered. */
  readonly frame: number;
  readonly stacks: EnteredStack;
}

/** What something thrown says of itself in the terms of the user's file, and the stack that says so, as V8 writes it. */
export interface Described {
  readonly trap: Trap;
  readonly stack: string;
}

export interface CallRecorderParts {
  readonly outlet: RecordingOutlet;
  readonly memory: WebAssembly.Memory;
  /** What a call that threw says of itself. */
  readonly describe: (thrown: unknown) => Described;
  /** Nanoseconds of the clock that all threads share. */
  readonly now: () => bigint;
  /** Compares memory where a call has ended; null where that is not needed. */
  readonly look: () => ComparedMemory | null;
  /** The watched value as it is after a call. */
  readonly watched: (outcome: Outcome) => WatchedValue | null;
}

export class CallRecorder {
  private readonly startedAt: bigint;
  /** Calls under way. */
  private depth = 0;
  /** What it took to tell of them. */
  private tellingNs = 0;
  /** What was thrown out of calls, and was told. */
  private readonly stopped = new WeakSet<object>();

  constructor(private readonly parts: CallRecorderParts) {
    this.startedAt = parts.now();
  }

  /**
   * Nanoseconds since the run began, without those that guests waited for their recording, and that it took to tell of the calls
   * under way: so the time of a call lies in that of the call around it.
   */
  private nowNs(): number {
    const { now, outlet } = this.parts;
    return Number(now() - this.startedAt) - outlet.waitedNs - this.tellingNs;
  }

  /**
   * Makes a call and records it.
   * @param enter calls the function
   */
  record(call: NewCall, enter: () => unknown): { readonly ended: EndedCall; readonly outcome: Outcome } {
    const begun = this.begin(call);
    const outcome = attempt(enter);
    return { ended: this.end(begun, outcome), outcome };
  }

  /** A call is about to be made. It ends by {@link end}, before the one around it. */
  begin({ kind, instance, function: name, args }: NewCall): OpenCall {
    const { outlet } = this.parts;
    const startNs = this.nowNs();
    outlet.beginCall({ kind, instance, function: name, args: args.map(toWasmValue), startNs });
    if (this.depth++ === 0) outlet.guestEntered();
    const tellingNs = this.nowNs() - startNs;
    this.tellingNs += tellingNs;
    const frame = outlet.enterInstance(instance);
    return { startNs, tellingNs, frame, stacks: outlet.stacks.enter(instance, ownerOf(frame)) };
  }

  /** The innermost call has ended. */
  end({ startNs, tellingNs, frame, stacks }: OpenCall, outcome: Outcome): EndedCall {
    const { outlet } = this.parts;
    const stack = outlet.stacks.leave(stacks);
    outlet.leaveInstance(frame);
    const durationNs = this.nowNs() - startNs;
    this.tellingNs -= tellingNs;
    if (--this.depth === 0) outlet.guestLeft();
    return this.tellEnd(outcome, durationNs, stack);
  }

  private tellEnd(outcome: Outcome, durationNs: number, stack: CallStack | null): EndedCall {
    const { outlet, memory, describe, look, watched } = this.parts;
    const described = 'thrown' in outcome ? describe(outcome.thrown) : null;
    const trap = described?.trap ?? null;
    const memoryBytes = bufferOf(memory).byteLength;
    const ended: EndedCall = {
      end: trap ? 'trapped' : 'returned',
      results: 'thrown' in outcome ? [] : toResults(outcome.returned),
      trap,
      durationNs,
      memoryBytes,
      watched: watched(outcome),
    };
    const stop = 'thrown' in outcome && described ? this.stopOf(outcome.thrown, described, memoryBytes) : null;
    outlet.endCall(ended, look(), stop, stack);
    return ended;
  }

  /**
   * A call has trapped whose beginning the log told: it, and those that it made, end so.
   * @param isLast no other code ran since: what was thrown tells where the log ends
   */
  endTrapped(thrown: unknown, isLast: boolean): void {
    const { outlet, memory, describe } = this.parts;
    const memoryBytes = bufferOf(memory).byteLength;
    const trapped = { end: 'trapped', results: [], durationNs: null, watched: null, memoryBytes } as const;
    const described = describe(thrown);
    const stop = isLast ? this.stopOf(thrown, described, memoryBytes) : null;
    outlet.endCall({ ...trapped, trap: described.trap }, null, stop);
  }

  /** Code that was entered without a call has trapped. @param frame from which it was entered */
  endEntered(thrown: unknown, frame: number): void {
    const { outlet, memory, describe } = this.parts;
    const memoryBytes = bufferOf(memory).byteLength;
    const described = describe(thrown);
    outlet.endEntered(described.trap, depthOf(frame), memoryBytes, this.stopOf(thrown, described, memoryBytes));
    outlet.leaveInstance(frame);
  }

  /** Where code was stopped, for the innermost of the calls that something is thrown out of: those around it had saved their records. */
  private stopOf(thrown: unknown, { trap, stack }: Described, memoryBytes: number): Stopped {
    if (typeof thrown !== 'object' || thrown === null || this.stopped.has(thrown)) return null;
    this.stopped.add(thrown);
    return stopOf(thrown, trap, memoryBytes, stack);
  }

  /** Whether a call is under way. */
  get isInCall(): boolean {
    return this.depth > 0;
  }

  /** The calls under way end with the program, which ends itself in one of them. */
  stop(memoryBytes: number): void {
    const stopped = { end: 'stopped', results: [], trap: null, durationNs: 0, watched: null, memoryBytes } as const;
    for (; this.depth > 0; this.depth--) this.parts.outlet.endCall(stopped, null, null);
  }
}
