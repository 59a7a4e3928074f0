// A function returns the address of a local: its frame is dead when the caller gets it, and the next call that needs stack overwrites it.
// Told where the address lies in the stack below the stack pointer, the call itself has written there or shortly behind, and a later call
// takes it.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord } from '../protocol/call.ts';
import type { Finding, InvolvedCall } from '../protocol/finding.ts';
import { type Address, address } from '../protocol/units.ts';
import { type Context, callsOf, groundOf, lowestStack, moduleOf, RED_ZONE_BYTES } from './context.ts';

/** An address that a call returned, and what makes it a dead one. */
interface Returned {
  readonly call: InvolvedCall;
  readonly address: number;
  readonly write: WriteView;
  readonly stackPointer: Address;
}

/** Bytes of a struct of which one member at least was written. */
const STRUCT_BYTES = 64;
/** Members are looked for at multiples of so many bytes. */
const MEMBER_BYTES = 4;

export function* deadStackPointers(context: Context): Generator<Finding> {
  if (context.grounds.every(({ stack }) => stack === null)) return;
  const returned = new Map<number, Returned>();
  /** One for each pair of functions, of which one uses what the other one returned. */
  const found = new Map<string, Finding>();
  for (const call of callsOf(context)) {
    const [taken] = call.args.flatMap(value => returned.get(addressOf(value)) ?? []);
    if (taken) {
      returned.delete(taken.address);
      if (!isInUse(context, call, taken.write)) addTo(context, found, taken, call);
    }
    const dead = deadOf(context, call);
    if (dead) returned.set(dead.address, dead);
  }
  yield* found.values();
}

function addTo(context: Context, found: Map<string, Finding>, taken: Returned, call: CallRecord): void {
  const modules = [taken.call, call].map(({ instance }) => moduleOf(context, instance));
  const key = [...modules, taken.call.function, call.function].join(' ');
  const known = found.get(key);
  const instances = [...new Set([...(known?.instances ?? []), taken.call.instance, call.instance])].sort(
    (a, b) => a - b,
  );
  if (known) {
    found.set(key, { ...known, instances, count: known.count + 1 });
    return;
  }
  found.set(key, {
    kind: 'dead-stack-pointer',
    step: call.step,
    call: call.index,
    instances,
    range: { address: taken.write.address, length: taken.write.length },
    count: 1,
    details: { returned: taken.call, taken: involved(call), write: taken.write, stackPointer: taken.stackPointer },
  });
}

/** Whether it lies in a frame of the calls around this one, which are under way: then it is the address of a local of one of them. */
function isInUse(context: Context, { index, parent }: CallRecord, { address: at }: WriteView): boolean {
  const stack = context.stacks.get(index);
  return parent !== null && stack !== undefined && at >= stack.before;
}

export const involved = ({ index, instance, function: name }: CallRecord): InvolvedCall => ({
  index,
  instance,
  function: name,
  allocator: null,
});

function deadOf(context: Context, call: CallRecord): Returned | null {
  const stack = groundOf(context, call.instance)?.stack;
  const [value] = call.results;
  if (!stack || call.results.length !== 1 || call.end !== 'returned') return null;
  // Inside another call the stack pointer stands lower than where it is known to.
  if (call.depth > 0 || call.kind !== 'call') return null;
  const at = addressOf(value);
  // A frame that somebody left on the stack is no dead one, nor is what the call was given.
  const told = context.stacks.get(call.index);
  const pointer = told?.after ?? stack.pointer;
  const lowest = told ? told.lowest - RED_ZONE_BYTES : lowestStack(context, call.instance, call.index);
  if (at < lowest || at >= pointer) return null;
  if (call.step < context.firstStep || call.args.some(each => addressOf(each) === at)) return null;
  const write = memberWritten(context, call, at, Math.min(at + STRUCT_BYTES, pointer));
  return write && { call: involved(call), address: at, write, stackPointer: address(pointer) };
}

/** A frame holds what the call has put there, and an address is that of a value, not of a part of one. */
function memberWritten(context: Context, call: CallRecord, start: number, end: number): WriteView | null {
  for (let at = start; at < end; at += MEMBER_BYTES) {
    const last = context.ask.lastChange({ step: call.step, address: address(at) });
    if (last.kind === 'write' && last.write.call === call.index && last.write.address === at) return last.write;
  }
  return null;
}
