// Writes where a module has nothing: below all of it, and into what another module believes is its own.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, common } from './context.ts';

/** Writes that are asked for at a time, and how often at most: the first one is what is told. */
const AT_ONCE = 256;
const MOST_QUESTIONS = 64;

export function* nullPageWrites(context: Context): Generator<Finding> {
  for (const [module, { lowest }] of context.grounds.entries()) {
    if (lowest === 0) continue;
    const isOne = (write: WriteView): boolean =>
      instanceOf(context, write)?.module === module &&
      write.segment === null &&
      write.call !== null &&
      !isPushed(context, write);
    const { first, count } = firstWrite(context, { address: 0, length: lowest }, isOne);
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

/** Whether it lies in the stack, which came down so far. */
function isPushed({ stacks }: Context, write: WriteView): boolean {
  const stack = write.call === null ? undefined : stacks.get(write.call);
  return stack !== undefined && write.address >= stack.lowest && write.address < stack.before;
}

export function* staticOverlaps(context: Context): Generator<Finding> {
  const { grounds } = context;
  for (let a = 0; a < grounds.length; a++)
    for (let b = a + 1; b < grounds.length; b++) {
      const overlaps = grounds[a].data.flatMap(mine => grounds[b].data.flatMap(other => common(mine, other) ?? []));
      for (const overlap of overlaps) {
        const found = overlapOf(context, overlap, [a, b]);
        if (!found) continue;
        yield found;
        break; // one cause
      }
    }
}

function overlapOf(
  context: Context,
  overlap: { address: number; length: number },
  modules: readonly [number, number],
): Finding | null {
  const isOne = (write: WriteView): boolean => modules.includes(instanceOf(context, write)?.module ?? -1);
  const { first, count } = firstWrite(context, overlap, isOne);
  if (!first) return null;
  const span: ByteSpan = { address: address(overlap.address), length: overlap.length };
  return {
    kind: 'static-overlap',
    step: first.step,
    call: first.call,
    instances: instancesOf(first),
    range: { address: first.address, length: first.length },
    count,
    details: { write: first, modules, overlap: span },
  };
}

function firstWrite(
  { ask, lastStep }: Context,
  range: { readonly address: number; readonly length: number },
  isOne: (write: WriteView) => boolean,
): { readonly first: WriteView | null; readonly count: number } {
  let first: WriteView | null = null;
  let count = 0;
  let from: number | null = 0;
  for (let asked = 0; from !== null && asked < MOST_QUESTIONS; asked++) {
    const span = { address: address(range.address), length: range.length };
    const answer: ReturnType<typeof ask.accessesTo> = ask.accessesTo({
      step: lastStep,
      ...span,
      from,
      count: AT_ONCE,
      reads: false,
    });
    for (const access of answer.accesses) {
      if (access.kind !== 'write' || !isOne(access)) continue;
      first ??= access;
      count++;
    }
    from = answer.next;
  }
  return { first, count };
}

function instanceOf({ instances }: Context, { owner }: WriteView) {
  return owner.kind === 'instance' ? instances[owner.instance] : undefined;
}

const instancesOf = ({ owner }: WriteView): number[] => (owner.kind === 'instance' ? [owner.instance] : []);
