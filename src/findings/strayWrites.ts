// Writes where a module has nothing: below all of it where no other one has anything either, and into what another module believes is its own.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address, step } from '../protocol/units.ts';
import { type Context, common, isPushed, lowestStack, moduleOf, separationOf } from './context.ts';
import { isBehindGiven, isGiven } from './given.ts';
import { type Ground, USUAL_BASE } from './ground.ts';
import { handedOutBy } from './handedOut.ts';
import { instanceOf, writesIn } from './writesIn.ts';

export function* nullPageWrites(context: Context): Generator<Finding> {
  const { grounds } = context;
  for (const [module, ground] of grounds.entries()) {
    const others = [...grounds.keys()].filter(other => other !== module);
    // What a module hands out whose allocator is not known may lie anywhere above its own things.
    const isHidden = (other: number): boolean =>
      grounds[other].allocators.size === 0 && handedOutBy(context)[other] === null;
    const lowest = Math.min(ground.lowest, ...others.filter(isHidden).map(other => grounds[other].lowest));
    if (lowest === 0 || (others.length === 0 && !isPickedByLinkers(lowest))) continue;
    const isOthers = (write: WriteView): boolean =>
      others.some(
        other =>
          grounds[other].placed.some(span => common(span, write)) ||
          (handedOutBy(context)[other]?.overlapping(write).length ?? 0) > 0,
      );
    const isOne = (write: WriteView): boolean =>
      moduleOf(context, instanceOf(write) ?? -1) === module &&
      write.segment === null &&
      write.call !== null &&
      !isPushed(context, write) &&
      !isGiven(context, write) &&
      !isBehindGiven(context, write, module) &&
      write.address >= ground.lostThreadLocals && // threadLocals.ts tells of these
      !context.heapFaults.some(({ call, instance }) => call === write.call && instance === instanceOf(write)) &&
      !isOthers(write);
    const { first, count } = writesIn(context, { address: 0, length: lowest }, isOne);
    if (!first) continue;
    yield {
      kind: 'null-page-write',
      step: first.step,
      call: first.call,
      instances: instancesOf(first),
      range: { address: first.address, length: first.length },
      count,
      details: { write: first, lowest: address(lowest) },
    };
  }
}

/** Linkers begin at powers of two: whoever has a single module begin elsewhere wants the room below for something. */
const isPickedByLinkers = (base: number): boolean => base <= USUAL_BASE || Number.isInteger(Math.log2(base));

export function* staticOverlaps(context: Context): Generator<Finding> {
  const { grounds } = context;
  for (let a = 0; a < grounds.length; a++)
    for (let b = a + 1; b < grounds.length; b++) {
      // One cause: what was put there before the first call came before all that is stored there.
      const found =
        firstOf(initialOverlapsOf(grounds[a], grounds[b]), overlap => initialOverlap(context, overlap, [a, b])) ??
        firstOf(overlapsOf(grounds[a].data, grounds[b].data), overlap => writtenOverlap(context, overlap, [a, b])) ??
        firstOf(stackOverlapsOf(grounds[a], grounds[b]), overlap => pushedOver(context, overlap, [a, b], a)) ??
        firstOf(stackOverlapsOf(grounds[b], grounds[a]), overlap => pushedOver(context, overlap, [a, b], b));
      if (found) yield found;
    }
}

function firstOf<T>(overlaps: Iterable<ByteSpan>, find: (overlap: ByteSpan) => T | null): T | null {
  for (const overlap of overlaps) {
    const found = find(overlap);
    if (found) return found;
  }
  return null;
}

function* overlapsOf(mine: readonly ByteSpan[], others: readonly ByteSpan[]): Generator<ByteSpan> {
  for (const each of mine)
    for (const other of others) {
      const overlap = common(each, other);
      if (overlap) yield { address: address(overlap.address), length: overlap.length };
    }
}

/** Where one puts data, and the other one has data or zeros. */
function* initialOverlapsOf(a: Ground, b: Ground): Generator<ByteSpan> {
  yield* overlapsOf(a.initialised, b.data);
  yield* overlapsOf(a.data, b.initialised);
}

/** Where a stack that is followed may push its frames over statics of the other module. */
const stackOverlapsOf = ({ stack }: Ground, { data }: Ground): Iterable<ByteSpan> =>
  stack?.isFollowed ? overlapsOf([{ address: address(stack.low), length: stack.pointer - stack.low }], data) : [];

type Modules = readonly [number, number];

function writtenOverlap(context: Context, overlap: ByteSpan, modules: Modules): Finding | null {
  return overlapOf(context, overlap, modules, write => modules.includes(moduleOf(context, instanceOf(write) ?? -1)));
}

/** A module's stack came down over statics of the other one. */
function pushedOver(context: Context, overlap: ByteSpan, modules: Modules, module: number): Finding | null {
  return overlapOf(context, overlap, modules, write => {
    const instance = instanceOf(write);
    if (instance === null || moduleOf(context, instance) !== module || write.call === null) return false;
    return write.segment === null && write.address >= lowestStack(context, instance, write.call);
  });
}

function overlapOf(
  context: Context,
  overlap: ByteSpan,
  modules: Modules,
  isOne: (write: WriteView) => boolean,
): Finding | null {
  const { first, count } = writesIn(context, overlap, write => isOne(write) && !isSameData(context, write));
  if (!first) return null;
  return {
    kind: 'static-overlap',
    step: first.step,
    call: first.call,
    instances: instancesOf(first),
    range: { address: first.address, length: first.length },
    count,
    details: { write: first, modules, overlap, separation: separationOf(context) },
  };
}

/** They were made before the first call, and no write tells what they put there: whichever was the last, one of them has not what it expects. */
function initialOverlap(context: Context, overlap: ByteSpan, modules: Modules): Finding | null {
  const { instances, firstStep } = context;
  const made = modules.map(module => instances.findIndex(each => each.module === module && each.call === null));
  if (made.includes(-1) || firstStep > 0) return null;
  const [a, b] = modules.map(module => context.grounds[module].dataIn(overlap));
  if (a && b && a.every((byte, i) => byte === b[i])) return null; // whoever was made last, it is right
  return {
    kind: 'static-overlap',
    step: firstStep,
    call: null,
    instances: made.sort((a, b) => a - b),
    range: overlap,
    count: 1,
    details: { write: null, modules, overlap, separation: separationOf(context) },
  };
}

/** A data segment that holds what lies there already. */
function isSameData({ ask, firstStep }: Context, { segment, step: at, address: start, length }: WriteView): boolean {
  if (segment === null || at <= firstStep) return false;
  const [before, after] = [step(at - 1), at].map(each => ask.bytes({ step: each, address: start, length }));
  return before.every((byte, i) => byte === after[i]);
}

function instancesOf(write: WriteView): number[] {
  const instance = instanceOf(write);
  return instance === null ? [] : [instance];
}
