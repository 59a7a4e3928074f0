// The pages of memory to load now, the most urgent first.

import { type PageIndex, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';
import { type MemoryAtStep, pagesOf } from '../data/memoryAtStep.ts';
import { type Granularity, knownSizeAt, momentOf, neighbour, type Place } from '../data/moments.ts';
import type { PageRequest } from '../data/pageCache.ts';
import type { Run } from '../data/run.ts';
import { TEXT_LIMIT } from '../text/utf8Text.ts';

/** Pages before and after the visible ones that are loaded ahead. */
const MARGIN_PAGES = 4;

export interface Shown {
  readonly memory: MemoryAtStep;
  readonly run: Run;
  readonly place: Place;
  readonly granularity: Granularity;
  readonly marked: Step | null;
  /** Addresses in view, the end exclusive. */
  readonly visible: readonly [start: number, end: number];
  readonly selected: number;
  /** Pages of what is shown by templates. */
  readonly byTemplates: readonly PageIndex[];
}

/** First the visible pages and the inspector's, then pages next to them, then the same pages at neighbouring places. */
export function wantedPages({
  memory,
  run,
  place,
  granularity,
  marked,
  visible,
  selected,
  byTemplates,
}: Shown): PageRequest[] {
  const { moment, size } = memory;
  const clamp = (value: number): number => Math.min(Math.max(0, value), size);
  const [start, end] = [clamp(visible[0]), clamp(visible[1])];
  const inView = pagesOf(start, end);
  const inspected = pagesOf(selected, clamp(selected + TEXT_LIMIT));
  const margin = MARGIN_PAGES * SHOWN_PAGE_BYTES;
  const requests: PageRequest[] = [
    { moment, pages: [...new Set([...inView, ...inspected, ...byTemplates])] },
    { moment, pages: pagesOf(clamp(start - margin), clamp(end + margin)) },
  ];
  for (const direction of [1, -1] as const) {
    const near = neighbour(run, place, granularity, direction)?.(run);
    if (!near) continue;
    const there = knownSizeAt(run, near);
    const pages = inView.filter(page => page * SHOWN_PAGE_BYTES < there);
    requests.push({ moment: momentOf(moment.runId, run, near, { granularity, marked }), pages });
  }
  return requests;
}
