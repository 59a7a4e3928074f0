// Which pages of memory are worth having now, the most urgent first.
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { SHOWN_PAGE_BYTES } from '../../src/protocol/units.ts';
import { type MemoryAtStep, pagesOf } from '../data/memoryAtStep.ts';
import { type Granularity, knownSizeAt, momentOf, neighbour, type Place } from '../data/moments.ts';
import type { PageRequest } from '../data/pageCache.ts';
import { TEXT_LIMIT } from '../text/utf8Text.ts';

/** Pages before and after the visible ones that are loaded ahead. */
const MARGIN_PAGES = 4;

export interface Shown {
  readonly memory: MemoryAtStep;
  readonly run: RunSnapshot;
  readonly place: Place;
  readonly granularity: Granularity;
  /** Addresses in view, the end exclusive. */
  readonly visible: readonly [start: number, end: number];
  readonly selected: number;
}

/** First what is visible and what the inspector needs, then neighbours in address and in time. */
export function wantedPages({ memory, run, place, granularity, visible, selected }: Shown): PageRequest[] {
  const { moment, size } = memory;
  const clamp = (value: number): number => Math.min(Math.max(0, value), size);
  const [start, end] = [clamp(visible[0]), clamp(visible[1])];
  const inView = pagesOf(start, end);
  const inspected = pagesOf(selected, clamp(selected + TEXT_LIMIT));
  const margin = MARGIN_PAGES * SHOWN_PAGE_BYTES;
  const requests: PageRequest[] = [
    { moment, pages: [...new Set([...inView, ...inspected])] },
    { moment, pages: pagesOf(clamp(start - margin), clamp(end + margin)) },
  ];
  for (const direction of [1, -1] as const) {
    const near = neighbour(run, place, granularity, direction);
    if (!near) continue;
    const there = knownSizeAt(run, near);
    const pages = inView.filter(page => page * SHOWN_PAGE_BYTES < there);
    requests.push({ moment: momentOf(moment.runId, run, near, granularity), pages });
  }
  return requests;
}
