// The calls of a recording, and which steps and accesses belong to which. Columns of numbers rather than objects, since a program
// makes millions of calls.

import { type CallEnd, isDifference, type Trap, type WasmValue, type WatchedValue } from '../../protocol/call.ts';
import type { CallStack } from '../../protocol/callStack.ts';
import type { Printed } from '../../protocol/engine.ts';
import { lastAtMost } from '../../protocol/lastAtMost.ts';
import { PrintedTexts } from '../../wire/printedTexts.ts';
import type { CallOutcome, CallSpan, KeptCall, NewCall, ToldCall } from './toldCalls.ts';

const ENDS: readonly CallEnd[] = ['returned', 'trapped', 'stopped'];
const UNDER_WAY = -1;
/** In a column of times, one that is not known. */
const UNTIMED = Number.NaN;
const time = (ns: number): number | null => (Number.isNaN(ns) ? null : ns);
const NONE: readonly never[] = [];

/** By the call's number. Of a call under way the ends are not known: −1 is its last step. */
export interface CallColumns {
  readonly threads: readonly number[];
  /** −1 where the host made it by itself. */
  readonly parents: readonly number[];
  readonly depths: readonly number[];
  readonly instances: readonly number[];
  /** Indices of `names`. */
  readonly functions: readonly number[];
  readonly names: readonly string[];
  /** NaN where it is not known. */
  readonly startsNs: readonly number[];
  readonly durationsNs: readonly number[];
  readonly stepsBefore: readonly number[];
  readonly lastSteps: readonly number[];
  /** Bytes that it changed. */
  readonly changed: readonly number[];
  readonly args: readonly (readonly WasmValue[])[];
  readonly results: readonly (readonly WasmValue[])[];
  readonly watched: readonly (WatchedValue | null)[];
}

/** The calls of a thread: from access `at[i]` on, `call[i]` is the innermost one; −1 where none is under way. */
interface ThreadCalls {
  readonly at: number[];
  readonly call: number[];
  readonly open: number[];
}

export class Calls {
  private readonly stepsBefore: number[] = [];
  private readonly lastSteps: number[] = [];
  private readonly firstAccesses: number[] = [];
  private readonly endAccesses: number[] = [];
  private readonly threads: number[] = [];
  private readonly parents: number[] = [];
  private readonly depths: number[] = [];
  private readonly instances: number[] = [];
  private readonly functions: number[] = [];
  private readonly startsNs: number[] = [];
  private readonly durationsNs: number[] = [];
  private readonly ends: number[] = [];
  private readonly changed: number[] = [];
  private readonly args: (readonly WasmValue[])[] = [];
  private readonly results: (readonly WasmValue[])[] = [];
  private readonly watched: (WatchedValue | null)[] = [];
  // Few calls have these.
  private readonly traps = new Map<number, Trap>();
  private readonly prints = new Map<number, PrintedTexts>();
  private readonly stacks = new Map<number, CallStack>();
  private readonly instantiations = new Set<number>();
  private readonly names: string[] = [];
  private readonly numberOfName = new Map<string, number>();
  private readonly byThread = new Map<number, ThreadCalls>();
  private differing = 0;
  private latest = 0;
  private readonly writing = new Set<number>();
  private firstKeptCall = 1;

  /** Of the calls that run now, when they began, as `performance.now()` has it. */
  private readonly running = new Map<number, number>();

  /** How many calls run now. */
  get runningCount(): number {
    return this.running.size;
  }

  /** For how long a call has been under way, in milliseconds; null for one that does not run any more. */
  runningFor(call: number): number | null {
    const since = this.running.get(call);
    return since === undefined ? null : performance.now() - since;
  }

  /** Nothing runs any more: what is under way never ends. */
  stopWaiting(): void {
    this.running.clear();
  }

  /** Number of the calls that have begun, call 0 counted. */
  get count(): number {
    return this.stepsBefore.length;
  }

  /** Calls that have ended and whose printed value is not the one in memory. */
  get differences(): number {
    return this.differing;
  }

  /** Calls that have ended, call 0 not counted. */
  get endedCount(): number {
    let open = 0;
    for (const thread of this.byThread.values()) open += thread.open.length;
    return Math.max(0, this.count - 1 - open);
  }

  /** The call that ended last; 0 where none has. */
  get lastEnded(): number {
    return this.latest;
  }

  /** The first call that ended at the first step that is kept or later, or has not ended. @param step not less than before */
  firstKept(step: number): number {
    const isDropped = (call: number): boolean => this.ends[call] !== UNDER_WAY && this.lastSteps[call] < step;
    while (this.firstKeptCall < this.count && isDropped(this.firstKeptCall)) this.firstKeptCall++;
    return this.firstKeptCall;
  }

  /** How many calls had ended before a step was made, and at the step. */
  endedAt(step: number): { readonly endedBefore: number; readonly ended: number } {
    let endedBefore = 0;
    let ended = 0;
    for (let call = 1; call < this.count; call++) {
      if (this.ends[call] === UNDER_WAY || this.lastSteps[call] > step) continue;
      ended++;
      if (this.lastSteps[call] < step) endedBefore++;
    }
    return { endedBefore, ended };
  }

  /** Instances in whose calls memory was written, ascending. */
  get writers(): number[] {
    return [...this.writing].sort((a, b) => a - b);
  }

  get threadCount(): number {
    return this.byThread.size;
  }

  /** How many calls of a thread are under way, each in the one before. */
  underWay(thread: number): number {
    return this.byThread.get(thread)?.open.length ?? 0;
  }

  /** The call under way that encloses no other; null where the thread makes none. */
  innermost(thread: number): number | null {
    return this.byThread.get(thread)?.open.at(-1) ?? null;
  }

  /** The call under way that the host made by itself; null where the thread makes none. */
  outermost(thread: number): number | null {
    return this.byThread.get(thread)?.open[0] ?? null;
  }

  /** @returns number of the call */
  begin(told: NewCall, step: number, access: number): number {
    const of = this.ofThread(told.thread);
    const call = this.count;
    this.stepsBefore.push(step);
    this.lastSteps.push(UNDER_WAY);
    this.firstAccesses.push(access);
    this.endAccesses.push(UNDER_WAY);
    this.threads.push(told.thread);
    this.parents.push(of.open.at(-1) ?? -1);
    this.depths.push(of.open.length);
    this.instances.push(told.instance);
    this.functions.push(this.nameNumber(told.function));
    this.startsNs.push(told.startNs ?? UNTIMED);
    this.durationsNs.push(0);
    this.ends.push(UNDER_WAY);
    this.changed.push(0);
    this.args.push(told.args.length === 0 ? NONE : told.args);
    this.results.push(NONE);
    this.watched.push(null);
    if (told.kind === 'instantiation') this.instantiations.add(call);
    of.open.push(call);
    if (call > 0) this.running.set(call, performance.now());
    this.goOn(of, access);
    return call;
  }

  /** Where the stack pointer was in the innermost call of a thread. */
  keepStack(thread: number, stack: CallStack): void {
    const call = this.innermost(thread);
    if (call !== null) this.stacks.set(call, stack);
  }

  /** Calls in which the stack pointer was elsewhere than where it is at first, or came deeper than before; not in order. */
  get toldStacks(): ReadonlyMap<number, CallStack> {
    return this.stacks;
  }

  /** Call 0. */
  beginMaking(): void {
    this.begin({ kind: 'instantiation', thread: 0, instance: 0, function: '', args: [], startNs: 0 }, 0, 0);
  }

  endMaking(): void {
    this.end(0, { end: 'returned', results: [], trap: null, durationNs: 0, watched: null }, 0, 0, 0);
  }

  print(thread: number, printed: Printed): void {
    const call = this.innermost(thread);
    if (call === null) return; // while the instances were made
    const texts = this.prints.get(call) ?? new PrintedTexts();
    this.prints.set(call, texts);
    texts.add(printed);
  }

  /**
   * Ends the innermost call of a thread.
   * @param step, access where the recording is
   * @returns number of the call
   * @throws RangeError where the thread makes none
   */
  end(thread: number, told: CallOutcome, step: number, access: number, bytesChanged: number): number {
    const of = this.ofThread(thread);
    const call = of.open.pop();
    if (call === undefined) throw new RangeError(`thread ${thread} makes no call`);
    this.running.delete(call);
    this.lastSteps[call] = step;
    if (step > this.stepsBefore[call]) this.writing.add(this.instances[call]);
    this.endAccesses[call] = access;
    this.durationsNs[call] = told.durationNs ?? UNTIMED;
    this.ends[call] = ENDS.indexOf(told.end);
    this.changed[call] = bytesChanged;
    if (told.results.length > 0) this.results[call] = told.results;
    this.watched[call] = told.watched;
    if (told.trap) this.traps.set(call, told.trap);
    if (isDifference(told.watched)) this.differing++;
    // Restored calls of several threads do not come in the order of their ends.
    if (access >= this.endAccesses[this.latest]) this.latest = call;
    this.goOn(of, access);
    return call;
  }

  /** A call as a file has it. */
  kept(call: number, step: number, access: number): KeptCall {
    const { stepBefore, lastStep, firstAccess, endAccess, ended } = this.span(call, step, access);
    const stack = this.stacks.get(call);
    return { ...this.told(call), stepBefore, lastStep, firstAccess, endAccess, ended, ...(stack && { stack }) };
  }

  /** @throws RangeError for a call that was not made */
  told(call: number): ToldCall {
    this.check(call);
    const parent = this.parents[call];
    return {
      index: call,
      kind: this.instantiations.has(call) ? 'instantiation' : 'call',
      thread: this.threads[call],
      parent: parent < 0 ? null : parent,
      depth: this.depths[call],
      instance: this.instances[call],
      function: this.names[this.functions[call]],
      args: this.args[call],
      results: this.results[call],
      end: ENDS[this.ends[call]] ?? 'stopped',
      printed: this.prints.get(call)?.texts ?? NONE,
      watched: this.watched[call],
      bytesChanged: this.changed[call],
      startNs: time(this.startsNs[call]),
      durationNs: time(this.durationsNs[call]),
      trap: this.traps.get(call) ?? null,
    };
  }

  /** What many calls are chosen and summed up by, without an object for each. */
  get columns(): CallColumns {
    const { threads, parents, depths, instances, functions, names, startsNs, durationsNs, stepsBefore, changed } = this;
    const { lastSteps, args, results, watched } = this;
    const columns = { threads, parents, depths, instances, functions, names, startsNs, durationsNs, stepsBefore };
    return { ...columns, lastSteps, changed, args, results, watched };
  }

  hasEnded(call: number): boolean {
    return this.ends[call] !== UNDER_WAY;
  }

  hasTrapped(call: number): boolean {
    return this.ends[call] === ENDS.indexOf('trapped');
  }

  /**
   * @param step, access where the recording is now, which is how far a call under way got
   * @throws RangeError for a call that was not made
   */
  span(call: number, step: number, access: number): CallSpan {
    this.check(call);
    const ended = this.ends[call] !== UNDER_WAY;
    return {
      call,
      stepBefore: this.stepsBefore[call],
      lastStep: ended ? this.lastSteps[call] : step,
      firstAccess: this.firstAccesses[call],
      endAccess: ended ? this.endAccesses[call] : access,
      ended,
    };
  }

  /** Memory before a call is memory at this step. */
  stepBefore(call: number): number {
    return this.stepsBefore[call];
  }

  functionOf(call: number): string {
    this.check(call);
    return this.names[this.functions[call]];
  }

  instanceOf(call: number): number {
    return this.instances[call];
  }

  /** The call did not do what it should: it trapped, was stopped, or made a difference. */
  isInTrouble(call: number): boolean {
    return this.ends[call] !== ENDS.indexOf('returned') || isDifference(this.watched[call]);
  }

  threadOf(call: number): number {
    this.check(call);
    return this.threads[call];
  }

  /** The innermost call of a thread that an access of it belongs to; null for one between two calls. */
  ofAccess(access: number, thread: number): number | null {
    const of = this.byThread.get(thread);
    const at = of ? lastAtMost(of.at, access) : -1;
    const call = at < 0 ? -1 : (of?.call[at] ?? -1);
    return call < 0 ? null : call;
  }

  /** The last call that began before an access; 0 where none had. */
  lastBegun(access: number): number {
    return lastAtMost(this.firstAccesses, access);
  }

  private check(call: number): void {
    if (!(Number.isInteger(call) && call >= 0 && call < this.count))
      throw new RangeError(`there is no call ${call}: the recording has ${this.count} calls, counted from 0`);
  }

  private ofThread(thread: number): ThreadCalls {
    let of = this.byThread.get(thread);
    if (!of) {
      of = { at: [], call: [], open: [] };
      this.byThread.set(thread, of);
    }
    return of;
  }

  /** The innermost call is another one from an access on. */
  private goOn({ at, call, open }: ThreadCalls, access: number): void {
    const innermost = open.at(-1) ?? -1;
    // A call without accesses leaves no trace.
    while (at.length > 0 && at[at.length - 1] === access) {
      at.pop();
      call.pop();
    }
    if (call.at(-1) === innermost) return;
    at.push(access);
    call.push(innermost);
  }

  private nameNumber(name: string): number {
    const known = this.numberOfName.get(name);
    if (known !== undefined) return known;
    this.numberOfName.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
