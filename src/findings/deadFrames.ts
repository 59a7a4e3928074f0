// Which frames a call left dead, with somebody having an address in them: it returned the address of a local, or stored it where it stays.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord } from '../protocol/call.ts';
import type { InvolvedCall } from '../protocol/finding.ts';
import { type Address, address, type Step } from '../protocol/units.ts';
import { type Context, groundOf, lowestStack, moduleOf, RED_ZONE_BYTES } from './context.ts';

/** An address in a frame that is dead, and how somebody comes to have it. */
export interface DeadFrame {
  readonly call: InvolvedCall;
  readonly address: number;
  /** Where the frame ends, behind its last byte. */
  readonly end: number;
  /** What was put there or shortly behind. */
  readonly write: WriteView;
  readonly stackPointer: Address;
  /** The write that stored the address; null where the call returned it. */
  readonly stored: WriteView | null;
  /** The call that gave the frame back, where the host had asked for it. */
  readonly released: InvolvedCall | null;
  /** Since when it is dead. */
  readonly since: Step;
}

/** Bytes of a struct of which one member at least was written. */
export const STRUCT_BYTES = 64;
/** Members are looked for at multiples of so many bytes. */
const MEMBER_BYTES = 4;

export const involved = ({ index, instance, function: name }: CallRecord): InvolvedCall => ({
  index,
  instance,
  function: name,
  allocator: null,
});

/** The frame of which a call returned an address. */
export function returnedBy(context: Context, call: CallRecord): DeadFrame | null {
  const [value] = call.results;
  if (call.results.length !== 1) return null;
  return deadFrame(context, call, addressOf(value), null);
}

/** @param at an address that the call left @param stored the write that stored it; null where it returned it */
function deadFrame(context: Context, call: CallRecord, at: number, stored: WriteView | null): DeadFrame | null {
  const stack = groundOf(context, call.instance)?.stack;
  if (!stack?.isFollowed || call.end !== 'returned') return null;
  // Inside another call the stack pointer stands lower than where it is known to.
  if (call.depth > 0 || call.kind !== 'call') return null;
  // A frame that somebody left on the stack is no dead one, nor is what the call was given.
  const told = context.stacks.get(call.index);
  const pointer = told?.after ?? stack.pointer;
  if (at < lowestIn(context, call) || at >= pointer) return null;
  if (call.step < context.firstStep || call.args.some(each => addressOf(each) === at)) return null;
  const write = memberWritten(context, call, at, Math.min(at + STRUCT_BYTES, pointer));
  const dead = { call: involved(call), address: at, end: pointer, stackPointer: address(pointer), since: call.step };
  return write && { ...dead, write, stored, released: null };
}

/** How far down the frames of a call may have come. */
function lowestIn(context: Context, { index, instance }: CallRecord): number {
  const told = context.stacks.get(index);
  return told ? told.lowest - RED_ZONE_BYTES : lowestStack(context, instance, index);
}

/** A frame holds what the call has put there, and an address is that of a value, not of a part of one. */
function memberWritten(context: Context, call: CallRecord, start: number, end: number): WriteView | null {
  return memberIn(context, call.step, start, end, write => write.call === call.index);
}

/** The first value at an address and shortly behind that is of some kind. */
export function memberIn(
  context: Context,
  step: Step,
  start: number,
  end: number,
  isOne: (write: WriteView) => boolean,
): WriteView | null {
  for (let at = start; at < end; at += MEMBER_BYTES) {
    const last = context.ask.lastChange({ step, address: address(at) });
    if (last.kind === 'write' && last.write.address === at && isOne(last.write)) return last.write;
  }
  return null;
}

/** Writes to a place that are looked at, calls that made them, and accesses of each of these. */
const MOST_WRITES = 256;
const MOST_CALLS = 8;
const MOST_ACCESSES = 4096;
const AT_ONCE = 1024;
/** An address is stored in so many bytes, in memories with 32 bits and with 64. */
const ADDRESS_BYTES: readonly number[] = [4, 8];

/** The frame in which a place was that a call takes: the one of the last call that wrote there and stored its address elsewhere. */
export function storedBefore(context: Context, { index, instance, stepBefore }: CallRecord, at: number) {
  if (stepBefore < context.firstStep) return null;
  const where = { step: stepBefore, address: address(at), length: 1, reads: false };
  const { accesses } = context.ask.accessesTo({ ...where, from: 0, count: MOST_WRITES });
  const calls = new Set(accesses.flatMap(({ call }) => (call === null || call >= index ? [] : [call])));
  for (const each of [...calls].sort((a, b) => b - a).slice(0, MOST_CALLS)) {
    const call = context.call(each);
    const isSame = call.parent === null && moduleOf(context, call.instance) === moduleOf(context, instance);
    const frame = isSame ? storedBy(context, call, at) : null;
    if (frame) return frame;
  }
  return null;
}

/** The frame of which a call stored an address, at or shortly before a place, outside of its frames, where it still is when the call has ended. */
function storedBy(context: Context, call: ReturnType<Context['call']>, at: number): DeadFrame | null {
  if (call.firstAccess < context.firstAccess) return null;
  const lowest = lowestIn(context, call);
  const top = context.stacks.get(call.index)?.before ?? groundOf(context, call.instance)?.stack?.pointer ?? 0;
  for (let from = 0; from < Math.min(call.accesses, MOST_ACCESSES); from += AT_ONCE)
    for (const access of context.ask.accesses({ call: call.index, from, count: AT_ONCE })) {
      if (access.kind !== 'write' || !ADDRESS_BYTES.includes(access.length)) continue;
      if (access.address >= lowest && access.address < top) continue;
      const value = addressIn(access.after);
      if (value > at || at - value >= STRUCT_BYTES) continue;
      const { address: kept, length } = access;
      const stays = addressIn(context.ask.bytes({ step: call.step, address: kept, length })) === value;
      const frame = stays ? deadFrame(context, call, value, access) : null;
      if (frame) return frame;
    }
  return null;
}

/** The number that bytes hold, lowest byte first. */
const addressIn = (bytes: Uint8Array): number => bytes.reduceRight((value, byte) => value * 256 + byte, 0);

/** Whether a call of a frame wrote to a place in it, and that was the last write there when it ended. */
export function isWrittenIn(context: Context, { call, since }: DeadFrame, at: number): boolean {
  const last = context.ask.lastChange({ step: since, address: address(at) });
  return last.kind === 'write' && last.write.call === call.index;
}
