// The log of a thread: its accesses, each in the call that made it, and the calls that only the log tells of.

import { askedBytes } from '../protocol/askedBytes.ts';
import { addressOf, type Trap, type WasmValue } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { AllocatorOperands } from '../protocol/claims.ts';
import { OWNER_CODE, ownerCode } from '../protocol/owner.ts';
import { MAX_MEMORY_BYTES } from '../protocol/units.ts';
import type { EnteredFunction, LeftStack, LogVisitor, StoppedAccess } from '../wasm/record/accessVisitor.ts';
import type { Site } from '../wasm/record/sites.ts';
import { actorOf } from './history/accessors.ts';
import type { CallOutcome } from './history/toldCalls.ts';
import { LogAppender } from './logAppender.ts';
import type { RecordingStore } from './recordingStore.ts';
import type { DecodedModule } from './siteTable.ts';

/** Guests have no clock: how long a call took that one made of another is not known. */
const UNTIMED = { durationNs: null, watched: null } as const;

/** Bytes of an address in memory. */
const ADDRESS_BYTES = 4;

/** What an allocator was asked for, in bytes. */
function sizeOf(operands: AllocatorOperands, args: readonly WasmValue[]): number {
  const bytes = askedBytes(operands, args) ?? 0;
  return bytes <= MAX_MEMORY_BYTES ? bytes : 0;
}

const EXCEPTION: Trap = { message: 'an exception was thrown through the function', stack: [] };

/** Stacks of calls of one instance by another one that are told, at most. */
const MOST_STACKS = 1000;

/** A call under way that the log told of. */
interface EnteredCall {
  readonly call: number;
  readonly instance: number;
  /** Where the instance's stack pointer stood; 0 where it is not followed. */
  readonly before: number;
  readonly outer: CallStack['outer'];
}

export class ThreadLog extends LogAppender implements LogVisitor {
  /** Calls under way that the log told of, the innermost one last. */
  private readonly entered: EnteredCall[] = [];
  /** By instance: where its stack pointer stood at first, and how far down it came. */
  private readonly stacks = new Map<number, { readonly usual: number; deepest: number }>();
  /** By the instances that called another one: how many such stacks were told. */
  private readonly told = new Map<string, number>();
  /** Allocator calls under way: where each writes the address of its block, null where that is its result; and the call it is a part of. */
  private readonly allocating: { readonly out: number | null; readonly call: number }[] = [];
  /** The access at which the guest trapped, until it is taken. */
  private stoppedAt: StoppedAccess | null = null;
  private foundOwner: number = OWNER_CODE.host;

  /** @param moduleOf the module of an instance; null for an instance that there is not */
  constructor(
    recording: RecordingStore,
    private readonly thread: number,
    private readonly moduleOf: (instance: number) => DecodedModule | null,
  ) {
    super(recording, 0, null);
  }

  /**
   * What follows are accesses of the innermost call.
   * @param foundOwner owner of what guests came upon meanwhile
   * @param missed is called where one writes and there is no call
   * @returns who takes them
   */
  goOn(foundOwner: number, missed: () => void): LogVisitor {
    this.foundOwner = foundOwner;
    return this.actInCall() ? this : new OutsideOfCalls(this, missed);
  }

  get isInCall(): boolean {
    return this.recording.calls.innermost(this.thread) !== null;
  }

  enter({ instance, function: index, outer: pointer, pointer: before, args }: EnteredFunction): void {
    const module = this.moduleOf(instance);
    if (!module) throw new RangeError(`the log has a call of an unknown instance ${instance}`);
    const { thread } = this;
    const { calls } = this.recording;
    const caller = calls.innermost(thread);
    const outer = caller === null ? null : calls.instanceOf(caller);
    const name = module.nameOf(index);
    const call = this.recording.beginCall({ kind: 'call', thread, instance, function: name, args, startNs: null });
    const isKnown = outer !== null && outer !== instance && pointer > 0;
    this.entered.push({ call, instance, before, outer: isKnown ? { instance: outer, pointer } : null });
    this.actInCall();
  }

  leave(results: readonly WasmValue[], stack: LeftStack): void {
    this.keepStack(stack);
    this.end({ end: 'returned', results, trap: null, ...UNTIMED });
  }

  threw(stack: LeftStack): void {
    this.keepStack(stack);
    this.end({ end: 'trapped', results: [], trap: EXCEPTION, ...UNTIMED });
  }

  /** Of the innermost call: where it is not as ever. */
  private keepStack({ pointer: after, lowest }: LeftStack): void {
    const entered = this.entered.at(-1);
    if (!entered || !this.isInnermostEntered || entered.before === 0) return;
    const { instance, before, outer } = entered;
    const known = this.stacks.get(instance) ?? { usual: before, deepest: before };
    this.stacks.set(instance, known);
    const isUsual = before === known.usual && after === before && lowest >= known.deepest;
    // What is called back begins farther down, and ends before the call around it, which is the one to be told.
    if (before === known.usual) known.deepest = Math.min(known.deepest, lowest);
    if (isUsual && !(outer && this.isTold(outer.instance, instance, lowest < before))) return;
    this.recording.calls.keepStack(this.thread, { before, after, lowest, outer });
  }

  /** Whether one more stack of a call of an instance by another one is told: of those that push frames, and of those that push none. */
  private isTold(outer: number, instance: number, pushes: boolean): boolean {
    const key = `${outer} ${instance} ${pushes}`;
    const count = (this.told.get(key) ?? 0) + 1;
    this.told.set(key, count);
    return count <= MOST_STACKS;
  }

  began(functionIndex: number, args: readonly WasmValue[]): void {
    const { recording, thread } = this;
    const call = recording.calls.innermost(thread);
    const instance = call === null ? null : recording.calls.instanceOf(call);
    const module = instance === null ? null : this.moduleOf(instance);
    const allocator = module?.allocators.get(functionIndex);
    if (call === null || instance === null || !module || !allocator) return;
    const { block, out } = allocator.operands;
    this.allocating.push({ out: out === null ? null : addressOf(args[out]), call });
    recording.allocatorBegan({
      thread,
      instance,
      call,
      module: module.index,
      function: functionIndex,
      role: allocator.role,
      block: block === null ? 0 : addressOf(args[block]),
      size: sizeOf(allocator.operands, args),
    });
  }

  ended(results: readonly WasmValue[]): void {
    const ended = this.allocating.pop();
    if (!ended) return; // its beginning was not read
    const { out } = ended;
    this.recording.allocatorEnded(this.thread, out === null ? addressOf(results[0]) : this.addressAt(out));
  }

  unwound(): void {
    if (this.allocating.pop()) this.recording.allocatorEnded(this.thread, 0);
  }

  /** The address that memory holds at another one now; 0 where that does not lie in memory. */
  private addressAt(at: number): number {
    if (at === 0 || at + ADDRESS_BYTES > this.recording.memoryBytes) return 0;
    return new DataView(this.recording.readNow(at, ADDRESS_BYTES).buffer).getUint32(0, true);
  }

  sweep(begins: boolean): void {
    this.recording.heap.sweep(this.thread, begins);
  }

  stopped(access: StoppedAccess): void {
    this.stoppedAt = access;
  }

  /** The access at which the guest trapped since this was asked last; null where the log tells of none. */
  takeStopped(): StoppedAccess | null {
    const access = this.stoppedAt;
    this.stoppedAt = null;
    return access;
  }

  hostWrote(address: number, bytes: readonly number[]): void {
    this.recording.found(address, Uint8Array.from(bytes), this.foundOwner);
  }

  /**
   * A call ends that the log does not tell of: what it called has ended with it.
   * @param trap by which; null where it did not trap
   * @param depth those that so many others enclose go on
   */
  endEntered(trap: Trap | null, depth = 0): void {
    const end = trap ? 'trapped' : 'stopped';
    const { calls } = this.recording;
    while (this.isInnermostEntered && calls.underWay(this.thread) > depth)
      this.end({ end, results: [], trap, ...UNTIMED });
    this.endAllocatorCalls();
  }

  /** Those of the innermost call, which ends. */
  private endAllocatorCalls(): void {
    const call = this.recording.calls.innermost(this.thread);
    while (this.allocating.length > 0 && this.allocating.at(-1)?.call === call) this.unwound();
  }

  private get isInnermostEntered(): boolean {
    const last = this.entered.at(-1);
    return last !== undefined && last.call === this.recording.calls.innermost(this.thread);
  }

  private end(outcome: CallOutcome): void {
    if (!this.isInnermostEntered) return; // its beginning was not read
    this.endAllocatorCalls();
    this.entered.pop();
    this.recording.endCall(this.thread, outcome, null);
    this.actInCall();
  }

  /** @returns whether there is one */
  private actInCall(): boolean {
    const { calls } = this.recording;
    const call = calls.innermost(this.thread);
    const instance = call === null ? null : calls.instanceOf(call);
    const module = instance === null ? null : this.moduleOf(instance);
    if (instance === null || !module) return false;
    this.act(actorOf(ownerCode({ kind: 'instance', instance }), this.thread), module);
    return true;
  }
}

/** Whose accesses these are is not known before a function is entered: comparing memory finds what they did. */
class OutsideOfCalls implements LogVisitor {
  /** @param missed code of nobody knows whom writes */
  constructor(
    private readonly log: ThreadLog,
    private readonly missed: () => void,
  ) {}

  load(site: Site, address: number): void {
    if (this.log.isInCall) this.log.load(site, address);
  }
  store(site: Site, address: number, bytes: Uint8Array): void {
    if (this.log.isInCall) this.log.store(site, address, bytes);
    else this.missed();
  }
  fill(site: Site, address: number, size: number, byte: number): void {
    if (this.log.isInCall) this.log.fill(site, address, size, byte);
    else this.missed();
  }
  copy(site: Site, address: number, size: number, from: number): void {
    if (this.log.isInCall) this.log.copy(site, address, size, from);
    else this.missed();
  }
  init(site: Site, address: number, size: number, from: number): void {
    if (this.log.isInCall) this.log.init(site, address, size, from);
    else this.missed();
  }
  grow(site: Site, pages: number, previous: number): void {
    if (this.log.isInCall) this.log.grow(site, pages, previous);
    else this.missed();
  }
  sweep(begins: boolean): void {
    this.log.sweep(begins);
  }
  enter(entered: EnteredFunction): void {
    this.log.enter(entered);
  }
  leave(results: readonly WasmValue[], stack: LeftStack): void {
    this.log.leave(results, stack);
  }
  threw(stack: LeftStack): void {
    this.log.threw(stack);
  }
  began(functionIndex: number, args: readonly WasmValue[]): void {
    this.log.began(functionIndex, args);
  }
  ended(results: readonly WasmValue[]): void {
    this.log.ended(results);
  }
  unwound(): void {
    this.log.unwound();
  }
  stopped(access: StoppedAccess): void {
    this.log.stopped(access);
  }
  hostWrote(address: number, bytes: readonly number[]): void {
    this.log.hostWrote(address, bytes);
  }
}
