// What allocators did to their blocks, known by the names of their functions: by the log of their calls, else by the calls of the host.
import { askedBytes } from '../protocol/askedBytes.ts';
import { addressOf, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import { DEMO_ALLOCATOR } from '../protocol/claims.ts';
import type { ByteSpan, InvolvedCall } from '../protocol/finding.ts';
import { address, MAX_MEMORY_BYTES, type Step, step } from '../protocol/units.ts';
import { allocatedIn } from './allocatedIn.ts';
import { type Allocation, type Context, callsOf, contains, groundOf, lowestStack } from './context.ts';
import { involved } from './deadFrames.ts';

/** What a call did to the blocks of an allocator. Addresses and sizes in bytes. */
interface BlockChange {
  readonly call: InvolvedCall;
  readonly step: Step;
  readonly freed: number | null;
  readonly made: ByteSpan | null;
}

/** In the order in which they began. */
export function* allocationsOf(context: Context): Generator<BlockChange> {
  const calls = allocatorCalls(context);
  const allocatedBy = new AllocatingCalls(context);
  let next = 0;
  /** The block that the demo's allocator got from another one for its i32. */
  let asked: ByteSpan | null = null;
  const tellCall = (): BlockChange => {
    const change = ofCall(context, calls[next++]);
    const told = asked ? { ...change, made: asked } : change;
    asked = null;
    return told;
  };
  for (const allocation of context.allocations()) {
    while (next < calls.length && calls[next].index < allocation.call) yield tellCall();
    const { role, block, size, depth, end } = allocation;
    // What an allocator's functions hand out to each other is a part of what the outermost one does.
    const hands = depth === 0 && (role === 'allocate' || role === 'resize') && end !== null;
    const made = hands ? spanOf(end.made, size) : null;
    const outer = calls[next];
    // The demo's own allocator is called before it calls another one for its block.
    if (made && outer?.index === allocation.call && contains(made, addressOf(outer.results[0]))) {
      asked = made;
      continue;
    }
    // realloc of no bytes may free.
    const frees = role === 'free' || (role === 'resize' && end !== null && (end.made !== 0 || size === 0));
    if (!made && !(frees && block !== 0)) continue;
    yield {
      call: allocatedBy.of(allocation),
      step: step(end?.step ?? context.lastStep),
      freed: frees && block !== 0 ? block : null,
      made,
    };
  }
  while (next < calls.length) yield tellCall();
}

/** A call that allocates does so many times: it is told once for each function. */
class AllocatingCalls {
  private call = -1;
  private readonly byFunction = new Map<number, InvolvedCall>();

  constructor(private readonly context: Context) {}

  of(allocation: Allocation): InvolvedCall {
    if (allocation.call !== this.call) this.byFunction.clear();
    this.call = allocation.call;
    const known = this.byFunction.get(allocation.function);
    // A function index is one of a module.
    if (known?.instance === allocation.instance) return known;
    const told = allocatedIn(this.context, allocation);
    this.byFunction.set(allocation.function, told);
    return told;
  }
}

/**
 * Calls that are allocations by themselves: of the demo's allocator; where accesses are not recorded, of all functions of allocators. In
 * their order, and few of all calls.
 */
function allocatorCalls(context: Context): CallRecord[] {
  const named = context.hasAccesses ? [] : context.grounds.flatMap(({ allocators }) => [...allocators.keys()]);
  const calls = new Map<number, CallRecord>();
  for (const text of new Set([...named, DEMO_ALLOCATOR.name]))
    for (const call of callsOf(context, { ...EVERY_CALL, text }))
      if (call.function === text) calls.set(call.index, call);
  return [...calls.values()].sort((a, b) => a.index - b.index);
}

function ofCall(context: Context, call: CallRecord): BlockChange {
  return { call: involved(call), step: call.step, ...blocksOf(context, call) };
}

function blocksOf(context: Context, call: CallRecord): Pick<BlockChange, 'freed' | 'made'> {
  const nothing = { freed: null, made: null };
  if (call.end !== 'returned' || call.kind !== 'call') return nothing;
  const start = addressOf(call.results[0]);
  if (call.function === DEMO_ALLOCATOR.name)
    return { freed: null, made: isInStack(context, call, start) ? null : spanOf(start, DEMO_ALLOCATOR.bytes) };
  const of = groundOf(context, call.instance)?.allocators.get(call.function);
  if (!of) return nothing;
  const { block, out } = of.operands;
  const freed = block === null || (of.role !== 'free' && of.role !== 'resize') ? null : addressOf(call.args[block]);
  if (of.role !== 'allocate' && of.role !== 'resize') return { freed, made: null };
  // An address that is written to memory may be another one by now.
  const bytes = askedBytes(of.operands, call.args);
  return { freed, made: bytes === null || out !== null ? null : spanOf(start, bytes) };
}

/** The address of a local is no block. */
function isInStack(context: Context, { instance, index }: CallRecord, at: number): boolean {
  const stack = groundOf(context, instance)?.stack;
  return stack != null && at >= lowestStack(context, instance, index) && at < stack.pointer;
}

const spanOf = (start: number, length: number): ByteSpan | null =>
  start > 0 && length > 0 && start + length <= MAX_MEMORY_BYTES ? { address: address(start), length } : null;
