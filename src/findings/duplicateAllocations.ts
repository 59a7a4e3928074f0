// Allocators that hand out one range twice. Which functions allocate is known by their names. Told where the block of before can't have
// been freed without being seen: the allocator never frees, or the two calls were made on instances that each keep the state of their
// allocator for themselves, or that share one of which all functions are known.
import type { GrowView } from '../protocol/access.ts';
import { addressOf, type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { AllocatorRole } from '../protocol/claims.ts';
import type { ByteSpan, Finding, InvolvedCall } from '../protocol/finding.ts';
import { address, MAX_MEMORY_BYTES, type Step, step } from '../protocol/units.ts';
import { allocatedIn } from './allocatedIn.ts';
import { type Context, callsOf, common, groundOf } from './context.ts';
import { involved } from './deadStackPointers.ts';

/** What a call did to the blocks of an allocator. Addresses and sizes in bytes. */
interface Allocation {
  readonly call: InvolvedCall;
  readonly step: Step;
  readonly freed: number | null;
  readonly made: ByteSpan | null;
}

/** Who has one of these may free a block without being seen. */
const FREEING: readonly AllocatorRole[] = ['free', 'resize', 'unpin', 'collect'];

/** The demo's allocator makes an i32. */
const DEMO_ALLOCATOR = { name: 'alloc_11', bytes: 4 } as const;

interface Block {
  readonly span: ByteSpan;
  readonly call: InvolvedCall;
  readonly step: Step;
}

/** Blocks by the pages of 64 KiB that they lie in. */
const BLOCK_PAGE_BITS = 16;
/** A larger block is looked at in its first and last pages alone. */
const MOST_PAGES = 64;

export function* duplicateAllocations(context: Context): Generator<Finding> {
  const live = new Map<number, Set<Block>>();
  const found = new Map<string, Finding>();
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    if (freed !== null)
      for (const block of blocksAt(live, freed)) if (block.span.address === freed) remove(live, block);
    if (!made) continue;
    const block = { span: made, call, step: at };
    const others = [...overlapping(live, made)];
    const stillLive = others.find(other => !canBeFreedUnseen(context, other, block));
    if (stillLive) report(context, found, stillLive, block);
    // Whoever has it now is who it is compared with from here on.
    for (const other of others) if (other !== stillLive) remove(live, other);
    for (const page of pagesOf(made)) live.set(page, (live.get(page) ?? new Set()).add(block));
  }
  yield* found.values();
}

/** What allocators did, in the order in which they began. */
function* allocationsOf(context: Context): Generator<Allocation> {
  const calls = allocatorCalls(context);
  let next = 0;
  for (const allocation of context.allocations()) {
    for (; next < calls.length && calls[next].index < allocation.call; next++) yield ofCall(context, calls[next]);
    const { role, block, size, depth, end } = allocation;
    // What an allocator's functions hand out to each other is a part of what the outermost one does.
    const hands = depth === 0 && (role === 'allocate' || role === 'resize') && end !== null;
    const made = hands ? spanOf(end.made, size) : null;
    const outer = calls[next];
    // The demo's own allocator is called before it calls another one for its block.
    if (made && outer?.index === allocation.call && addressOf(outer.results[0]) === made.address) continue;
    const frees = role === 'free' || (role === 'resize' && end !== null && end.made !== 0);
    if (!made && !(frees && block !== 0)) continue;
    yield {
      call: allocatedIn(context, allocation),
      step: step(end?.step ?? context.lastStep),
      freed: frees && block !== 0 ? block : null,
      made,
    };
  }
  for (; next < calls.length; next++) yield ofCall(context, calls[next]);
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

function ofCall(context: Context, call: CallRecord): Allocation {
  return { call: involved(call), step: call.step, ...blocksOf(context, call) };
}

function blocksOf(context: Context, call: CallRecord): Pick<Allocation, 'freed' | 'made'> {
  const nothing = { freed: null, made: null };
  if (call.end !== 'returned' || call.kind !== 'call') return nothing;
  const start = addressOf(call.results[0]);
  if (call.function === DEMO_ALLOCATOR.name) return { freed: null, made: spanOf(start, DEMO_ALLOCATOR.bytes) };
  const of = groundOf(context, call.instance)?.allocators.get(call.function);
  if (!of) return nothing;
  const { size, count, block, out } = of.operands;
  const freed = block === null || (of.role !== 'free' && of.role !== 'resize') ? null : addressOf(call.args[block]);
  if (of.role !== 'allocate' && of.role !== 'resize') return { freed, made: null };
  // An address that is written to memory may be another one by now.
  if (size === null || out !== null) return { freed, made: null };
  const bytes = addressOf(call.args[size]) * (count === null ? 1 : addressOf(call.args[count]));
  return { freed, made: spanOf(start, bytes) };
}

const spanOf = (start: number, length: number): ByteSpan | null =>
  start > 0 && length > 0 && start + length <= MAX_MEMORY_BYTES ? { address: address(start), length } : null;

const groundsOf = (context: Context, blocks: readonly Block[]) =>
  blocks.map(({ call }) => groundOf(context, call.instance));

const areSeparate = (context: Context, a: Block, b: Block): boolean =>
  a.call.instance !== b.call.instance && groundsOf(context, [a, b]).every(ground => ground?.keepsAllocatorInGlobals);

function canBeFreedUnseen(context: Context, a: Block, b: Block): boolean {
  if (areSeparate(context, a, b)) return false;
  const isFollowed = groundsOf(context, [a, b]).every(ground => ground?.isFollowed);
  if (isFollowed && a.call.instance !== b.call.instance) return false;
  const neverFree = [a, b].every(
    ({ call }) => call.function === DEMO_ALLOCATOR.name || groundOf(context, call.instance)?.neverFrees,
  );
  if (!neverFree) return true;
  return groundsOf(context, [a, b]).some(
    ground => !ground || [...ground.allocators.values()].some(({ role }) => FREEING.includes(role)),
  );
}

/** One allocator that goes wrong is one finding. */
function report(context: Context, found: Map<string, Finding>, first: Block, again: Block): void {
  const { instance, function: name, allocator } = again.call;
  const key = `${context.instances[instance]?.module} ${allocator ?? name}`;
  const known = found.get(key);
  const involvedInstances = [...(known?.instances ?? []), first.call.instance, again.call.instance];
  const instances = [...new Set(involvedInstances)].sort((a, b) => a - b);
  if (known) {
    found.set(key, { ...known, instances, count: known.count + 1 });
    return;
  }
  const overlap = common(first.span, again.span);
  const told = { first: first.call, again: again.call, firstBlock: first.span, block: again.span };
  const grow = overlap && growthAt(context, again, overlap.address);
  const details = grow
    ? ({ kind: 'grow-collision', details: { ...told, grow } } as const)
    : ({
        kind: 'duplicate-allocation',
        details: { ...told, areSeparate: areSeparate(context, first, again) },
      } as const);
  found.set(key, {
    ...details,
    step: again.step,
    call: again.call.index,
    instances,
    range: overlap && { address: address(overlap.address), length: overlap.length },
    count: 1,
  });
}

/** The growth that made a byte, where one allocator has got it from memory.grow, and the other one takes it for its own. */
function growthAt({ ask, firstStep }: Context, { step: at }: Block, byte: number): GrowView | null {
  if (at < firstStep) return null;
  const made = ask.madeBy({ step: at, address: address(byte) });
  return made.kind === 'growth' ? made.grow : null;
}

function pagesOf({ address: start, length }: ByteSpan): number[] {
  const first = Math.floor(start / 2 ** BLOCK_PAGE_BITS);
  const last = Math.floor((start + length - 1) / 2 ** BLOCK_PAGE_BITS);
  if (last - first < MOST_PAGES) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return [first, last];
}

const blocksAt = (live: ReadonlyMap<number, Set<Block>>, start: number): Iterable<Block> =>
  live.get(Math.floor(start / 2 ** BLOCK_PAGE_BITS)) ?? [];

function remove(live: Map<number, Set<Block>>, block: Block): void {
  for (const page of pagesOf(block.span)) live.get(page)?.delete(block);
}

function overlapping(live: Map<number, Set<Block>>, span: ByteSpan): Set<Block> {
  const found = new Set<Block>();
  for (const page of pagesOf(span))
    for (const block of live.get(page) ?? []) if (common(block.span, span)) found.add(block);
  return found;
}
