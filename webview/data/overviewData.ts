// Owner and writes of every page of memory. 4 GiB has 1,048,576 pages: they are asked for in parts, and pages keep the values of
// an earlier step until the new answer comes.

import type { PageDifference, PageSummary } from '../../src/protocol/access.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';

export interface OverviewOptions {
  /** Asks the host about `count` pages from `first` on. */
  readonly read: (runId: number, step: Step, first: PageIndex, count: number) => Promise<readonly PageSummary[]>;
  /** Asks it which of these pages are others than at the step `since`. */
  readonly differences: (params: HostRequests['differingPages']['params']) => Promise<readonly PageDifference[]>;
  readonly failed: (message: string) => void;
}

/** What an overview is of. */
export interface Overviewed {
  readonly runId: number;
  readonly step: Step;
  /** The step that it is compared with; null for none. */
  readonly since: Step | null;
  /** Size of memory at the step. */
  readonly memoryBytes: number;
}

/** Two steps, and how many ranges that differ between them begin in each page. */
export interface ComparedPages {
  readonly runId: number;
  readonly step: Step;
  readonly since: Step;
  readonly ranges: Uint32Array;
}

/** Pages of one request: an answer about so many takes some 20 ms on its way. */
const PART = 8192;

/** Time between two drawings while parts arrive, in milliseconds: drawing goes over all pages. */
const REDRAW_INTERVAL = 250;

/** A step is asked for after so many milliseconds without another: a slider passes hundreds of steps. */
const STILL = 80;

/** What is answered about some pages. */
interface Part {
  readonly summaries: readonly PageSummary[];
  readonly differences: readonly PageDifference[];
}

const keyOf = ({ runId, step, since, memoryBytes }: Overviewed): string => [runId, step, since, memoryBytes].join();

/** Changes whenever there is more to draw. */
export class OverviewData extends Changing {
  /** OWNER_CODE of each page; its length is the number of pages. */
  owners = new Uint8Array(0);
  /** Writes to each page up to the step. */
  writes = new Uint32Array(0);
  /** Bytes of each page that are others than at the step that is compared with. */
  differing = new Uint32Array(0);
  /** Ranges of such bytes that begin in each page. */
  ranges = new Uint32Array(0);
  /** OWNER_CODE of every owner that the run's pages have shown so far. */
  readonly seen = new Set<number>();
  /** Parts that are not loaded for the step. */
  private missing: number[] = [];
  private target: Overviewed | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private inFlight = false;
  /** When it was drawn last, as `performance.now()` has it. */
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: OverviewOptions) {
    super();
  }

  /** Some pages still have the values of an earlier step. */
  get busy(): boolean {
    return this.missing.length > 0;
  }

  /** How many bytes are others than at the step that is compared with; null while that is not known, and where there is none. */
  get differingBytes(): number | null {
    const { target, busy } = this;
    if (busy || !target || target.since === null) return null;
    return this.differing.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** What the differences are of, with the ranges that begin in each page; null while that is not known, and where there is none. */
  get compared(): ComparedPages | null {
    const { target, busy, ranges } = this;
    if (busy || !target || target.since === null) return null;
    return { runId: target.runId, step: target.step, since: target.since, ranges };
  }

  /** Says what is shown. */
  show(target: Overviewed): void {
    const before = this.target;
    if (before && keyOf(before) === keyOf(target)) return;
    if (before?.runId !== target.runId) this.clear();
    if (before?.since !== target.since) {
      this.differing.fill(0);
      this.ranges.fill(0);
    }
    this.target = target;
    const pages = Math.ceil(target.memoryBytes / SHOWN_PAGE_BYTES);
    this.resize(pages);
    this.missing = Array.from({ length: Math.ceil(pages / PART) }, (_, part) => part);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), STILL);
  }

  /** Asks for nothing more. */
  dispose(): void {
    clearTimeout(this.timer);
    this.missing = [];
  }

  private clear(): void {
    this.owners = new Uint8Array(0);
    this.writes = new Uint32Array(0);
    this.differing = new Uint32Array(0);
    this.ranges = new Uint32Array(0);
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
    const differing = new Uint32Array(pages);
    differing.set(this.differing.subarray(0, pages));
    this.differing = differing;
    const ranges = new Uint32Array(pages);
    ranges.set(this.ranges.subarray(0, pages));
    this.ranges = ranges;
    this.changed();
  }

  /** Sends one request at a time, always for the step that is shown then. */
  private pump(): void {
    const { target } = this;
    const part = this.missing[0];
    if (this.inFlight || !target || part === undefined) return;
    const first = part * PART;
    const count = Math.min(PART, this.owners.length - first);
    this.inFlight = true;
    this.ask(target, pageIndex(first), count).then(
      answer => {
        this.inFlight = false;
        // An answer for another step is dropped.
        if (target === this.target) this.store(first, count, answer);
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

  private async ask({ runId, step, since }: Overviewed, first: PageIndex, count: number): Promise<Part> {
    const [summaries, differences] = await Promise.all([
      this.options.read(runId, step, first, count),
      since === null ? [] : this.options.differences({ runId, step, since, first, count }),
    ]);
    return { summaries, differences };
  }

  private store(first: number, count: number, { summaries, differences }: Part): void {
    this.missing = this.missing.slice(1);
    // Pages that the answer leaves out were never written.
    this.owners.fill(OWNER_CODE.never, first, first + count);
    this.writes.fill(0, first, first + count);
    this.differing.fill(0, first, first + count);
    this.ranges.fill(0, first, first + count);
    for (const { page, bytes, ranges } of differences) {
      this.differing[page] = bytes;
      this.ranges[page] = ranges;
    }
    for (const { page, owner, writes } of summaries) {
      if (page < first || page >= first + count) continue;
      this.owners[page] = owner;
      this.writes[page] = writes;
      if (owner !== OWNER_CODE.never) this.seen.add(owner);
    }
    const now = performance.now();
    if (this.busy && now - this.drawn < REDRAW_INTERVAL) return;
    this.drawn = now;
    this.changed();
  }
}
