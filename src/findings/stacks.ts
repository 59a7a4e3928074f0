// Shadow stacks that go wrong: of two instances at one place, down to the data, and never popped.
import type { WriteView } from '../protocol/access.ts';
import type { CallRecord } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, common, groundOf } from './context.ts';
import { involved } from './deadStackPointers.ts';
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
  for (const { call, stack } of toldCalls(context)) {
    const outer = stack.outer && outerCall(context, call, stack.outer.instance);
    if (!stack.outer || !outer) continue;
    const inUse = span(stack.outer.pointer, topOf(context, outer));
    const pushed = span(stack.lowest, stack.before);
    const both = common(inUse, pushed);
    if (!both) continue;
    const overlap = span(both.address, both.address + both.length);
    const write = firstWrite(context, call, overlap);
    if (!write && isKept(context, call)) continue; // nothing was overwritten
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

export function* stackOverflows(context: Context): Generator<Finding> {
  const told = new Set<number>();
  for (const { call, stack } of toldCalls(context)) {
    const ground = groundOf(context, call.instance);
    // Who begins below it has its stack elsewhere.
    if (!ground || stack.lowest >= ground.stackFloor || stack.before < ground.stackFloor) continue;
    if (told.has(call.instance)) continue;
    told.add(call.instance);
    const range = span(stack.lowest, ground.stackFloor);
    const write = firstWrite(context, call, range);
    yield {
      kind: 'stack-overflow',
      step: write?.step ?? call.step,
      call: call.index,
      instances: [call.instance],
      range,
      count: 1,
      details: {
        overflowing: involved(call),
        lowest: address(stack.lowest),
        floor: address(ground.stackFloor),
        write,
      },
    };
  }
}

/** Told where the next call of the instance begins where the failed one left the stack, and does not put it back. */
export function* stackLeaks(context: Context): Generator<Finding> {
  const found = new Map<string, Finding>();
  /** By instance: the call that failed last with frames on the stack. */
  const failed = new Map<number, { readonly call: Called; readonly stack: CallStack }>();
  for (const told of toldCalls(context)) {
    const { call, stack } = told;
    const { instance } = call;
    const leaking = failed.get(instance);
    if (leaking && stack.before === leaking.stack.after && !isIn(context, call, leaking.call)) {
      failed.delete(instance);
      if (stack.after <= stack.before) addLeak(context, found, leaking, call);
    }
    if (call.end === 'trapped' && stack.after < stack.before && outerCall(context, call, instance) === null)
      failed.set(instance, told);
  }
  yield* found.values();
}

function isIn(context: Context, call: CallRecord, outer: CallRecord): boolean {
  for (let { parent } = call; parent !== null; ) {
    if (parent === outer.index) return true;
    ({ parent } = context.call(parent));
  }
  return false;
}

function addLeak(
  context: Context,
  found: Map<string, Finding>,
  { call, stack }: { readonly call: Called; readonly stack: CallStack },
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
function firstWrite(context: Context, call: Called, { address: start, length }: ByteSpan): WriteView | null {
  if (!isKept(context, call)) return null;
  const where = { address: start, length, from: call.firstAccess, upTo: call.step };
  return writesIn(context, where, write => instanceOf(write) === call.instance).first;
}
