// All that the allocators of each module handed out. Blocks of the same bytes are one.
import { allocationsOf } from './allocations.ts';
import { BlockSet } from './blockSet.ts';
import { type Context, moduleOf } from './context.ts';

const handedOut = new WeakMap<Context, readonly (BlockSet | null)[]>();

/** By the index of the module; null where nothing is seen to be handed out. Gathered once, since a program allocates millions of times. */
export function handedOutBy(context: Context): readonly (BlockSet | null)[] {
  const known = handedOut.get(context);
  if (known) return known;
  const sets: (BlockSet | null)[] = context.grounds.map(() => null);
  handedOut.set(context, sets);
  for (const { call, step, made } of allocationsOf(context)) {
    if (!made) continue;
    const module = moduleOf(context, call.instance);
    const set = sets[module] ?? new BlockSet();
    sets[module] = set;
    if (!set.has(made)) set.add({ span: made, call, step });
  }
  return sets;
}
