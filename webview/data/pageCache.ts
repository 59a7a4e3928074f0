// Pages of memory that the panel has, and the ones it asks for. Fast scrolling passes thousands of pages: only what is
// wanted when the last answer came is asked for next.
import type { PageView } from '../../src/protocol/run.ts';
import { type PageIndex, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';

/** A step of one run. */
export interface Moment {
  readonly runId: number;
  readonly step: Step;
  /** The step against which changed bytes are told; the one before where there is none. */
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
  /** Pages arrived. */
  readonly arrived: () => void;
  /** A read failed, with the host's words. The pages are asked for again only when other ones are wanted. */
  readonly failed: (message: string) => void;
  /** Pages that are kept; the least recently used go first. */
  readonly capacity: number;
}

/** Most pages of one request: 256 KiB, some 13 ms at the 20 MB/s that `postMessage` moves. */
const BATCH = 64;

export class PageCache {
  /** In order of use, the least recent first. */
  private readonly pages = new Map<string, CachedPage>();
  private wanted: readonly PageRequest[] = [];
  private inFlight = false;
  private runId: number | undefined;
  /** OWNER_CODE of every owner in the pages that came so far, of this run. */
  readonly owners = new Set<number>();

  constructor(private readonly options: PageCacheOptions) {}

  /** The page, if it is here. */
  get(moment: Moment, page: PageIndex): CachedPage | undefined {
    if (moment.runId !== this.runId) return undefined;
    const key = keyOf(moment, page);
    const found = this.pages.get(key);
    if (found) {
      this.pages.delete(key);
      this.pages.set(key, found);
    }
    return found;
  }

  /**
   * Says what is wanted now, the most urgent request first; it takes the place of what was wanted before.
   * All requests are for one run; pages of another run are forgotten.
   */
  want(requests: readonly PageRequest[]): void {
    const runId = requests[0]?.moment.runId;
    if (runId !== undefined && runId !== this.runId) {
      this.runId = runId;
      this.pages.clear();
      this.owners.clear();
    }
    this.wanted = requests;
    this.pump();
  }

  private nextRequest(): PageRequest | undefined {
    for (const { moment, pages } of this.wanted) {
      const missing = pages.filter(page => !this.pages.has(keyOf(moment, page)));
      if (missing.length > 0) return { moment, pages: missing.slice(0, BATCH) };
    }
    return undefined;
  }

  private pump(): void {
    if (this.inFlight) return;
    const request = this.nextRequest();
    if (!request) return;
    this.inFlight = true;
    this.options.read(request).then(
      answer => this.settle(request, answer),
      (error: unknown) => this.settle(request, error instanceof Error ? error : new Error(String(error))),
    );
  }

  private settle(request: PageRequest, answer: readonly PageView[] | Error): void {
    this.inFlight = false;
    // An answer of a run that is no longer shown is dropped.
    if (request.moment.runId === this.runId) {
      const problem = answer instanceof Error ? answer.message : this.store(request, answer);
      if (problem === undefined) this.options.arrived();
      else {
        // Asking again at once would fail again at once.
        this.wanted = [];
        this.options.failed(problem);
      }
    }
    this.pump();
  }

  /** Keeps what came. Returns what is wrong with the answer, if anything is. */
  private store({ moment, pages }: PageRequest, answer: readonly PageView[]): string | undefined {
    const missing = new Set(pages);
    for (const { page, bytes, changed, owners } of answer) {
      if (!isWhole(bytes) || !isWhole(owners) || !missing.delete(page)) continue;
      this.pages.set(keyOf(moment, page), { bytes, changed: changedBytes(changed), owners });
      for (const owner of owners ?? []) this.owners.add(owner);
    }
    for (const key of this.pages.keys()) {
      if (this.pages.size <= this.options.capacity) break;
      this.pages.delete(key);
    }
    const [first] = missing;
    return first === undefined ? undefined : `The extension did not send page ${first} of the memory.`;
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
