// All that is known of one page: its writes in blocks, and between them images to start from.

import type { Codec, Packed } from '../../platform/codec.ts';
import { OWNER_CODE } from '../../protocol/owner.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Accessors } from './accessors.ts';
import type { BlockCache } from './blockCache.ts';
import { Overwritten } from './overwritten.ts';
import { type KeptBlock, PageBlock, type PageWrite, RowCursor } from './pageBlock.ts';
import { PageImage } from './pageImage.ts';

/** What all pages of a recording share. */
export interface PageContext {
  readonly codec: Codec;
  readonly accessors: Accessors;
  readonly cache: BlockCache;
  /** Bytes kept by the histories of all pages. */
  keptBytes: number;
  /** Bytes of buffers whose rows are not packed yet. */
  openBytes: number;
  /** Whether the oldest writes are being dropped. */
  dropping: boolean;
  /** Where pages were read last, those read last at the end: who goes over a page's writes reads on from there. */
  readonly readings: Map<PageHistory, Reading>;
}

/** What the pages of a new recording share. */
export const newPageContext = (codec: Codec, accessors: Accessors, cache: BlockCache): PageContext => ({
  codec,
  accessors,
  cache,
  keptBytes: 0,
  openBytes: 0,
  dropping: false,
  readings: new Map(),
});

/** A place between the rows of a block. */
export interface Reading {
  readonly block: PageBlock;
  readonly rows: RowCursor;
  /** The page after the row that the cursor is at. */
  readonly image: PageImage;
}

/** Each holds an image. */
const MOST_READINGS = 16;

/**
 * An image is kept where a block begins and so many rows (or bytes of them) came since the last one: a query replays the
 * blocks in between. An image takes about as much as 1000 rows.
 */
const ROWS_BETWEEN_IMAGES = 4096;
const BYTES_BETWEEN_IMAGES = 49_152;
/** What a block overwrote is kept up to so many bytes: about what an image takes. */
const MAX_OVERWRITTEN_BYTES = 2048;

/** A write that was found at a step, and was made at some moment after another one. */
export interface LateWrite {
  readonly step: number;
  readonly since: number;
  readonly offset: number;
  readonly length: number;
}

/** The history of a page, as a file has it. */
export interface KeptPage {
  readonly page: number;
  /** Writes of which no more than their number is known. */
  readonly dropped: number;
  /** The page before the first block; null where it is zero and nobody's. */
  readonly base: Packed | null;
  readonly late: readonly LateWrite[];
  readonly blocks: readonly KeptBlock[];
}

export class PageHistory {
  /** The page now; null until somebody asks, where that follows from the blocks of a file. */
  private now: PageImage | null;
  /**
   * The page before the first block; null where it is zero and nobody's. `overwritten`: what follows from the page as it was
   * later, by what the blocks until then overwrote.
   */
  private base: Packed | 'overwritten' | null;
  private readonly blocks: PageBlock[] = [];
  /** The last block, while it takes rows. */
  private open: PageBlock | null = null;
  private rowsSinceImage = 0;
  private bytesSinceImage = 0;
  /** Mark of the store: the epoch in which the page was written last. */
  epoch = -1;
  /** The step before the first write since the page was compared with memory; −1 where there was none since. */
  comparedStep = -1;
  /** Checksum of the contents at that step. */
  checksumBefore = 0;
  /** Writes of the host that were found late, in their order. */
  readonly late: LateWrite[] = [];
  /** Mark of {@link ChangedBytes}, and what it keeps of the page for the calls that write it. */
  callMark = -1;
  readonly writtenIn: { start: number; end: number }[] = [];
  private dominantLive: { readonly step: number; readonly owner: number } | null = null;

  /**
   * @param initial the page before the first write, which becomes the history's own; null where it is zero and nobody's
   * @param dropped writes before that, of which no more than their number is known
   */
  constructor(
    private readonly context: PageContext,
    /** Index of the page. */
    readonly page: number,
    initial: PageImage | null,
    private dropped = 0,
  ) {
    this.now = initial ?? new PageImage();
    this.base = initial && context.codec.pack(initial.bytes);
    context.keptBytes += this.baseBytes;
  }

  static ofKept(context: PageContext, { page, dropped, base, late, blocks }: KeptPage): PageHistory {
    const history = new PageHistory(context, page, null, dropped);
    history.setBase(base);
    for (const each of late) history.late.push(each);
    for (const block of blocks) history.addKept(PageBlock.ofKept(block));
    history.now = null;
    return history;
  }

  private addKept(block: PageBlock): void {
    this.context.keptBytes += block.size;
    this.blocks.push(block);
  }

  /** As a file has it: the open block ends. @param firstStep from which on history is kept */
  kept(firstStep: number): KeptPage {
    this.seal();
    const base = this.base === 'overwritten' ? this.context.codec.pack(this.baseImage().bytes) : this.base;
    const late = this.late.filter(({ step }) => step > firstStep);
    return { page: this.page, dropped: this.dropped, base, late, blocks: this.blocks.map(({ kept }) => kept) };
  }

  /** The page now. */
  get live(): PageImage {
    this.now ??= this.replayed(Number.POSITIVE_INFINITY);
    return this.now;
  }

  /** The page before the first write; null where it was zero and nobody's, or where writes were dropped. */
  get beginning(): Packed | null {
    return this.base === 'overwritten' ? null : this.base;
  }

  /** Writes that were dropped. */
  get droppedWrites(): number {
    return this.dropped;
  }

  /** The step of the last write that is kept; 0 where there is none. */
  get lastStep(): number {
    return this.blocks.at(-1)?.lastStep ?? 0;
  }

  /**
   * Appends a write that lies in the page.
   * @param accessor number of the combination of owner, length and fill
   * @param from holds the bytes at `at`; a single one for a fill
   */
  write(
    step: number,
    accessor: number,
    owner: number,
    offset: number,
    length: number,
    from: Uint8Array,
    at: number,
    fill: boolean,
  ): void {
    const block = this.open?.takes(step) ? this.open : this.nextBlock(step);
    const grown = block.append(step, accessor, offset, length, from, at, fill ? 1 : length);
    if (grown > 0) {
      this.context.keptBytes += grown;
      this.context.openBytes += grown;
    }
    if (block.overwritten) this.take(block, block.overwritten, offset, length);
    this.live.write(offset, length, from, at, fill, owner);
  }

  /** Bytes of the rows that are not packed yet. */
  get openBytes(): number {
    return this.open?.openBytes ?? 0;
  }

  /** Ends the open block, so that no block reaches from one epoch into the next. */
  seal(): void {
    const block = this.open;
    if (!block) return;
    this.rowsSinceImage += block.rows;
    this.bytesSinceImage += block.openBytes;
    this.open = null;
    const { size, bufferBytes } = block;
    block.seal(this.context.codec);
    this.context.keptBytes += block.size - size;
    this.context.openBytes -= bufferBytes;
  }

  /** The page at a step, for the caller to keep. */
  imageAt(step: number): PageImage {
    return step >= this.lastStep ? this.live.copy() : this.replayed(step);
  }

  private replayed(step: number): PageImage {
    if (this.blocks.length === 0) return this.baseImage();
    const { image, replayed } = this.startFor(step);
    const last = this.blockAt(step);
    for (let index = replayed; index <= last; index++) {
      const rows = this.rowsOf(this.blocks[index]);
      while (rows.next() && rows.step <= step) rows.applyTo(image);
    }
    return image;
  }

  /** The newest write up to a step that touched a byte of the range; null where none is kept. */
  lastWrite(from: number, to: number, step: number): PageWrite | null {
    for (let index = this.blockAt(step); index >= 0; index--) {
      const block = this.blocks[index];
      if (!block.mayTouch(from, to)) continue;
      const rows = this.rowsOf(block);
      let found: PageWrite | null = null;
      while (rows.next() && rows.step <= step) if (rows.covers(from, to)) found = rows.write();
      if (found) return found;
    }
    return null;
  }

  /** The first write after a step that touched a byte of the range; null where there is none. */
  nextWrite(from: number, to: number, step: number): PageWrite | null {
    for (let index = Math.max(0, this.blockAt(step)); index < this.blocks.length; index++) {
      const [found] = this.writesIn(this.blocks[index], from, to, step + 1, Number.POSITIVE_INFINITY);
      if (found) return found;
    }
    return null;
  }

  /** Writes that touched a byte of the range, newest first, of steps `after + 1` … `upTo`. */
  *writesBackwards(from: number, to: number, after: number, upTo: number): Generator<PageWrite> {
    for (let index = this.blockAt(upTo); index >= 0 && this.blocks[index].lastStep > after; index--)
      yield* this.writesIn(this.blocks[index], from, to, after + 1, upTo).reverse();
  }

  /** The same, oldest first. */
  *writesForwards(from: number, to: number, after: number, upTo: number): Generator<PageWrite> {
    for (let index = Math.max(0, this.blockAt(after + 1)); index < this.blocks.length; index++) {
      if (this.blocks[index].firstStep > upTo) return;
      yield* this.writesIn(this.blocks[index], from, to, after + 1, upTo);
    }
  }

  /**
   * The write at a step, with the page before and after, which is valid until the next question; null where the step did not write the page.
   */
  writeOf(step: number): { readonly write: PageWrite; readonly before: Uint8Array; readonly after: Uint8Array } | null {
    const index = this.blockAt(step);
    if (index < 0) return null;
    const { readings } = this.context;
    const last = readings.get(this);
    readings.delete(this);
    const goesOn = last?.block === this.blocks[index] && last.rows.step < step;
    const { block, rows, image } = goesOn ? last : this.readingFor(step, index);
    while (rows.next() && rows.step < step) rows.applyTo(image);
    // A block that takes rows may have taken more since.
    if (rows.step !== step) return goesOn ? this.writeOf(step) : null;
    const before = image.contents.slice();
    rows.applyTo(image);
    readings.set(this, { block, rows, image });
    if (readings.size > MOST_READINGS) for (const [oldest] of readings) if (readings.delete(oldest)) break;
    return { write: rows.write(), before, after: image.contents };
  }

  /** A place before the first row of a block. @param step in the block */
  private readingFor(step: number, index: number): Reading {
    const { image, replayed } = this.startFor(step);
    for (let earlier = replayed; earlier < index; earlier++) {
      const rows = this.rowsOf(this.blocks[earlier]);
      while (rows.next()) rows.applyTo(image);
    }
    const block = this.blocks[index];
    return { block, rows: this.rowsOf(block), image };
  }

  /** The step after which a write may have been made; null where it was made at its own. */
  sinceOf(step: number): number | null {
    const write = this.late[this.firstLate(step - 1)];
    return write?.step === step ? write.since : null;
  }

  /** Whether a write of the host that was found after a step may have been there before it, in a range. */
  mayBeStale(step: number, from: number, to: number): boolean {
    for (let i = this.firstLate(step); i < this.late.length && this.late[i].since < step; i++) {
      const { offset, length } = this.late[i];
      if (offset < to && offset + length > from) return true;
    }
    return false;
  }

  /** Position of the first late write after a step. */
  private firstLate(step: number): number {
    let [low, high] = [0, this.late.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.late[middle].step <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * All writes that are kept, of the steps behind one, in their order.
   * @returns tells the next one, which is valid until the one behind it is asked for; null at the end
   */
  rows(after = 0): () => RowCursor | null {
    let index = Math.max(0, this.blockAt(after));
    let rows: RowCursor | null = null;
    return () => {
      for (;;) {
        while (rows?.next()) if (rows.step > after) return rows;
        if (index >= this.blocks.length) return null;
        rows = this.rowsOf(this.blocks[index++]);
      }
    };
  }

  /** Owner of a byte before the first write that is kept. */
  baseOwner(offset: number): number {
    return this.base ? this.baseImage().owners[offset] : OWNER_CODE.never;
  }

  /** The owner of most bytes that have one, as an `OWNER_CODE`. */
  dominantOwner(step: number): number {
    if (step < this.lastStep) return dominantOf(this.imageAt(step).owners);
    if (this.dominantLive?.step !== this.lastStep)
      this.dominantLive = { step: this.lastStep, owner: dominantOf(this.live.owners) };
    return this.dominantLive.owner;
  }

  /** Number of writes up to a step, dropped ones included. */
  countWrites(step: number): number {
    let count = this.dropped;
    for (const block of this.blocks) {
      if (block.firstStep > step) break;
      count += block.lastStep <= step ? block.rows : this.writesIn(block, 0, SHOWN_PAGE_BYTES, 0, step).length;
    }
    return count;
  }

  /** Forgets the writes up to a step, the last one of an epoch: the page as it was then is where it begins from now on. */
  dropThrough(step: number): void {
    this.dominantLive = null; // it is known by the last step, and there may be none
    const kept = this.blocks.findIndex(block => block.lastStep > step);
    const count = kept < 0 ? this.blocks.length : kept;
    if (count === 0) return;
    const { start } = this.blocks[count] ?? { start: null };
    if (start) this.setBase(start);
    else if (this.leadsBackTo(count)) this.setBase('overwritten');
    else this.setBase(this.context.codec.pack(this.imageAt(step).bytes));
    for (const block of this.blocks.splice(0, count)) {
      this.context.keptBytes -= block.size;
      this.context.cache.forget(block);
      this.dropped += block.rows;
    }
    const first = this.blocks[0];
    if (!first) {
      // The next block starts at the base.
      this.rowsSinceImage = 0;
      this.bytesSinceImage = 0;
    } else if (first.start) {
      this.context.keptBytes -= first.start.bytes.length;
      first.start = null;
    }
  }

  private nextBlock(step: number): PageBlock {
    const full = this.open;
    this.seal();
    let start: Packed | null = null;
    if (this.rowsSinceImage >= ROWS_BETWEEN_IMAGES || this.bytesSinceImage >= BYTES_BETWEEN_IMAGES) {
      start = this.context.codec.pack(this.live.bytes);
      this.rowsSinceImage = 0;
      this.bytesSinceImage = 0;
    }
    const block = new PageBlock(step, start, full);
    if (this.context.dropping) block.overwritten = new Overwritten();
    this.context.keptBytes += block.size;
    this.context.openBytes += block.bufferBytes;
    this.blocks.push(block);
    this.open = block;
    return block;
  }

  /** Index of the last block that begins at a step or before; -1 where none does. */
  private blockAt(step: number): number {
    let low = -1;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blocks[middle].firstStep <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The nearest image before a step, and the first block to replay on it. */
  private startFor(step: number): { readonly image: PageImage; readonly replayed: number } {
    let index = Math.max(0, this.blockAt(step));
    while (index > 0 && !this.blocks[index].start) index--;
    const { start } = this.blocks[index];
    return { image: start ? this.unpacked(start) : this.baseImage(), replayed: index };
  }

  private unpacked(packed: Packed): PageImage {
    return new PageImage(this.context.codec.unpack(packed).slice());
  }

  /** The page before the first block, for the caller to keep. */
  private baseImage(): PageImage {
    if (this.base !== 'overwritten') return this.base ? this.unpacked(this.base) : new PageImage();
    let known = 0;
    while (known < this.blocks.length && !this.blocks[known].start) known++;
    const start = this.blocks[known]?.start;
    const image = start ? this.unpacked(start) : this.live.copy();
    for (let index = known - 1; index >= 0; index--) this.blocks[index].overwritten?.putBack(image);
    return image;
  }

  /** Whether the page before a block follows from the page as it was later. */
  private leadsBackTo(index: number): boolean {
    for (let each = index; each < this.blocks.length && !this.blocks[each].start; each++)
      if (!this.blocks[each].overwritten) return false;
    return true;
  }

  /** Keeps what a block is about to overwrite, as long as that is less than an image. */
  private take(block: PageBlock, overwritten: Overwritten, offset: number, length: number): void {
    const { context } = this;
    const { size } = overwritten;
    overwritten.take(this.live, offset, length);
    context.keptBytes += overwritten.size - size;
    if (overwritten.size <= MAX_OVERWRITTEN_BYTES) return;
    if (this.base === 'overwritten') this.setBase(context.codec.pack(this.baseImage().bytes));
    context.keptBytes -= overwritten.size;
    block.overwritten = null;
  }

  private get baseBytes(): number {
    return this.base === null || this.base === 'overwritten' ? 0 : this.base.bytes.length;
  }

  private setBase(base: Packed | 'overwritten' | null): void {
    this.context.keptBytes -= this.baseBytes;
    this.base = base;
    this.context.keptBytes += this.baseBytes;
  }

  private writesIn(block: PageBlock, from: number, to: number, first: number, last: number): PageWrite[] {
    const found: PageWrite[] = [];
    if (!block.mayTouch(from, to)) return found;
    const rows = this.rowsOf(block);
    while (rows.next() && rows.step <= last) {
      if (rows.step < first || !rows.covers(from, to)) continue;
      found.push(rows.write());
    }
    return found;
  }

  private rowsOf(block: PageBlock): RowCursor {
    const { cache, accessors } = this.context;
    const rows = cache.rows(block);
    if (block.isUnchecked) {
      new RowCursor(block, rows, accessors).check(block);
      block.isUnchecked = false;
    }
    return new RowCursor(block, rows, accessors);
  }
}

function dominantOf(owners: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const owner of owners) counts[owner]++;
  counts[OWNER_CODE.never] = 0;
  return counts.indexOf(Math.max(...counts));
}
