// Position-independent modules, which their host puts where it likes: beyond the block that it asked for, or where it has none, so that an
// allocator hands out the region of one that is in use.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address, type Step, step } from '../protocol/units.ts';
import { allocationsOf } from './allocations.ts';
import { type Block, BlockSet } from './blockSet.ts';
import { type Context, common, contains, groundOf, isCalledAfter, moduleOf, once, separationOf } from './context.ts';
import { instanceOf, writesIn } from './writesIn.ts';

/** An instance of a position-independent module, and where it was put. */
interface Loaded {
  readonly instance: number;
  readonly module: number;
  /** `CallRecord.index` of its making. */
  readonly call: number;
  readonly region: ByteSpan;
  /** What its data segments put there. */
  readonly segments: readonly WriteView[];
}

/** Accesses of the making of an instance that are looked at: its segments come first. */
const MOST_ACCESSES = 1000;

/** In the order in which they were made. */
export const loadedInstances = once((context): readonly Loaded[] =>
  context.instances.flatMap((_, instance) => loadedInstance(context, instance) ?? []),
);

function loadedInstance(context: Context, instance: number): Loaded | null {
  const { module, call } = context.instances[instance];
  const loaded = groundOf(context, instance)?.loaded;
  if (!loaded || call === null || context.call(call).stepBefore < context.firstStep) return null;
  const accesses = context.ask.accesses({ call, from: 0, count: MOST_ACCESSES });
  const segments = accesses.filter(
    (each): each is WriteView => each.kind === 'write' && each.segment !== null && instanceOf(each) === instance,
  );
  if (segments.length === 0 || segments.length === MOST_ACCESSES) return null;
  const base = Math.min(...segments.map(each => each.address)) - loaded.firstData;
  return { instance, module, call, region: { address: address(base), length: loaded.bytes }, segments };
}

/** Whether a data segment of an instance is put where an earlier one of its module has it, which is called after that. */
export function isLoadedAgain(context: Context, instance: number, { address: start, segment }: WriteView): boolean {
  const all = loadedInstances(context);
  const own = all.find(each => each.instance === instance);
  if (!own || segment === null) return false;
  return all.some(
    other =>
      other.module === own.module &&
      other.instance < instance &&
      other.segments.some(each => each.segment === segment && each.address === start) &&
      isCalledAfter(context, other.instance, own.call),
  );
}

export function* loadedModules(context: Context): Generator<Finding> {
  const waiting = [...loadedInstances(context)];
  if (waiting.length === 0) return;
  const live = new BlockSet();
  const put: Loaded[] = [];
  /** One a pair of modules and kind. */
  const told = new Map<string, Finding>();
  const tell = (found: Finding | null, owner: number, other: number): void => {
    if (!found) return;
    const key = `${found.kind} ${owner} ${other}`;
    const known = told.get(key);
    told.set(key, known ? { ...known, count: known.count + 1 } : found);
  };
  const putBefore = (call: number): void => {
    for (let next = waiting.at(0); next && next.call < call; next = waiting.at(0)) {
      for (const write of next.segments)
        for (const block of live.overlapping(write))
          tell(beyondRoom(context, live, next, write, block), moduleOf(context, block.call.instance), next.module);
      put.push(next);
      waiting.shift();
    }
  };
  for (const { call, step: at, freed, made } of allocationsOf(context)) {
    putBefore(call.index);
    if (freed !== null) live.free(freed);
    if (!made) continue;
    const block = { span: made, call, step: at };
    for (const other of live.overlapping(made)) live.remove(other); // it was freed without being seen
    live.add(block);
    const module = moduleOf(context, call.instance);
    for (const each of put) if (each.module !== module) tell(handedOut(context, each, block), module, each.module);
  }
  putBefore(Number.POSITIVE_INFINITY);
  yield* told.values();
}

/** A data segment goes past the end of the block that it begins in, or over one that begins behind. */
function beyondRoom(context: Context, live: BlockSet, loaded: Loaded, write: WriteView, block: Block): Finding | null {
  const owner = moduleOf(context, block.call.instance);
  if (owner === loaded.module) return null;
  const others = live.overlapping(write);
  const room = others.find(({ span }) => contains(span, write.address));
  if (block === room) {
    const isLast = others.length === 1 && write.address + write.length > block.span.address + block.span.length;
    if (!isLast) return null;
    return {
      kind: 'heap-overflow',
      ...placeOf(loaded, block, write, write.step),
      call: loaded.call,
      details: { write, block: { span: block.span, made: block.call }, side: 'behind', other: null, into: null },
    };
  }
  // Where nobody is known to have asked for the room, somebody may have freed the block without being seen.
  if (!room && !context.grounds[owner]?.isFollowed) return null;
  return foreignWrite(context, loaded, block, { write, at: write.step, overlap: common(write, block.span) });
}

/** An allocator hands out bytes of a module that was put there before; others write to them, and it is called after that. */
function handedOut(context: Context, loaded: Loaded, block: Block): Finding | null {
  const overlap = common(loaded.region, block.span);
  if (!overlap || block.step < context.firstStep) return null;
  const isOthers = (each: WriteView): boolean => each.step > block.step && instanceOf(each) !== loaded.instance;
  const { first } = writesIn(context, overlap, isOthers);
  if (!first || !isCalledAfter(context, loaded.instance, first.call ?? block.call.index)) return null;
  return foreignWrite(context, loaded, block, { write: null, at: first.step, overlap });
}

function foreignWrite(
  context: Context,
  loaded: Loaded,
  block: Block,
  found: { readonly write: WriteView | null; readonly at: Step; readonly overlap: ReturnType<typeof common> },
): Finding {
  const modules = [moduleOf(context, block.call.instance), loaded.module] as const;
  const details = { allocated: block.call, block: block.span, modules, write: found.write, isLoaded: true } as const;
  return {
    kind: 'foreign-write',
    ...placeOf(loaded, block, found.overlap, found.at),
    call: block.call.index,
    details: { ...details, separation: separationOf(context) },
  };
}

const placeOf = (
  { instance }: Loaded,
  { call }: Block,
  range: { readonly address: number; readonly length: number } | null,
  at: Step,
) => ({
  step: step(at),
  instances: [call.instance, instance].sort((a, b) => a - b),
  range: range && { address: address(range.address), length: range.length },
  count: 1,
});
