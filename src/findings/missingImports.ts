// An allocator that a module imports, and that nobody provides: a stub gives it address 0, again and again, and all blocks are one.
import type { WriteView } from '../protocol/access.ts';
import type { Finding } from '../protocol/finding.ts';
import { step } from '../protocol/units.ts';
import type { Context } from './context.ts';
import { instanceOf, writesIn } from './writesIn.ts';

/** Bytes from address 0 on in which a store is taken for one to such a block, where the module's own data does not begin before. */
const NEAR_ZERO = 1024;

export function* missingImports(context: Context): Generator<Finding> {
  const { grounds, imported, instances } = context;
  if (grounds.every(({ importedAllocators }) => importedAllocators.size === 0)) return;
  const seen = new Map<number, { call: number; calls: number; isStub: boolean }>();
  for (const { call, import: number, count, result } of imported()) {
    const known = seen.get(number) ?? { call, calls: 0, isStub: true };
    seen.set(number, { ...known, calls: known.calls + count, isStub: known.isStub && result === 0 });
  }
  for (const [module, { importedAllocators, lowest }] of grounds.entries())
    for (const [number, { name, role }] of importedAllocators) {
      const found = seen.get(number);
      if (!found?.isStub || (role !== 'allocate' && role !== 'resize')) continue;
      const mine = instances.flatMap((each, instance) => (each.module === module ? [instance] : []));
      const range = { address: 0, length: lowest > 0 ? Math.min(lowest, NEAR_ZERO) : NEAR_ZERO };
      const isOwn = (each: WriteView): boolean =>
        mine.includes(instanceOf(each) ?? -1) && each.segment === null && each.call !== null;
      const { first: write } = writesIn(context, range, isOwn);
      // An allocator may refuse once, and realloc may free.
      if (!write && (role !== 'allocate' || found.calls < 2)) continue;
      yield {
        kind: 'missing-import',
        step: write?.step ?? step(context.firstStep),
        call: write?.call ?? (found.call || null),
        instances: write ? mine.filter(instance => instance === instanceOf(write)) : mine,
        range: write && { address: write.address, length: write.length },
        count: 1,
        details: { import: name, module, calls: found.calls, write },
      };
    }
}
