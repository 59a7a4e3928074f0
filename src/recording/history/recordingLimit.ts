// Keeps a recording within its limit: what was written is divided into epochs, and the oldest is dropped as a whole.
import type { PageContext, PageHistory } from './pageHistory.ts';
import type { Timeline } from './timeline.ts';

/** An epoch is what is dropped at once. It ends when it holds this part of the limit. */
const EPOCHS_IN_LIMIT = 8;
/** Rows are packed when a block is full. After so many bytes of new rows in all pages, others are looked for: … */
const OPEN_BYTES_BETWEEN_SWEEPS = 2 ** 20;
/** … pages that have at least this many bytes of rows and were not written since, … */
const MIN_IDLE_BYTES = 1024;
/** … and pages that have this many, written or not. */
const MAX_SWEPT_BYTES = 8192;

interface Epoch {
  lastStep: number;
  endAccess: number;
  readonly pages: PageHistory[];
}

const newEpoch = (): Epoch => ({ lastStep: 0, endAccess: 0, pages: [] });

export class RecordingLimit {
  private first = 0;
  private readonly ended: Epoch[] = [];
  private epoch = newEpoch();
  private epochNumber = 0;
  private keptBeforeEpoch = 0;
  private sweepAt = OPEN_BYTES_BETWEEN_SWEEPS;
  private sweptStep = 0;

  /** @param keptBytes what the whole recording keeps now, of `limitBytes` */
  constructor(
    private readonly limitBytes: number,
    private readonly context: PageContext,
    private readonly timeline: Timeline,
    private readonly keptBytes: () => number,
  ) {}

  /** From this step on history is whole. */
  get firstStep(): number {
    return this.first;
  }

  /** What was before a step is not there: the recording begins with it. */
  beginAt(step: number): void {
    this.first = step;
  }

  /** A page is about to be written. */
  written(page: PageHistory): void {
    if (page.epoch === this.epochNumber) return;
    page.epoch = this.epochNumber;
    this.epoch.pages.push(page);
  }

  /** To be called now and then: packs what is at rest, and drops what is too much. */
  check(): void {
    if (this.context.openBytes > this.sweepAt) this.sweep();
    if (this.keptBytes() - this.keptBeforeEpoch < this.limitBytes / EPOCHS_IN_LIMIT) return;
    this.endEpoch();
    while (this.keptBytes() > this.limitBytes && this.ended.length > 0) this.dropOldest();
    this.keptBeforeEpoch = this.keptBytes();
  }

  /** Packs the rows of pages at rest. */
  private sweep(): void {
    for (const page of this.epoch.pages) {
      const idle = page.lastStep <= this.sweptStep;
      if (page.openBytes >= (idle ? MIN_IDLE_BYTES : MAX_SWEPT_BYTES)) page.seal();
    }
    this.sweptStep = this.timeline.lastStep;
    this.sweepAt = this.context.openBytes + OPEN_BYTES_BETWEEN_SWEEPS;
  }

  private endEpoch(): void {
    const { epoch } = this;
    for (const page of epoch.pages) page.seal();
    this.timeline.seal();
    epoch.lastStep = this.timeline.lastStep;
    epoch.endAccess = this.timeline.accessCount;
    this.ended.push(epoch);
    this.epoch = newEpoch();
    this.epochNumber++;
  }

  private dropOldest(): void {
    this.context.dropping = true;
    const [epoch] = this.ended.splice(0, 1);
    this.first = epoch.lastStep;
    for (const page of epoch.pages) page.dropThrough(epoch.lastStep);
    this.timeline.dropBefore(epoch.endAccess);
  }
}
