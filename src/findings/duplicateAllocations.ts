// Allocators that hand out one range twice. Which functions allocate is known by their names. Told where the block of before can't have
// been freed without being seen: the allocator never frees, or the two calls were made on instances that each keep the state of their
// allocator for themselves, or that share one of which all functions are known.
import type { GrowView } from '../protocol/access.ts';
import { EVERY_CALL } from '../protocol/call.ts';
import { type AllocatorRole, DEMO_ALLOCATOR } from '../protocol/claims.ts';
import type { Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { type Block, BlockSet } from './blockSet.ts';
import { type Context, callsOf, common, groundOf, isOwnStatic, moduleOf, separationOf } from './context.ts';
import { isEmpty, isReserved, isTaken } from './given.ts';
import { areJobs } from './jobs.ts';

/** Who has one of these may free a block without being seen. */
const FREEING: readonly AllocatorRole[] = ['free', 'resize', 'unpin', 'collect'];

export function* duplicateAllocations(context: Context): Generator<Finding> {
  const live = new BlockSet();
  const found = new Map<string, Finding>();
  /** Pairs of modules of which the second one was not given what the first one handed out: it is asked once, since that takes time. */
  const apart = new Set<string>();
  /** By their addresses: blocks in which another module hands out its own. */
  const rooms = new Map<number, Block>();
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    if (freed !== null) {
      live.free(freed);
      const room = rooms.get(freed);
      rooms.delete(freed);
      // What is in it goes with it.
      for (const inner of room ? live.overlapping(room.span) : []) live.remove(inner);
    }
    if (!made) continue;
    const block = { span: made, call, step: at };
    const others = live.overlapping(made);
    const stillLive = others.find(other => !canBeFreedUnseen(context, other, block, apart));
    if (stillLive && !isForeign(context, stillLive, block)) report(context, found, stillLive, block);
    // Whoever has it now is who it is compared with from here on.
    for (const other of others) {
      if (other === stillLive) continue;
      live.remove(other);
      if (moduleOf(context, other.call.instance) !== moduleOf(context, call.instance))
        rooms.set(other.span.address, other);
    }
    live.add(block);
  }
  yield* found.values();
}

/** One module hands out statics of its own: it is the other one's allocator that does not know of them, which foreignBlocks.ts tells. */
const isForeign = (context: Context, a: Block, b: Block): boolean =>
  moduleOf(context, a.call.instance) !== moduleOf(context, b.call.instance) &&
  [a, b].some(({ call, span }) => isOwnStatic(context, call.instance, span));

const groundsOf = (context: Context, blocks: readonly Block[]) =>
  blocks.map(({ call }) => groundOf(context, call.instance));

const areSeparate = (context: Context, a: Block, b: Block): boolean =>
  a.call.instance !== b.call.instance && groundsOf(context, [a, b]).every(ground => ground?.keepsAllocatorInGlobals);

/** Of a block, so many bytes are asked about. */
const MOST_BYTES = 4096;

/**
 * Whether the host cleared the block before the instance was made that has it now, and the one of before is not called any more: the program
 * begins anew.
 * @param b handed out later
 */
function isCleared(context: Context, a: Block, b: Block): boolean {
  const { ask, firstStep, instances } = context;
  const made = instances[b.call.instance]?.call ?? null;
  if (made === null) return false;
  const { stepBefore } = context.call(made);
  if (stepBefore < firstStep || a.step > stepBefore || !isEmpty(ask, a.span, stepBefore)) return false;
  for (const { index } of callsOf(context, { ...EVERY_CALL, instance: a.call.instance }))
    if (index > made) return false;
  const end = a.span.address + Math.min(a.span.length, MOST_BYTES);
  for (let at: number = a.span.address; at < end; at++) {
    const last = ask.lastChange({ step: stepBefore, address: address(at) });
    if (last.kind === 'write' && last.write.step > a.step && last.write.owner.kind === 'host') return true;
  }
  return false;
}

function canBeFreedUnseen(context: Context, a: Block, b: Block, apart: Set<string>): boolean {
  const [ofA, ofB] = [a, b].map(({ call }) => moduleOf(context, call.instance));
  const pair = `${ofA} ${ofB}`;
  if (apart.has(pair)) return false;
  if (isCleared(context, a, b) || (ofA === ofB && areJobs(context, ofA))) return true;
  if (ofA !== ofB) {
    // What another module hands out never came back to this one's allocator, but where it was given the room.
    if (isTaken(context, a, ofB, b.call.index) || isReserved(context, a, ofB)) return true;
    apart.add(pair);
    return false;
  }
  if (areSeparate(context, a, b)) return false;
  const isFollowed = groundsOf(context, [a, b]).every(ground => ground?.isFollowed);
  if (isFollowed && a.call.instance !== b.call.instance) return false;
  // Code that was put into another function may give back what the simplest of allocators handed out last.
  const neverFree = [a, b].every(({ call }) => call.function === DEMO_ALLOCATOR.name && call.allocator === null);
  if (!neverFree) return true;
  return groundsOf(context, [a, b]).some(
    ground => !ground || [...ground.allocators.values()].some(({ role }) => FREEING.includes(role)),
  );
}

/** One allocator that goes wrong is one finding. */
function report(context: Context, found: Map<string, Finding>, first: Block, again: Block): void {
  const modules = [moduleOf(context, first.call.instance), moduleOf(context, again.call.instance)] as const;
  const areTwo = modules[0] !== modules[1];
  const key = `${modules[1]} ${again.call.allocator ?? again.call.function}`;
  const known = found.get(key);
  const involvedInstances = [...(known?.instances ?? []), first.call.instance, again.call.instance];
  const instances = [...new Set(involvedInstances)].sort((a, b) => a - b);
  if (known) {
    found.set(key, { ...known, instances, count: known.count + 1 });
    return;
  }
  const overlap = common(first.span, again.span);
  const told = { first: first.call, again: again.call, firstBlock: first.span, block: again.span };
  const grow =
    areTwo || areSeparate(context, first, again) ? overlap && growthAt(context, again, overlap.address) : null;
  const details = grow
    ? ({ kind: 'grow-collision', details: { ...told, grow } } as const)
    : ({
        kind: 'duplicate-allocation',
        details: {
          ...told,
          areSeparate: areTwo || areSeparate(context, first, again),
          resetBy: null,
          ...(areTwo && { modules, separation: separationOf(context) }),
        },
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
