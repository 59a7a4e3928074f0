// Two modules over one memory whose allocators do not know of each other: one hands out a block where the other has its statics, or where
// that one's allocator or stack writes. Blocks that both hand out are `duplicateAllocations.ts`.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding, InvolvedCall } from '../protocol/finding.ts';
import { address, type Step, step } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import {
  type Context,
  common,
  groundOf,
  isCalledAfter,
  isOwnStatic,
  isPushed,
  moduleOf,
  onceOfModule,
  separationOf,
} from './context.ts';
import { isGiven, isReserved, isTaken } from './given.ts';
import { type Ground, isOfAllocator } from './ground.ts';
import { handedOutBy } from './handedOut.ts';
import { writesIn } from './writesIn.ts';

/** Blocks of which it is asked who wrote there, and writes that are looked at of each: the first ones are what is told. */
const MOST_ASKED = 256;
const MOST_WRITES = 256;
interface Block {
  readonly call: InvolvedCall;
  readonly step: Step;
  readonly span: ByteSpan;
  /** The step at which it was given back; null where it was not seen to be. */
  freed: Step | null;
  /** One of those of which it is asked who wrote there. */
  readonly isAsked: boolean;
}

export function* foreignBlocks(context: Context): Generator<Finding> {
  const { grounds } = context;
  if (grounds.length < 2) return;
  const found: Found[] = [];
  for (const block of blocksOf(context)) found.push(...foundIn(context, block));
  // Blocks that both hand out are told as that.
  const isHandedOut = handedOut(context, found);
  /** One a pair of modules. */
  const told = new Map<string, Finding>();
  /** By module: when the room was freed that the host had asked for to make it there. */
  const unloaded = new Map<number, Step>();
  for (const each of found) {
    const { block, other } = each;
    if (isReserved(context, block, other)) {
      if (block.freed !== null) unloaded.set(other, block.freed);
      continue;
    }
    if (isHandedOut.has(each) || isGone(context, block, other, unloaded.get(other))) continue;
    const key = `${moduleOf(context, each.block.call.instance)} ${each.other}`;
    const known = told.get(key);
    told.set(key, known ? { ...known, count: known.count + 1 } : findingOf(context, each));
  }
  yield* told.values();
}

/** Those in which another module may be, by all that tells that: in the order in which they were handed out. */
function blocksOf(context: Context): Block[] {
  const { grounds } = context;
  const blocks: Block[] = [];
  const live = new Map<number, Block>();
  let asked = 0;
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    const old = freed === null ? undefined : live.get(freed);
    if (old) old.freed = at;
    if (freed !== null) live.delete(freed);
    if (made) live.delete(made.address); // it was freed without being seen
    if (!made || isOwnStatic(context, call.instance, made)) continue;
    const own = moduleOf(context, call.instance);
    const isAsked = asked++ < MOST_ASKED;
    const isOthers = ({ statics, stack }: Ground): boolean =>
      statics.overlap(made) !== null || (stack !== null && common(spanOfStack(stack), made) !== null);
    if (!isAsked && !grounds.some((ground, other) => other !== own && isOthers(ground))) continue;
    const block = { call, step: at, span: made, freed: null, isAsked };
    blocks.push(block);
    live.set(made.address, block);
  }
  return blocks;
}

/** Where another module is in a block: as its statics, or by a write. */
interface Found {
  readonly block: Block;
  readonly other: number;
  readonly overlap: ByteSpan;
  readonly write: WriteView | null;
}

type Place = Pick<Found, 'overlap' | 'write'>;

function* foundIn(context: Context, block: Block): Generator<Found> {
  const { grounds, instances } = context;
  const own = moduleOf(context, block.call.instance);
  for (const [other, ground] of grounds.entries()) {
    const first = instances.findIndex(({ module }) => module === other);
    if (other === own || first < 0) continue;
    const found =
      inStatics(context, block, ground, first) ??
      inStack(context, block, other) ??
      (block.isAsked ? writtenBy(context, block, other) : null);
    if (found) yield { block, other, ...found };
  }
}

/** Those whose bytes the other module's allocator handed out, too, but for statics of its own. */
function handedOut(context: Context, found: readonly Found[]): ReadonlySet<Found> {
  const theirs = new Set<Found>();
  if (found.length === 0) return theirs;
  const by = handedOutBy(context);
  for (const each of found)
    if (
      by[each.other]?.overlapping(each.block.span).some(({ call, span }) => !isOwnStatic(context, call.instance, span))
    )
      theirs.add(each);
  return theirs;
}

/** @param first instance of the module whose statics they are */
function inStatics({ instances }: Context, { span, freed }: Block, { statics }: Ground, first: number): Place | null {
  if (freed !== null && freed <= instances[first].step) return null; // before there was anybody else
  const overlap = statics.overlap(span);
  return overlap && { overlap, write: null };
}

/** Whether the room of a module had been freed before the block was handed out, and none of its instances until then is called any more. */
const isGone = (context: Context, { call, step: at }: Block, module: number, freed: Step | undefined): boolean =>
  freed !== undefined &&
  freed <= at &&
  !context.instances.some(
    (each, index) =>
      each.module === module && (each.call ?? 0) <= call.index && isCalledAfter(context, index, call.index),
  );

const spanOfStack = ({ low, pointer }: NonNullable<Ground['stack']>) => ({ address: low, length: pointer - low });

/** So many bytes of a stack are one place in which its first write is looked at. */
const PLACE_BYTES = 16;

/** The first write of each place that a module's stack came down to. */
const pushedBy = onceOfModule((context, module): ReadonlyMap<number, WriteView> => {
  const found = new Map<number, WriteView>();
  const { stack } = context.grounds[module];
  if (!stack) return found;
  writesIn(context, spanOfStack(stack), write => {
    const place = Math.floor(write.address / PLACE_BYTES);
    if (!found.has(place) && isOf(context, write, module) && isPushed(context, write)) found.set(place, write);
    return false;
  });
  return found;
});

/** Where the other module's stack has come down into the block. */
function inStack(context: Context, block: Block, other: number): Place | null {
  const { stack } = context.grounds[other];
  const both = stack && common(spanOfStack(stack), block.span);
  if (!both) return null;
  const writes = pushedBy(context, other);
  for (let place = Math.floor(both.address / PLACE_BYTES); place * PLACE_BYTES < both.address + both.length; place++) {
    const write = writes.get(place);
    const overlap = write && common(write, block.span);
    if (!overlap || write.step > (block.freed ?? context.lastStep) || isGiven(context, write)) continue;
    return isTaken(context, block, other) ? null : { overlap: spanOf(overlap), write };
  }
  return null;
}

const isOf = (context: Context, { owner }: WriteView, module: number): boolean =>
  owner.kind === 'instance' && moduleOf(context, owner.instance) === module;

/** A write into the block that the other module can't have been asked for: of its allocator, or of its stack. */
function writtenBy(context: Context, block: Block, other: number): Place | null {
  const { span, freed } = block;
  const { accesses } = context.ask.accessesTo({
    step: freed ?? context.lastStep,
    ...span,
    from: 0,
    count: MOST_WRITES,
    reads: false,
  });
  const write = accesses.find(
    (access): access is WriteView =>
      access.kind === 'write' && isOf(context, access, other) && isUnasked(context, access),
  );
  // Who is given the block may have an allocator in it.
  if (!write || isTaken(context, block, other)) return null;
  const overlap = common(write, span);
  return overlap && { overlap: spanOf(overlap), write };
}

const isUnasked = (context: Context, write: WriteView): boolean => {
  const ground = write.owner.kind === 'instance' ? groundOf(context, write.owner.instance) : null;
  const { site } = write;
  return isPushed(context, write) || (ground !== null && site !== null && isOfAllocator(ground, site.function));
};

const spanOf = ({ address: start, length }: { address: number; length: number }): ByteSpan => ({
  address: address(start),
  length,
});

function findingOf(
  context: Context,
  { block: { call, step: at, span }, other: module, overlap, write }: Found,
): Finding {
  const { instances } = context;
  const modules = [moduleOf(context, call.instance), module] as const;
  const other = instances.findIndex(each => each.module === module);
  const involvedInstance = write?.owner.kind === 'instance' ? write.owner.instance : other;
  return {
    kind: 'foreign-write',
    // The later of the two shows it.
    step: step(Math.max(at, write?.step ?? instances[other].step)),
    call: call.index,
    instances: [call.instance, involvedInstance].sort((a, b) => a - b),
    range: overlap,
    count: 1,
    details: { allocated: call, block: span, modules, write, separation: separationOf(context) },
  };
}
