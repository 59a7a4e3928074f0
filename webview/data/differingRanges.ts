// The ranges that differ between two steps, by their number: there may be many thousands, of which those in view are loaded.
import type { DifferingFrom, DifferingRange } from '../../src/protocol/access.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { pageIndex } from '../../src/protocol/units.ts';
import type { ComparedPages } from './overviewData.ts';
import { PartCache } from './partCache.ts';

/** Ranges of one request. */
const PART = 64;

/** Parts that are kept. */
const CAPACITY = 64;

type Request = HostRequests['differingRanges'];

export interface DifferingRangesOptions {
  readonly read: (params: Request['params']) => Promise<Request['result']>;
  readonly failed: (message: string) => void;
}

interface PartOfAll {
  readonly compared: ComparedPages;
  readonly part: number;
}

export class DifferingRanges extends PartCache<PartOfAll, readonly DifferingRange[]> {
  private compared: ComparedPages | null = null;
  /** What differs at the shown step is not known yet. */
  busy = true;
  /** How many ranges there are; null while that is not known. */
  total: number | null = null;

  constructor(private readonly options: DifferingRangesOptions) {
    super({ capacity: CAPACITY, failed: options.failed });
  }

  /** Says which steps are compared; null while it is not known what differs: what was known before stays until then. */
  show(compared: ComparedPages | null): void {
    const before = this.compared;
    // Of memory of another size the ranges are others, too.
    const isSame =
      before?.runId === compared?.runId &&
      before?.step === compared?.step &&
      before?.since === compared?.since &&
      before?.ranges === compared?.ranges;
    if (isSame && !this.busy) return;
    this.busy = compared === null;
    if (this.busy) this.request([]);
    if (compared && !isSame) {
      this.clear();
      this.compared = compared;
      this.total = compared.ranges.reduce((sum, ranges) => sum + ranges, 0);
    }
    this.changed();
  }

  /** Forgets all: another run is shown. */
  reset(): void {
    this.clear();
    this.compared = null;
    this.total = null;
  }

  /** The `index`-th range, from 0; undefined where it is not loaded. */
  get(index: number): DifferingRange | undefined {
    return this.use(String(Math.floor(index / PART)))?.[index % PART];
  }

  /** Says which ranges are in view, `from` … `to` (exclusive). */
  want(from: number, to: number): void {
    const { compared, total, busy } = this;
    if (!compared || total === null || busy) return;
    const wanted: PartOfAll[] = [];
    for (let part = Math.floor(from / PART); part * PART < Math.min(to, total); part++) wanted.push({ compared, part });
    this.request(wanted);
  }

  protected override missing(request: PartOfAll): PartOfAll | undefined {
    return this.has(String(request.part)) ? undefined : request;
  }

  protected override async load({ compared, part }: PartOfAll): Promise<[string, readonly DifferingRange[]][]> {
    const { runId, step, since, ranges } = compared;
    const { page, skip } = placeOf(ranges, part * PART);
    const found: DifferingRange[] = [];
    let from: DifferingFrom | null = { first: pageIndex(page), skip, begun: null };
    // A range of gigabytes takes many answers.
    while (from) {
      // Where something else is shown by now, nobody waits for the rest.
      if (compared !== this.compared || this.busy) return [];
      const answer: Request['result'] = await this.options.read({
        runId,
        step,
        since,
        ...from,
        count: PART - found.length,
      });
      found.push(...answer.ranges);
      from = answer.next;
    }
    return [[String(part), found]];
  }
}

/** The page in which a range begins, and how many begin there before it. */
export function placeOf(ranges: Uint32Array, index: number): { readonly page: number; readonly skip: number } {
  let before = 0;
  for (let page = 0; page < ranges.length; page++) {
    const here = ranges[page] ?? 0;
    if (index < before + here) return { page, skip: index - before };
    before += here;
  }
  return { page: Math.max(0, ranges.length - 1), skip: 0 };
}
