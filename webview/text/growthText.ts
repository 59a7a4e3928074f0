// What it means that memory grew.
import { accessorText, type GrowView } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count } from '../../src/protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
import type { Run } from '../data/run.ts';
import { siteText } from './accessText.ts';

type Modules = Pick<Run, 'modules' | 'instances'>;

/** What becomes of typed arrays over a memory that grows, which is easily overlooked. */
function staleViews({ modules }: Modules): string {
  const isShared = modules.some(({ memory }) => memory.shared);
  const fate = isShared ? 'keep their old length' : 'are detached and have length 0';
  return `JavaScript views made before are stale: they ${fate}.`;
}

const pages = (bytes: number): number => bytes / WASM_PAGE_BYTES;

/** `Memory grew from 17 to 19 pages, by #0 in malloc+0xb1. JavaScript views …` */
export function growthText(grow: GrowView, run: Modules): string {
  const to = pages(grow.memoryBytes);
  const where = grow.site ? ` in ${siteText(grow.site)}` : '';
  const by = `${accessorText(grow, InstanceNames.of(run))}${where}`;
  return `Memory grew from ${to - grow.pages} to ${count(to, 'page')}, by ${by}. ${staleViews(run)}`;
}

/** The same of a call in which memory grew, if need be more than once. */
export function growthInCall({ grownPages, memoryBytes }: CallRecord, run: Modules): string {
  const to = pages(memoryBytes);
  return `Memory grew in this call from ${to - grownPages} to ${count(to, 'page')}. ${staleViews(run)}`;
}
