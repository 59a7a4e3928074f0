// Room on the stack that the host asks for, as Emscripten's stackAlloc makes it: in use between calls, until the stack pointer is above it again.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, callsOf, groundOf, once } from './context.ts';
import { involved } from './deadFrames.ts';
import { isGiven } from './given.ts';
import { writesIn } from './writesIn.ts';

export interface Room {
  /** The call that made it. */
  readonly call: CallRecord;
  readonly address: number;
  /** Behind its last byte. */
  readonly end: number;
  /** The call that gave it back; null where none is known. */
  released: CallRecord | null;
}

/** Where the stack of a call's instance stood when the call began, and when it had ended. */
export function pointersOf(context: Context, { index, instance }: CallRecord): { before: number; after: number } {
  const pointer = groundOf(context, instance)?.stack?.pointer ?? 0;
  return context.stacks.get(index) ?? { before: pointer, after: pointer };
}

/** In the order in which it was made. A call that leaves the stack pointer where it is tells nothing of room. */
export const stackRooms = once((context): readonly Room[] => {
  const all: Room[] = [];
  let inUse: Room[] = [];
  for (const [index, { before, after }] of [...context.stacks].sort(([a], [b]) => a - b)) {
    const call = context.call(index);
    if (call.parent !== null || call.kind !== 'call' || before === after) continue;
    for (const room of inUse) if (room.call.instance === call.instance && after > room.address) room.released = call;
    inUse = inUse.filter(({ released }) => released === null);
    if (after > before || call.end !== 'returned' || addressOf(call.results[0]) !== after) continue;
    const room = { call, address: after, end: before, released: null };
    all.push(room);
    inUse.push(room);
  }
  return all;
});

/** Room that is looked at: the first is enough to tell. */
const MOST_ROOMS = 256;

/** The host has room on the stack of an instance, and another one pushes frames over it, between calls, before the room is used again. */
export function* roomOverlaps(context: Context): Generator<Finding> {
  const found = new Map<string, Finding>();
  if (context.instances.length < 2) return;
  for (const room of stackRooms(context).slice(0, MOST_ROOMS)) {
    const write = firstPushed(context, room);
    if (!write || write.call === null || !isUsedAfter(context, room, write.call)) continue;
    const { call: outer, address: start, end } = room;
    const inner = context.call(write.call);
    const key = `${outer.instance} ${inner.instance}`;
    const known = found.get(key);
    if (known) {
      found.set(key, { ...known, count: known.count + 1 });
      continue;
    }
    const { before, lowest } = context.stacks.get(inner.index) ?? { before: end, lowest: write.address };
    const calls = { outer: involved(outer), inner: involved(inner), isRoom: true } as const;
    found.set(key, {
      kind: 'stack-overlap',
      step: write.step,
      call: inner.index,
      instances: [outer.instance, inner.instance].sort((a, b) => a - b),
      range: { address: write.address, length: write.length },
      count: 1,
      details: { ...calls, inUse: spanOf(start, end), pushed: spanOf(lowest, before), write },
    });
  }
  yield* found.values();
}

const spanOf = (start: number, end: number): ByteSpan => ({ address: address(start), length: end - start });

/** The first write to room by a call of another instance that has its frames there. */
function firstPushed(context: Context, { call: made, address: start, end, released }: Room): WriteView | null {
  if (made.step < context.firstStep) return null;
  const isPushed = (write: WriteView): boolean => {
    const stack = write.call === null ? null : context.stacks.get(write.call);
    if (!stack || write.call === null || write.step <= made.step || context.call(write.call).parent !== null)
      return false;
    const isOthers = write.owner.kind === 'instance' && write.owner.instance !== made.instance;
    return isOthers && write.address >= stack.lowest && write.address < stack.before && !isGiven(context, write);
  };
  const where = { address: start, length: end - start, upTo: released?.stepBefore ?? context.lastStep };
  return writesIn(context, where, isPushed).first;
}

/** Whether a call of the instance takes an address in its room after another call, while it has it. */
function isUsedAfter(context: Context, { call: made, address: start, end, released }: Room, after: number): boolean {
  const isIn = (value: number): boolean => value >= start && value < end;
  for (const call of callsOf(context, { ...EVERY_CALL, instance: made.instance })) {
    if (released && call.index >= released.index) return false;
    const isLater = call.index > after && pointersOf(context, call).before <= start;
    if (isLater && call.args.map(addressOf).some(isIn)) return true;
  }
  return false;
}
