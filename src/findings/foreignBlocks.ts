// Two modules over one memory whose allocators do not know of each other: one hands out a block where the other has its statics, or where
// that one's allocator or stack writes. Blocks that both hand out are `duplicateAllocations.ts`.
import type { WriteView } from '../protocol/access.ts';
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { ByteSpan, Finding, FindingDetails, InvolvedCall } from '../protocol/finding.ts';
import { address, type Step, step, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { type Context, callsOf, common, groundOf, isOwnStatic, moduleOf, separationOf } from './context.ts';
import { type Ground, isOfAllocator } from './ground.ts';

/** Blocks of which it is asked who wrote there, and writes that are looked at of each: the first ones are what is told. */
const MOST_BLOCKS = 256;
const MOST_WRITES = 256;
/** Calls whose arguments are looked behind, and how far. */
const MOST_LOOKED = 1024;
const STRUCT_BYTES = 32;
const WORD_BYTES = 4;

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
    if (isOwnStatic(context, block.call.instance, block.span)) continue;
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
function writtenBy(context: Context, block: Block, other: number): Found | null {
  const { span } = block;
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

const isHandedOutBy = (context: Context, { span }: Block, module: number, blocks: readonly Block[]): boolean =>
  blocks.some(
    each =>
      moduleOf(context, each.call.instance) === module &&
      common(each.span, span) &&
      !isOwnStatic(context, each.call.instance, each.span),
  );

/** Whether the module is given an address in the range: it asked for the block, or a call of it takes one, or what a call takes holds one. */
function isTaken(
  context: Context,
  { call: allocating, span: { address: start, length } }: Block,
  module: number,
): boolean {
  const { parent } = context.call(allocating.index);
  if (parent !== null && moduleOf(context, context.call(parent).instance) === module) return true;
  const isIn = (value: number): boolean => value >= start && value < start + length;
  let looked = 0;
  for (const [instance, of] of context.instances.entries()) {
    if (of.module !== module) continue;
    for (const call of callsOf(context, { ...EVERY_CALL, instance })) {
      const addresses = call.args.flatMap(value => (typeof value === 'number' ? [value >>> 0] : []));
      if (addresses.some(isIn)) return true;
      if (looked++ < MOST_LOOKED && addresses.some(at => wordsAt(context, call, at).some(isIn))) return true;
    }
  }
  return false;
}

/** Words that memory held where an argument points to, as the call began. */
function wordsAt(context: Context, { stepBefore, memoryBytes, grownPages }: CallRecord, at: number): number[] {
  if (at === 0 || stepBefore < context.firstStep) return [];
  const end = Math.min(at + STRUCT_BYTES, memoryBytes - grownPages * WASM_PAGE_BYTES);
  if (end - at < WORD_BYTES) return [];
  const bytes = context.ask.bytes({ step: stepBefore, address: address(at), length: end - at });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / WORD_BYTES) }, (_, i) => view.getUint32(i * WORD_BYTES, true));
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
