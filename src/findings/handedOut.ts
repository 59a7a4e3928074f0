// All that the allocators of each module handed out. Blocks of the same bytes are one.
import { allocationsOf } from './allocations.ts';
import { BlockSet } from './blockSet.ts';
import { moduleOf, once } from './context.ts';

/** By the index of the module; null where nothing is seen to be handed out. Gathered once, since a program allocates millions of times. */
export const handedOutBy = once((context): readonly (BlockSet | null)[] => {
  const sets: (BlockSet | null)[] = context.grounds.map(() => null);
  for (const { call, step, made } of allocationsOf(context)) {
    if (!made) continue;
    const module = moduleOf(context, call.instance);
    const set = sets[module] ?? new BlockSet();
    sets[module] = set;
    if (!set.has(made)) set.add({ span: made, call, step });
  }
  return sets;
});
