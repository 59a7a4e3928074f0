// The loaded pages of memory.
import type { PageView } from '../../src/protocol/access.ts';
import { type PageIndex, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';
import { PartCache } from './partCache.ts';

/** A step of one run. */
export interface Moment {
  readonly runId: number;
  readonly step: Step;
  /** Bytes that differ from this step are marked as changed; the step before where it is absent. */
  readonly since?: Step;
}

export interface CachedPage {
  /** null where all bytes are zero */
  readonly bytes: Uint8Array | null;
  /** 1 for each byte that changed since {@link Moment.since}; null where none did */
  readonly changed: Uint8Array | null;
  /** OWNER_CODE of each byte; null where nobody ever wrote to the page */
  readonly owners: Uint8Array | null;
}

export interface PageRequest {
  readonly moment: Moment;
  readonly pages: readonly PageIndex[];
}

export interface PageCacheOptions {
  /** Asks the host. */
  readonly read: (request: PageRequest) => Promise<readonly PageView[]>;
  readonly failed: (message: string) => void;
  /** Pages that are kept; the least recently used go first. */
  readonly capacity: number;
}

/** Most pages of one request: 256 KiB, some 13 ms at the 20 MB/s that `postMessage` moves. */
const BATCH = 64;

export class PageCache extends PartCache<PageRequest, CachedPage> {
  private runId: number | undefined;
  /** OWNER_CODE of every owner that the run's pages have shown so far. */
  readonly owners = new Set<number>();

  constructor(private readonly options: PageCacheOptions) {
    super(options);
  }

  /** The page, if it is loaded. */
  get(moment: Moment, page: PageIndex): CachedPage | undefined {
    return moment.runId === this.runId ? this.use(keyOf(moment, page)) : undefined;
  }

  /** Takes requests, the most urgent first, which are all for one run. Forgets the pages of another run. */
  want(requests: readonly PageRequest[]): void {
    const runId = requests[0]?.moment.runId;
    if (runId !== undefined && runId !== this.runId) {
      this.runId = runId;
      this.clear();
      this.owners.clear();
    }
    this.request(requests);
  }

  protected override missing({ moment, pages }: PageRequest): PageRequest | undefined {
    const missing = pages.filter(page => !this.has(keyOf(moment, page)));
    return missing.length > 0 ? { moment, pages: missing.slice(0, BATCH) } : undefined;
  }

  protected override async load(request: PageRequest): Promise<Iterable<readonly [string, CachedPage]>> {
    return this.pagesIn(request, await this.options.read(request));
  }

  /** The pages of an answer. Throws at the end where the answer lacks some. */
  private *pagesIn({ moment, pages }: PageRequest, answer: readonly PageView[]): Generator<[string, CachedPage]> {
    const missing = new Set(pages);
    for (const { page, bytes, changed, owners } of answer) {
      if (!isWhole(bytes) || !isWhole(owners) || !missing.delete(page)) continue;
      for (const owner of owners ?? []) this.owners.add(owner);
      yield [keyOf(moment, page), { bytes, changed: changedBytes(changed), owners }];
    }
    const [first] = missing;
    if (first !== undefined) throw new Error(`The extension did not send page ${first} of the memory.`);
  }
}

function keyOf({ step, since }: Moment, page: PageIndex): string {
  return `${step}:${since ?? ''}:${page}`;
}

function isWhole(bytes: Uint8Array | null): boolean {
  return bytes === null || (bytes instanceof Uint8Array && bytes.length === SHOWN_PAGE_BYTES);
}

function changedBytes(ranges: readonly number[]): Uint8Array | null {
  if (ranges.length === 0) return null;
  const changed = new Uint8Array(SHOWN_PAGE_BYTES);
  for (let i = 0; i + 1 < ranges.length; i += 2) changed.fill(1, ranges[i], ranges[i + 1]);
  return changed;
}
