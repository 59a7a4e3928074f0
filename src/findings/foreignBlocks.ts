// Two modules over one memory whose allocators do not know of each other: one hands out a block where the other has its statics, or where
// that one's allocator or stack writes. Blocks that both hand out are `duplicateAllocations.ts`.
import type { WriteView } from '../protocol/access.ts';
import { EVERY_CALL } from '../protocol/call.ts';
import type { ByteSpan, Finding, FindingDetails, InvolvedCall } from '../protocol/finding.ts';
import { address, type Step, step } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { type Context, callsOf, common, groundOf, moduleOf, separationOf } from './context.ts';
import { type Ground, isOfAllocator } from './ground.ts';

/** Blocks of which it is asked who wrote there, and writes that are looked at of each: the first ones are what is told. */
const MOST_BLOCKS = 256;
const MOST_WRITES = 256;

interface Block {
  readonly call: InvolvedCall;
  readonly step: Step;
  readonly span: ByteSpan;
}

export function* foreignBlocks(context: Context): Generator<Finding> {
  const { grounds, instances } = context;
  if (grounds.length < 2) return;
  const blocks = blocksOf(context);
  /** One a pair of modules. */
  const told = new Map<string, Finding>();
  for (const block of blocks.slice(0, MOST_BLOCKS)) {
    const own = moduleOf(context, block.call.instance);
    // What it hands out of its own statics is no heap.
    if (grounds[own]?.data.some(span => common(span, block.span))) continue;
    for (const [other, ground] of grounds.entries()) {
      const first = instances.findIndex(({ module }) => module === other);
      if (other === own || first < 0) continue;
      const found = inStatics(block, ground) ?? writtenBy(context, block, other);
      // Blocks that both hand out are told as that.
      if (!found || isHandedOutBy(context, block, other, blocks)) continue;
      const key = `${own} ${other}`;
      const known = told.get(key);
      if (known) told.set(key, { ...known, count: known.count + 1 });
      else told.set(key, findingOf(context, block, [own, other], found));
    }
  }
  yield* told.values();
}

const blocksOf = (context: Context): Block[] =>
  [...allocationsOf(context)].flatMap(({ call, step: at, made }) => (made ? [{ call, step: at, span: made }] : []));

/** Where the other module is in the block: as its statics, or by a write. */
interface Found {
  readonly overlap: ByteSpan;
  readonly write: WriteView | null;
}

function inStatics({ span }: Block, { data }: Ground): Found | null {
  const [overlap] = data.flatMap(each => common(each, span) ?? []);
  return overlap ? { overlap: spanOf(overlap), write: null } : null;
}

/** A write into the block that the other module can't have been asked for: of its allocator, or of its stack. */
function writtenBy(context: Context, { span }: Block, other: number): Found | null {
  const { accesses } = context.ask.accessesTo({
    step: context.lastStep,
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
  if (!write || isTaken(context, span, other)) return null;
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

const isHandedOutBy = (context: Context, { span }: Block, module: number, blocks: readonly Block[]): boolean =>
  blocks.some(each => moduleOf(context, each.call.instance) === module && common(each.span, span));

/** Whether a call of the module takes an address in the range. */
function isTaken(context: Context, { address: start, length }: ByteSpan, module: number): boolean {
  for (const [instance, of] of context.instances.entries()) {
    if (of.module !== module) continue;
    for (const { args } of callsOf(context, { ...EVERY_CALL, instance }))
      if (args.some(value => typeof value === 'number' && value >>> 0 >= start && value >>> 0 < start + length))
        return true;
  }
  return false;
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
