// Writes where a module has nothing: below all of it, and into what another module believes is its own.
import type { WriteView } from '../protocol/access.ts';
import type { ByteSpan, Finding } from '../protocol/finding.ts';
import { address } from '../protocol/units.ts';
import { type Context, common } from './context.ts';
import { instanceOf, writesIn } from './writesIn.ts';

export function* nullPageWrites(context: Context): Generator<Finding> {
  for (const [module, { lowest }] of context.grounds.entries()) {
    if (lowest === 0) continue;
    const isOne = (write: WriteView): boolean =>
      moduleOf(context, write) === module && write.segment === null && write.call !== null && !isPushed(context, write);
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
  const isOne = (write: WriteView): boolean => modules.includes(moduleOf(context, write));
  const { first, count } = writesIn(context, overlap, isOne);
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

const moduleOf = ({ instances }: Context, write: WriteView): number => instances[instanceOf(write) ?? -1]?.module ?? -1;

function instancesOf(write: WriteView): number[] {
  const instance = instanceOf(write);
  return instance === null ? [] : [instance];
}
