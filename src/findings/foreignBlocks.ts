// Two modules over one memory whose allocators do not know of each other: one hands out a block where the other has its statics, or where
// that one's allocator or stack writes. Blocks that both hand out are `duplicateAllocations.ts`.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding, FindingDetails, InvolvedCall } from '../protocol/finding.ts';
import { address, type Step, step } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { BlockSet } from './blockSet.ts';
import { type Context, common, groundOf, isOwnStatic, moduleOf, separationOf } from './context.ts';
import { isReserved, isTaken } from './given.ts';
import { type Ground, isOfAllocator } from './ground.ts';

/** Blocks of which it is asked who wrote there, and writes that are looked at of each: the first ones are what is told. */
const MOST_ASKED = 256;
const MOST_WRITES = 256;
interface Block {
  readonly call: InvolvedCall;
  readonly step: Step;
  readonly span: ByteSpan;
  /** The step at which it was given back; null where it was not seen to be. */
  freed: Step | null;
}

export function* foreignBlocks(context: Context): Generator<Finding> {
  const { grounds, instances } = context;
  if (grounds.length < 2) return;
  const blocks = blocksOf(context);
  const handedOut = handedOutBy(context, blocks);
  /** One a pair of modules. */
  const told = new Map<string, Finding>();
  let asked = 0;
  for (const block of blocks) {
    const own = moduleOf(context, block.call.instance);
    if (isOwnStatic(context, block.call.instance, block.span)) continue;
    const mayAsk = asked++ < MOST_ASKED;
    for (const [other, ground] of grounds.entries()) {
      const first = instances.findIndex(({ module }) => module === other);
      if (other === own || first < 0) continue;
      const key = `${own} ${other}`;
      const known = told.get(key);
      const found = inStatics(context, block, ground, first) ?? (mayAsk ? writtenBy(context, block, other) : null);
      // Blocks that both hand out are told as that.
      if (!found || handedOut[other].overlapping(block.span).length > 0) continue;
      if (isReserved(context, block, other)) continue;
      if (known) told.set(key, { ...known, count: known.count + 1 });
      else told.set(key, findingOf(context, block, [own, other], found));
    }
  }
  yield* told.values();
}

function blocksOf(context: Context): Block[] {
  const blocks: Block[] = [];
  const live = new Map<number, Block>();
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    const old = freed === null ? undefined : live.get(freed);
    if (old) old.freed = at;
    if (!made) continue;
    const block = { call, step: at, span: made, freed: null };
    blocks.push(block);
    live.set(made.address, block);
  }
  return blocks;
}

/** By module, what its allocator handed out, but for statics of its own. */
function handedOutBy(context: Context, blocks: readonly Block[]): BlockSet[] {
  const sets = context.grounds.map(() => new BlockSet());
  for (const block of blocks)
    if (!isOwnStatic(context, block.call.instance, block.span))
      sets[moduleOf(context, block.call.instance)]?.add(block);
  return sets;
}

/** Where the other module is in the block: as its statics, or by a write. */
interface Found {
  readonly overlap: ByteSpan;
  readonly write: WriteView | null;
}

/** @param first instance of the module whose statics they are */
function inStatics({ instances }: Context, { span, freed }: Block, { data }: Ground, first: number): Found | null {
  if (freed !== null && freed <= instances[first].step) return null; // before there was anybody else
  const [overlap] = data.flatMap(each => common(each, span) ?? []);
  return overlap ? { overlap: spanOf(overlap), write: null } : null;
}

/** A write into the block that the other module can't have been asked for: of its allocator, or of its stack. */
function writtenBy(context: Context, block: Block, other: number): Found | null {
  const { span, freed } = block;
  const { accesses } = context.ask.accessesTo({
    step: freed ?? context.lastStep,
    ...span,
    from: 0,
    count: MOST_WRITES,
    reads: false,
  });
  const isOthers = (write: WriteView): boolean =>
    write.owner.kind === 'instance' && moduleOf(context, write.owner.instance) === other;
  const write = accesses.find(
    (access): access is WriteView => access.kind === 'write' && isOthers(access) && isUnasked(context, access),
  );
  // Who is given the block may have an allocator in it.
  if (!write || isTaken(context, block, other)) return null;
  const overlap = common(write, span);
  return overlap && { overlap: spanOf(overlap), write };
}

function isUnasked(context: Context, { address: at, owner, site }: WriteView): boolean {
  const ground = owner.kind === 'instance' ? groundOf(context, owner.instance) : null;
  if (!ground) return false;
  const { stack } = ground;
  const isInStack = stack !== null && at >= stack.low && at < stack.pointer;
  return isInStack || (site !== null && isOfAllocator(ground, site.function));
}

const spanOf = ({ address: start, length }: { address: number; length: number }): ByteSpan => ({
  address: address(start),
  length,
});

function findingOf(
  context: Context,
  { call, step: at, span }: Block,
  modules: FindingDetails['foreign-write']['modules'],
  { overlap, write }: Found,
): Finding {
  const { instances } = context;
  const other = instances.findIndex(({ module }) => module === modules[1]);
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
