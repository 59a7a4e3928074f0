// The address of a local is used when its function has returned: the frame is dead then, and the next call that needs stack overwrites it.
// Told where the address lies in the stack below the stack pointer, its call has written there or shortly behind, and left the address with
// somebody: a later call takes it, or one shortly behind it, or the host writes there. The same goes for room that the host had on the stack.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord } from '../protocol/call.ts';
import type { Finding } from '../protocol/finding.ts';
import { address, type Step } from '../protocol/units.ts';
import { type Context, callsOf, groundOf, lowestStack, moduleOf } from './context.ts';
import {
  type DeadFrame,
  involved,
  isWrittenIn,
  memberIn,
  returnedBy,
  STRUCT_BYTES,
  storedBefore,
} from './deadFrames.ts';
import { pointersOf, type Room, stackRooms } from './stackRooms.ts';
import { writesIn } from './writesIn.ts';

/** Frames of which somebody has an address, at one time: of more, the first ones are forgotten. */
const MOST_FRAMES = 64;
/** So far behind an address its frame is looked at. */
const FRAME_BYTES = 4096;
/** Frames of which it is asked whether the host writes there, and values of which it is asked whether they are addresses in a frame. */
const MOST_ASKED = 256;
const MOST_VALUES = 1024;
/** Room on the stack, of which the first is looked at. */
const MOST_ROOMS = 4096;
/** Accesses of a call to one place that are looked at. */
const MOST_ACCESSES = 64;

export function* deadStackPointers(context: Context): Generator<Finding> {
  if (context.grounds.every(({ stack }) => !stack?.isFollowed)) return;
  const frames = new Frames(context);
  for (const call of callsOf(context)) frames.see(call);
  yield* frames.end();
}

/** The dead frames of which somebody has an address, while calls go by in their order. */
class Frames {
  /** By the addresses, those that were left first come first. */
  private readonly dead = new Map<number, DeadFrame>();
  /** Room on the stack by the call that gives it back. */
  private readonly released = new Map<number, Room[]>();
  /** One for each pair of functions, of which one uses what the other one left. */
  private readonly found = new Map<string, Finding>();
  /** Calls that stored an address in their frames, of which is told: it stays where it is. */
  private readonly storing = new Set<number>();
  private asked = 0;
  private values = 0;
  /** When the last call of the host had ended. */
  private lastEnd: Step;

  constructor(private readonly context: Context) {
    this.lastEnd = context.firstStep;
    for (const room of stackRooms(context).slice(0, MOST_ROOMS)) {
      if (!room.released) continue;
      const { index } = room.released;
      this.released.set(index, [...(this.released.get(index) ?? []), room]);
    }
  }

  see(call: CallRecord): void {
    const { context } = this;
    const isHosts = call.parent === null && call.kind === 'call';
    const { before, after } = pointersOf(context, call);
    if (isHosts && context.stacks.has(call.index)) this.revive(before, this.lastEnd);
    call.args.some(value => this.take(call, addressOf(value), after));
    if (!isHosts) return;
    if (context.stacks.has(call.index)) {
      this.revive(after, call.stepBefore);
      this.release(call, after);
    }
    this.lastEnd = call.step;
    const frame = returnedBy(context, call);
    if (frame) this.add(frame);
  }

  end(): Iterable<Finding> {
    for (const frame of [...this.dead.values()]) this.drop(frame, this.context.lastStep);
    return this.found.values();
  }

  private add(frame: DeadFrame): void {
    const known = this.dead.get(frame.address);
    if (known) this.drop(known, frame.since);
    this.dead.set(frame.address, frame);
    const [oldest] = this.dead.values();
    if (this.dead.size > MOST_FRAMES) this.drop(oldest, frame.since);
  }

  /** What lies above the stack pointer is in use again. */
  private revive(pointer: number, upTo: Step): void {
    for (const frame of [...this.dead.values()]) if (frame.end > pointer) this.drop(frame, upTo);
  }

  /** A call of the host has ended: what it gave back of the room that the host had is dead, if somebody had put a value there. */
  private release(call: CallRecord, pointer: number): void {
    const { context } = this;
    for (const { call: made, address: start, end } of this.released.get(call.index) ?? []) {
      if (made.step < context.firstStep || !groundOf(context, made.instance)?.stack?.isFollowed) continue;
      const write = memberIn(
        context,
        call.step,
        start,
        Math.min(start + STRUCT_BYTES, end),
        each => each.step > made.step,
      );
      const dead = { call: involved(made), address: start, end, stackPointer: address(pointer), since: call.step };
      if (write) this.add({ ...dead, write, stored: null, released: involved(call) });
    }
  }

  /** A call takes a value, which may be an address in a dead frame. @param after where it leaves the stack pointer: that is no use of the address */
  private take(call: CallRecord, at: number, after: number): boolean {
    const { context } = this;
    const frame = this.dead.get(at) ?? this.behind(call, at) ?? this.stored(call, at);
    if (!frame || at === after) return false;
    this.dead.delete(frame.address);
    if (isInUse(context, call, at)) return false;
    if (frame.stored) this.storing.add(frame.call.index);
    const { address: start, length } = frame.write;
    this.tell(frame, involved(call), { at, step: call.step, call: call.index, range: { address: start, length } });
    return true;
  }

  /** The frame in which an address lies behind the one that was left, if the call uses it as an address. */
  private behind(call: CallRecord, at: number): DeadFrame | null {
    for (const frame of this.dead.values()) {
      const isBehind = at > frame.address && at < Math.min(frame.end, frame.address + FRAME_BYTES);
      if (isBehind && this.isAccessed(call, at, frame.end) && isWrittenIn(this.context, frame, at)) return frame;
    }
    return null;
  }

  /** The frame in which an address lies that its call had stored elsewhere, if the call uses it as an address. */
  private stored(call: CallRecord, at: number): DeadFrame | null {
    const { context } = this;
    const stack = groundOf(context, call.instance)?.stack;
    const { before } = pointersOf(context, call);
    if (!stack?.isFollowed || call.parent !== null || at >= before) return null;
    const isInStack = at >= lowestStack(context, call.instance, call.index);
    const frame = isInStack && this.isAccessed(call, at, before) ? storedBefore(context, call, at) : null;
    return frame && !this.storing.has(frame.call.index) ? frame : null;
  }

  /** Whether a call accesses what lies at an address or shortly behind. */
  private isAccessed({ index, step: upTo }: CallRecord, at: number, end: number): boolean {
    const { context } = this;
    if (this.values++ >= MOST_VALUES) return false;
    const { firstAccess } = context.call(index);
    if (firstAccess < context.firstAccess) return false;
    const where = { step: upTo, address: address(at), length: Math.min(STRUCT_BYTES, end - at), reads: true };
    const { accesses } = context.ask.accessesTo({ ...where, from: firstAccess, count: MOST_ACCESSES });
    return accesses.some(access => access.call === index && access.kind !== 'grow' && access.address >= at);
  }

  /** A frame is dead no more, or there is nothing more to see of it. @param upTo when that was */
  private drop(frame: DeadFrame, upTo: Step): void {
    this.dead.delete(frame.address);
    if (this.asked++ >= MOST_ASKED || upTo <= frame.since) return;
    const { firstAccess, accesses } = this.context.call((frame.released ?? frame.call).index);
    const from = firstAccess + accesses; // the frame is dead since then
    const where = { address: frame.address, length: Math.min(frame.end - frame.address, FRAME_BYTES), from, upTo };
    const { first } = writesIn(this.context, where, write => write.step > frame.since && isOfHost(frame, write));
    if (!first) return;
    const { address: start, length } = first;
    this.tell(frame, null, { at: start, step: first.step, call: null, range: { address: start, length } });
  }

  private tell(
    { call, address: start, write, stackPointer, stored, released }: DeadFrame,
    taken: ReturnType<typeof involved> | null,
    { at, ...where }: Pick<Finding, 'step' | 'call' | 'range'> & { readonly at: number },
  ): void {
    const { context, found } = this;
    const modules = [call, taken].map(each => each && moduleOf(context, each.instance));
    const key = [...modules, call.function, taken?.function].join(' ');
    const known = found.get(key);
    const involvedInstances = [...(known?.instances ?? []), call.instance, ...(taken ? [taken.instance] : [])];
    const instances = [...new Set(involvedInstances)].sort((a, b) => a - b);
    if (known) {
      found.set(key, { ...known, instances, count: known.count + 1 });
      return;
    }
    const left = { returned: call, address: address(start), stored, released };
    const details = { ...left, taken, used: address(at), write, stackPointer };
    found.set(key, { kind: 'dead-stack-pointer', ...where, instances, count: 1, details });
  }
}

/** The host writes to the frame and to nothing else, between calls. Whoever clears memory uses nothing. */
const isOfHost = (
  frame: DeadFrame,
  { owner, between, since, isStale, address: at, length, after }: WriteView,
): boolean =>
  owner.kind === 'host' &&
  between !== null &&
  since === null &&
  !isStale &&
  at >= frame.address &&
  at + length <= frame.end &&
  after.some(byte => byte !== 0);

/** Whether an address lies in a frame of the calls under way: then it is that of a local of one of them. */
function isInUse(context: Context, call: CallRecord, at: number): boolean {
  if (context.stacks.has(call.index) && at >= pointersOf(context, call).before) return true;
  for (let { parent } = call; parent !== null; ) {
    const outer = context.call(parent);
    // Of its own instance, the stack pointer tells.
    const isOthers = outer.instance !== call.instance && at < pointersOf(context, outer).before;
    if (isOthers && at >= lowestStack(context, outer.instance, outer.index)) return true;
    ({ parent } = outer);
  }
  return false;
}
