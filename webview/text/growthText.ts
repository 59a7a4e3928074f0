// What it means that memory grew.
import { accessorText, type GrowView, grownText } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import type { Run } from '../data/run.ts';
import { siteText } from './accessText.ts';

type Modules = Pick<Run, 'modules' | 'instances'>;

/** What becomes of typed arrays over a memory that grows, which is easily overlooked. */
function staleViews({ modules }: Modules): string {
  const isShared = modules.some(({ memory }) => memory.shared);
  const fate = isShared ? 'keep their old length' : 'are detached and have length 0';
  return `JavaScript views made before are stale: they ${fate}.`;
}

/** `Memory grew from 17 to 19 pages, by #0 in malloc+0xb1. JavaScript views …` */
export function growthText(grow: GrowView, run: Modules): string {
  const where = grow.site ? ` in ${siteText(grow.site)}` : '';
  const by = `${accessorText(grow, InstanceNames.of(run))}${where}`;
  return `Memory grew ${grownText(grow.pages, grow.memoryBytes)}, by ${by}. ${staleViews(run)}`;
}

/** The same of a call in which memory grew, if need be more than once. */
export function growthInCall({ grownPages, memoryBytes }: CallRecord, run: Modules): string {
  return `Memory grew in this call ${grownText(grownPages, memoryBytes)}. ${staleViews(run)}`;
}
