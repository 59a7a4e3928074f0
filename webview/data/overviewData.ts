// Owner and writes of every page of memory, as far as they are loaded. 4 GiB has 1,048,576 pages: they are asked for in
// parts, and what was known of another step is shown until the new answer comes.
import { OWNER_CODE, type PageSummary } from '../../src/protocol/run.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';
import { messageOf } from './question.ts';

export interface OverviewOptions {
  /** Asks the host about `count` pages from `first` on. */
  readonly read: (runId: number, step: Step, first: PageIndex, count: number) => Promise<readonly PageSummary[]>;
  readonly arrived: () => void;
  readonly failed: (message: string) => void;
}

/** Pages of one request: an answer of as many written pages is on its way for some 20 ms. */
const PART = 8192;

/** Time between two drawings while parts arrive, in milliseconds: drawing goes over all pages. */
const REDRAW_INTERVAL = 250;

/** How long a step must stay before it is asked for, in milliseconds: a slider passes hundreds. */
const STILL = 80;

interface Target {
  readonly runId: number;
  readonly step: Step;
  readonly pages: number;
}

export class OverviewData {
  /** OWNER_CODE of each page; its length is the number of pages. */
  owners = new Uint8Array(0);
  /** Writes to each page up to the step. */
  writes = new Uint32Array(0);
  /** Owners that were seen so far, of this run. */
  readonly seen = new Set<number>();
  /** Changes whenever there is more to draw. */
  loaded = 0;
  /** Parts that the step's answer is still to come for. */
  private missing: number[] = [];
  private target: Target | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private inFlight = false;
  /** When `loaded` changed last, as `performance.now()` has it. */
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: OverviewOptions) {}

  /** Not all pages are those of the step yet. */
  get busy(): boolean {
    return this.missing.length > 0;
  }

  /** Says which moment is shown, and how large memory is then in bytes. */
  show(runId: number, step: Step, memoryBytes: number): void {
    const pages = Math.ceil(memoryBytes / SHOWN_PAGE_BYTES);
    const before = this.target;
    if (before && before.runId === runId && before.step === step && before.pages === pages) return;
    if (before?.runId !== runId) this.clear();
    this.target = { runId, step, pages };
    this.resize(pages);
    this.missing = Array.from({ length: Math.ceil(pages / PART) }, (_, part) => part);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), STILL);
  }

  /** Ends the asking. */
  dispose(): void {
    clearTimeout(this.timer);
    this.missing = [];
  }

  private clear(): void {
    this.owners = new Uint8Array(0);
    this.writes = new Uint32Array(0);
    this.seen.clear();
  }

  private resize(pages: number): void {
    if (pages === this.owners.length) return;
    const owners = new Uint8Array(pages);
    owners.set(this.owners.subarray(0, pages));
    const writes = new Uint32Array(pages);
    writes.set(this.writes.subarray(0, pages));
    this.owners = owners;
    this.writes = writes;
    this.loaded++;
  }

  /** One request at a time; the next one is for what is shown by then. */
  private pump(): void {
    const { target } = this;
    const part = this.missing[0];
    if (this.inFlight || !target || part === undefined) return;
    const first = part * PART;
    const count = Math.min(PART, this.owners.length - first);
    this.inFlight = true;
    this.options.read(target.runId, target.step, pageIndex(first), count).then(
      summaries => {
        this.inFlight = false;
        // An answer for another step is dropped.
        if (target === this.target) this.store(first, count, summaries);
        this.pump();
      },
      (error: unknown) => {
        this.inFlight = false;
        if (target !== this.target) {
          this.pump();
          return;
        }
        this.missing = [];
        this.options.failed(messageOf(error));
      },
    );
  }

  private store(first: number, count: number, summaries: readonly PageSummary[]): void {
    this.missing = this.missing.slice(1);
    // Pages that the answer leaves out were never written.
    this.owners.fill(OWNER_CODE.never, first, first + count);
    this.writes.fill(0, first, first + count);
    for (const { page, owner, writes } of summaries) {
      if (page < first || page >= first + count) continue;
      this.owners[page] = owner;
      this.writes[page] = writes;
      if (owner !== OWNER_CODE.never) this.seen.add(owner);
    }
    const now = performance.now();
    if (this.busy && now - this.drawn < REDRAW_INTERVAL) return;
    this.drawn = now;
    this.loaded++;
    this.options.arrived();
  }
}
