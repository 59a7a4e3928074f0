// Shadow stacks that go wrong: of two instances at one place, down to the data, and never popped.
import type { WriteView } from '../protocol/access.ts';
import { addressOf, type CallRecord } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, common, contains, groundOf, moduleOf, RED_ZONE_BYTES } from './context.ts';
import { involved } from './deadFrames.ts';
import { isGiven } from './given.ts';
import { instanceOf, writesIn } from './writesIn.ts';

type Called = ReturnType<Context['call']>;

const span = (start: number, end: number): ByteSpan => ({ address: address(start), length: Math.max(0, end - start) });

/** Calls with what is told of the stack, in their order. */
function* toldCalls({ stacks, call }: Context): Generator<{ readonly call: Called; readonly stack: CallStack }> {
  for (const [index, stack] of [...stacks].sort(([a], [b]) => a - b)) yield { call: call(index), stack };
}

/** An instance is called out of a call of another one, and both have their stacks at one place. */
export function* stackOverlaps(context: Context): Generator<Finding> {
  const found = new Map<string, Finding>();
  for (const { call, stack } of toldCalls(context))
    for (const [instance, pointer] of outerPointers(context, call, stack)) {
      const outer = outerCall(context, call, instance);
      if (!outer) continue;
      const inUse = span(pointer, topOf(context, outer));
      const used = common(inUse, span(Math.max(0, stack.lowest - RED_ZONE_BYTES), stack.before));
      // Below the stack pointer it may have been asked to write, where it was given an address.
      const isOwn = (each: WriteView): boolean => each.address >= stack.lowest || !isGiven(context, each);
      const write = used && firstWrite(context, call, span(used.address, used.address + used.length), isOwn);
      const pushed = span(Math.min(stack.lowest, write?.address ?? stack.lowest), stack.before);
      const both = common(inUse, pushed);
      if (!both || (!write && isKept(context, call))) continue; // nothing was overwritten
      const overlap = span(both.address, both.address + both.length);
      const key = `${outer.instance} ${call.instance}`;
      const known = found.get(key);
      if (known) {
        found.set(key, { ...known, count: known.count + 1 });
        continue;
      }
      found.set(key, {
        kind: 'stack-overlap',
        step: write?.step ?? call.step,
        call: call.index,
        instances: [outer.instance, call.instance].sort((a, b) => a - b),
        range: write ? { address: write.address, length: write.length } : overlap,
        count: 1,
        details: { outer: involved(outer), inner: involved(call), inUse, pushed, write },
      });
    }
  yield* found.values();
}

/** The other instances in whose calls a call is made, and where the stack pointer of each stood when it called another one, as far as that is told. */
function outerPointers(
  { stacks, call }: Context,
  { instance, parent: first }: CallRecord,
  stack: CallStack,
): Map<number, number> {
  const pointers = new Map<number, number>();
  const add = (outer: CallStack['outer'] | undefined): void => {
    if (outer && outer.instance !== instance && !pointers.has(outer.instance))
      pointers.set(outer.instance, outer.pointer);
  };
  add(stack.outer);
  for (let parent = first; parent !== null; { parent } = call(parent)) add(stacks.get(parent)?.outer);
  return pointers;
}

/** The call of an instance that encloses another call, and is not itself in a call of that instance. */
function outerCall(context: Context, call: CallRecord, instance: number): Called | null {
  let outermost: Called | null = null;
  for (let parent = call.parent; parent !== null; ) {
    const enclosing = context.call(parent);
    if (enclosing.instance === instance) outermost = enclosing;
    ({ parent } = enclosing);
  }
  return outermost;
}

/** Where the stack began that a call pushed its frames on. */
const topOf = (context: Context, call: CallRecord): number =>
  context.stacks.get(call.index)?.before ?? groundOf(context, call.instance)?.stack?.pointer ?? 0;

/** A stack pointer from here on was moved below 0. */
const WRAPPED = 2 ** 31;

export function* stackOverflows(context: Context): Generator<Finding> {
  /** By module: its instances run the same code. */
  const found = new Map<number, Finding>();
  const told = new Set<number>();
  for (const { call, stack } of toldCalls(context)) {
    const finding = told.has(call.instance) ? null : overflowIn(context, call, stack);
    if (!finding) continue;
    told.add(call.instance);
    const module = moduleOf(context, call.instance);
    const known = found.get(module);
    if (known) found.set(module, { ...known, instances: [...known.instances, call.instance], count: known.count + 1 });
    else found.set(module, finding);
  }
  yield* found.values();
}

function overflowIn(context: Context, call: Called, stack: CallStack): Finding | null {
  const ground = groundOf(context, call.instance);
  if (!ground) return null;
  const { stackFloor: floor } = ground;
  if (call.end === 'trapped' && stack.before < WRAPPED && stack.after >= WRAPPED) return belowZero(call, stack, floor);
  // Who begins below it has its stack elsewhere.
  if (stack.lowest >= floor || stack.before < floor) return null;
  const range = span(stack.lowest, floor);
  // A number that is no address there excuses nothing.
  const isAsked = call.args.some(value => contains(range, addressOf(value)));
  const write = firstWrite(context, call, range, each => !isAsked || !isGiven(context, each));
  if (!write && isKept(context, call)) return null; // a stack pointer that goes to another stack
  return {
    kind: 'stack-overflow',
    step: write?.step ?? call.step,
    call: call.index,
    instances: [call.instance],
    range,
    count: 1,
    details: { overflowing: involved(call), lowest: address(stack.lowest), floor: address(floor), write },
  };
}

/** What is pushed below address 0 is outside memory. */
const belowZero = (call: Called, { before, after }: CallStack, floor: number): Finding => ({
  kind: 'stack-overflow',
  step: call.step,
  call: call.index,
  instances: [call.instance],
  range: span(floor, before),
  count: 1,
  details: { overflowing: involved(call), lowest: address(after), floor: address(floor), write: null },
});

/** A call that failed with frames on the stack. */
interface Failed {
  readonly call: Called;
  readonly stack: CallStack;
  /** Where the stack stood when the call had ended that encloses all of its instance. */
  readonly left: number;
  /** The first call that begins where it left the stack. */
  next: Called | null;
}

/** What Emscripten throws out of a main that goes on in the program's loop: its locals stay in use. */
const UNWIND = 'uncaught unwind';

/**
 * Told where nothing puts the stack pointer back up to the end, or where the next such call begins where this one left it: what the program
 * does in between may move it, and put back what it moved alone.
 */
export function* stackLeaks(context: Context): Generator<Finding> {
  const found = new Map<string, Finding>();
  /** By instance: those that failed, of which nothing has put the stack back. */
  const pending = new Map<number, Failed[]>();
  /** By instance and function: those that have begun the program's loop, which is done once. */
  const unwound = new Set<string>();
  /** By instance and function: the one that failed last. */
  const last = new Map<string, Failed>();
  for (const { call, stack } of toldCalls(context)) {
    const outermost = outerCall(context, call, call.instance);
    const around = outermost === null ? stack : context.stacks.get(outermost.index);
    // A call in it failed, and it went on as if nothing had happened: unless it put the stack back by itself, the frames are still there.
    const isCaught =
      outermost !== null && outermost.end === 'returned' && around !== undefined && around.after < around.before;
    if (outermost !== null && !isCaught) continue;
    const left = pending.get(call.instance) ?? [];
    pending.set(call.instance, left);
    const key = `${call.instance} ${call.function}`;
    const isLoop = call.trap?.message === UNWIND && !unwound.has(key);
    if (isLoop) unwound.add(key);
    const hasFailed = call.end === 'trapped' && stack.after < stack.before && !isLoop;
    if (outermost === null) for (const failed of left) if (stack.before === failed.left) failed.next ??= call;
    if (!hasFailed) {
      if (outermost !== null) continue;
      while (left.length > 0 && stack.after >= left[left.length - 1].stack.before) left.pop();
      continue;
    }
    const before = last.get(key);
    if (before && stack.before === before.stack.after) addLeak(context, found, before, call);
    const failed = { call, stack, left: around?.after ?? stack.after, next: null };
    last.set(key, failed);
    left.push(failed);
  }
  const told = new Set([...found.values()].flatMap(({ call }) => call ?? []));
  for (const failed of [...pending.values()].flat())
    if (
      failed.next &&
      !told.has(failed.call.index) &&
      failed === last.get(`${failed.call.instance} ${failed.call.function}`)
    )
      addLeak(context, found, failed, failed.next);
  yield* found.values();
}

function addLeak(
  context: Context,
  found: Map<string, Finding>,
  { call, stack }: Pick<Failed, 'call' | 'stack'>,
  next: Called,
): void {
  const key = `${call.instance} ${call.function}`;
  const known = found.get(key);
  if (known) {
    found.set(key, { ...known, count: known.count + 1 });
    return;
  }
  found.set(key, {
    kind: 'stack-pointer-leak',
    step: call.step,
    call: call.index,
    instances: [call.instance],
    range: span(stack.after, stack.before),
    count: 1,
    details: {
      leaking: involved(call),
      next: involved(next),
      before: address(stack.before),
      after: address(stack.after),
      floor: address(groundOf(context, call.instance)?.stackFloor ?? 0),
    },
  });
}

const isKept = ({ firstAccess }: Context, call: Called): boolean => call.firstAccess >= firstAccess;

/** The first write of a call's own instance into a range, in the call; null where there is none, or the call is not kept as a whole. */
function firstWrite(
  context: Context,
  call: Called,
  { address: start, length }: ByteSpan,
  isOne: (write: WriteView) => boolean = () => true,
): WriteView | null {
  if (!isKept(context, call)) return null;
  const where = { address: start, length, from: call.firstAccess, upTo: call.step };
  return writesIn(context, where, write => instanceOf(write) === call.instance && isOne(write)).first;
}
