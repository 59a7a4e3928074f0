// Takes what happened to memory, in order, and keeps it so that memory and its writers can be told at every step.
// A step is one write: of an instance's store, atomic read-modify-write or bulk instruction, of the host, or one that nobody
// recorded. A successful memory.grow is a step, too. Step 0 is the memory that the recording begins with.

import { HeapWatch } from '../findings/heap/heapWatch.ts';
import { sameBytes } from '../platform/bytes.ts';
import { type Codec, zlibCodec } from '../platform/codec.ts';
import type { PageChanges } from '../protocol/engine.ts';
import { isOutside, OWNER_CODE } from '../protocol/owner.ts';
import type { ComparedMemory, Looked } from '../protocol/recording.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step, step, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { changedRanges, comparePages, eachPage, isZeroPage, ZERO_PAGE } from '../wire/comparePages.ts';
import type { TouchedPages } from '../wire/knownMemory.ts';
import { type Accessor, Accessors, actorOf, NO_SITE, ownerOfActor, threadOfActor } from './history/accessors.ts';
import { AllocatorCalls, type NewAllocatorCall, type Place } from './history/allocatorCalls.ts';
import { BlockCache } from './history/blockCache.ts';
import { Calls } from './history/calls.ts';
import { ChangedBytes } from './history/changedBytes.ts';
import { Comparisons } from './history/comparisons.ts';
import { LostViewsSeen } from './history/lostViewsSeen.ts';
import { MemorySizes } from './history/memorySizes.ts';
import { type KeptPage, newPageContext, type PageContext, PageHistory } from './history/pageHistory.ts';
import { PageImage } from './history/pageImage.ts';
import { pagesOf } from './history/pagesOf.ts';
import { RecordingLimit } from './history/recordingLimit.ts';
import { ShownFunctions } from './history/shownFunctions.ts';
import { StepsBeside } from './history/stepsBeside.ts';
import { ThreadDuplicates } from './history/threadDuplicates.ts';
import { type KeptChunk, Timeline } from './history/timeline.ts';
import type { CallOutcome, NewCall } from './history/toldCalls.ts';
import { UnsureSteps } from './history/unsureSteps.ts';
import { RunInputs } from './inputs/runInputs.ts';

/** Default limit of what a recording keeps, in bytes. */
export const RECORDING_LIMIT_BYTES = 512 * 2 ** 20;

/** Default of what queries keep unpacked, in bytes. */
const CACHE_BYTES = 8 * 2 ** 20;

const SHOWN_PAGE_BITS = Math.log2(SHOWN_PAGE_BYTES);

/** Import results may take this part of the limit. */
const INPUTS_IN_LIMIT = 4;
/** The limit is looked at after so many writes to pages. */
const WRITES_BETWEEN_CHECKS = 256;

export interface RecordingOptions {
  /** Bytes kept, beyond which the oldest steps are dropped. The live image (two bytes a byte of written pages) is not counted. */
  readonly limitBytes?: number;
  /** Bytes of unpacked rows that queries keep for those that follow. */
  readonly cacheBytes?: number;
  readonly codec?: Codec;
}

/** What is kept of a recording that has ended, as a file has it. */
export interface KeptRecording {
  /** The first step that is kept, and the number of the first access that is. */
  readonly beginning: { readonly step: number; readonly access: number };
  /** Sizes of the memory in bytes, each with the step from which on it holds. */
  readonly sizes: readonly (readonly [step: number, bytes: number])[];
  readonly accessors: Iterable<Accessor>;
  readonly pages: Iterable<KeptPage>;
  readonly chunks: Iterable<KeptChunk>;
}

export class RecordingStore {
  readonly codec: Codec;
  readonly accessors = new Accessors();
  readonly timeline: Timeline;
  readonly calls = new Calls();
  readonly shownFunctions = new ShownFunctions(this.calls);
  readonly sizes = new MemorySizes();
  /** Whether single accesses are recorded; else what a call changed counts as its writes. */
  tellsAccesses = true;
  /** Whether loads are recorded, too. */
  tellsLoads = false;
  /** Whether guests come upon what the host wrote before they store over it: then what is found late was written behind the last store there. */
  isExact = false;
  /** The first change that no record explains, and how many there are. */
  unexplained: { readonly access: number; readonly count: number } | null = null;
  /** What is needed to run the guests again. */
  readonly inputs: RunInputs;
  readonly allocatorCalls = new AllocatorCalls();
  readonly lostViews = new LostViewsSeen();
  readonly threadDuplicates = new ThreadDuplicates();
  readonly heap = new HeapWatch(thread => this.calls.innermost(thread));
  /** Histories of the pages that ever held something. */
  readonly pages = new Map<number, PageHistory>();

  /** Null where they are in a file that was taken over, and nobody has asked for them yet. */
  private beside: StepsBeside | null = new StepsBeside();
  private readonly context: PageContext;
  private readonly limit: RecordingLimit;
  private writesUntilCheck = WRITES_BETWEEN_CHECKS;
  private readonly comparisons = new Comparisons();
  /** None where guests look by themselves at what they access. */
  readonly unsure = new UnsureSteps();
  /** See {@link nextIsLate}. */
  private lateSince: number | null = null;
  private lastPage = -1;
  private lastHistory: PageHistory | null = null;
  private readonly changedBytes: ChangedBytes;
  private touched: TouchedPages | null = null;

  constructor(options: RecordingOptions = {}) {
    const limitBytes = options.limitBytes ?? RECORDING_LIMIT_BYTES;
    this.codec = options.codec ?? zlibCodec;
    this.timeline = new Timeline(this.codec, this.accessors);
    this.inputs = new RunInputs(this.codec, limitBytes / INPUTS_IN_LIMIT);
    const cache = new BlockCache(this.codec, options.cacheBytes ?? CACHE_BYTES);
    this.context = newPageContext(this.codec, this.accessors, cache);
    this.changedBytes = new ChangedBytes(this.codec);
    this.limit = new RecordingLimit(limitBytes, this.context, this.timeline, () => this.keptBytes);
  }

  /** From this step on history is whole: memory at this step is known, and each write after it. */
  get firstStep(): Step {
    return step(this.limit.firstStep);
  }

  get lastStep(): Step {
    return step(this.timeline.lastStep);
  }

  /** Growths, and writes from outside of what is recorded. */
  get stepsBeside(): StepsBeside {
    if (this.beside) return this.beside;
    const counting = this.countBeside();
    for (;;) {
      const { done, value } = counting.next();
      if (done) return value;
    }
  }

  /** Counts them where they are in a file that was taken over; yields where that can pause. */
  *countBeside(): Generator<void, StepsBeside> {
    const { accessors, firstStep, sizes, timeline } = this;
    if (this.beside) return this.beside;
    const counted = yield* StepsBeside.ofKept({ pages: this.pages.values(), accessors, sizes, timeline, firstStep });
    // Somebody who could not wait may have counted them meanwhile.
    this.beside ??= counted;
    return this.beside;
  }

  /** The same; null where they are in a file that was taken over, and nobody has asked for them yet. */
  get knownBeside(): StepsBeside | null {
    return this.beside;
  }

  /** Bytes kept, without the live image. */
  get keptBytes(): number {
    const { initialBytes, recordBytes } = this.inputs;
    // Until something is dropped, the pages' histories begin with what they were at step 0.
    const initial = this.firstStep > 0 ? initialBytes : 0;
    return this.context.keptBytes + this.timeline.keptBytes + initial + recordBytes;
  }

  /** Size of the memory now, in bytes. */
  get memoryBytes(): number {
    return this.sizes.latest;
  }

  /**
   * Step 0.
   * @param initial pages that are not zero: their bytes other than zero are initial data
   * @param memoryBytes size of the memory
   * @param segments address and size of ranges of which the zeros are initial data, too
   */
  begin(
    initial: PageChanges,
    memoryBytes: number,
    segments: readonly (readonly [address: number, size: number])[] = [],
  ): void {
    this.calls.beginMaking();
    this.calls.endMaking();
    this.sizes.add(0, memoryBytes);
    this.inputs.initialMemoryBytes = memoryBytes;
    const images = new Map<number, PageImage>();
    for (const [page, contents] of eachPage(initial)) images.set(page, PageImage.initial(contents));
    for (const [address, size] of segments)
      for (const { page, start, end } of pagesOf(address, Math.min(size, memoryBytes - address))) {
        const image = images.get(page) ?? new PageImage();
        images.set(page, image);
        image.owners.fill(OWNER_CODE.initial, start, end);
      }
    for (const [page, image] of [...images].sort(([a], [b]) => a - b)) {
      const history = new PageHistory(this.context, page, image);
      this.pages.set(page, history);
      if (history.beginning && !isZeroPage(image.contents)) this.inputs.keepInitial(page, history.beginning);
    }
  }

  /** Takes over all accesses of another recording. */
  restore({ beginning, sizes, accessors, pages, chunks }: KeptRecording): void {
    this.limit.beginAt(beginning.step);
    for (const { actor, site, length, fill } of accessors) this.accessors.number(actor, site, length, fill);
    for (const [at, bytes] of sizes) this.sizes.add(at, bytes);
    for (const kept of pages) {
      const history = PageHistory.ofKept(this.context, kept);
      this.pages.set(kept.page, history);
      if (beginning.step === 0 && history.beginning) this.inputs.keepInitial(kept.page, history.beginning);
    }
    this.timeline.restore(beginning.step, beginning.access, chunks);
    this.beside = null;
  }

  /** Histories of the pages, as a file has them. */
  *keptPages(): Generator<KeptPage> {
    for (const history of this.pages.values()) yield history.kept(this.firstStep);
  }

  /** Pages of 64 KiB are marked there when they are written for the first time, and their neighbours. */
  markTouched(pages: TouchedPages): void {
    this.touched = pages;
  }

  /** @returns number of the call, from 1 on: call 0 is what came before step 0 */
  beginCall(told: NewCall): number {
    const call = this.calls.begin(told, this.lastStep, this.timeline.accessCount);
    this.changedBytes.begin(told.thread);
    return call;
  }

  /**
   * Ends the innermost call of a thread.
   * @param memory pages of which the memory itself says that they are not what they were when it was compared last, at the
   * end of a call or at the beginning. What no record explains is added as steps without a known writer. Null where memory was
   * not compared. (Where a page's last comparison was dropped meanwhile, and the page was written and then put back behind the
   * recording's back, that is not noticed.)
   * @returns number of the call
   */
  endCall(thread: number, told: CallOutcome, memory: ComparedMemory | null): number {
    if (memory) this.addUnexplained(memory, actorOf(OWNER_CODE.unrecorded, thread), NO_SITE);
    const changed = this.changedBytes.end(thread);
    return this.calls.end(thread, told, this.lastStep, this.timeline.accessCount, changed);
  }

  /**
   * Guests go on: what of memory no record explains is the host's work, or another thread's; or nobody's where guests ran in no call.
   * @param within number of the import that returns, among those of all modules; {@link NO_SITE} where none does
   */
  hostWrote(memory: ComparedMemory, within: number, owner: number = OWNER_CODE.host): void {
    this.addUnexplained(memory, owner, owner === OWNER_CODE.host ? within : NO_SITE);
  }

  /** Memory was compared, and had not changed. */
  looked(looked: Looked, owner: number = OWNER_CODE.host): void {
    const changes = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
    this.hostWrote({ ...looked, changes, memoryBytes: this.sizes.latest }, NO_SITE, owner);
  }

  /**
   * Compares memory, which stands still, with what is recorded; what no record explains is added.
   * @param wholeBytes see {@link comparePages}
   */
  compareWith(memory: Uint8Array, wholeBytes: number, thread = 0): void {
    const actor = actorOf(OWNER_CODE.unrecorded, thread);
    this.growTo(memory.length, actor);
    for (const [page, contents] of eachPage(comparePages(memory, this.contents(), wholeBytes)))
      this.correct(page, contents, actor, NO_SITE);
    this.comparisons.looked({ lookedAt: null, skipped: 0 }, this.timeline.lastStep);
  }

  /** Contents of the pages that ever held something, as they are now. */
  contents(): Map<PageIndex, Uint8Array> {
    const contents = new Map<PageIndex, Uint8Array>();
    for (const [page, { live }] of this.pages) contents.set(pageIndex(page), live.contents);
    return contents;
  }

  /**
   * A write: one step, however long it is. One of no bytes is none.
   * @param actor an owner's code, and the thread that wrote: see `actorOf`
   * @param from holds the bytes at `at`; for a fill a single one
   * @throws RangeError where it does not lie in the memory
   */
  write(actor: number, site: number, address: number, length: number, from: Uint8Array, at = 0, fill = false): void {
    if (!(address >= 0 && address + length <= this.sizes.latest))
      throw new RangeError(
        `a write of ${length} bytes at ${address} does not lie in memory of ${this.sizes.latest} bytes`,
      );
    if (length === 0) return;
    const owner = ownerOfActor(actor);
    if (owner === OWNER_CODE.host) this.watchHost(actor, address, length);
    else if (site === NO_SITE) this.countUnexplained(actor);
    else if (this.heap.isActive) {
      const { accessCount, lastStep } = this.timeline;
      this.heap.wrote(owner, threadOfActor(actor), site, address, length, accessCount, lastStep + 1);
    }
    // Addresses have 32 bits: a shift is the quotient.
    const page = address >>> SHOWN_PAGE_BITS;
    const offset = address & (SHOWN_PAGE_BYTES - 1);
    if (offset + length <= SHOWN_PAGE_BYTES) {
      this.timeline.write(page, 0);
      this.writePart(actor, site, page, offset, length, from, at, fill);
    } else {
      this.timeline.write(page, length);
      this.writeParts(actor, site, page, offset, length, from, at, fill);
    }
    if (site === NO_SITE || owner === OWNER_CODE.host) this.stepsBeside.wrote(this.timeline.lastStep, owner);
    if (this.writesUntilCheck <= 0) this.check();
  }

  private watchHost(actor: number, address: number, length: number): void {
    // Of what was found late nobody knows what lay there when it was written.
    if (!this.heap.isActive || this.lateSince !== null) return;
    const { accessCount, lastStep } = this.timeline;
    this.heap.hostWrote(threadOfActor(actor), address, length, accessCount, lastStep + 1);
  }

  private countUnexplained(actor: number): void {
    if (ownerOfActor(actor) !== OWNER_CODE.unrecorded) return;
    const { access, count } = this.unexplained ?? { access: this.timeline.accessCount, count: 0 };
    this.unexplained = { access, count: count + 1 };
  }

  /** The part of the last step's write that lies in a page. */
  private writePart(
    actor: number,
    site: number,
    page: number,
    offset: number,
    length: number,
    from: Uint8Array,
    at: number,
    fill: boolean,
  ): void {
    const accessor = this.accessors.number(actor, site, length, fill);
    const history = this.written(page);
    this.changedBytes.writing(history, offset, offset + length);
    if (this.lateSince !== null) {
      history.late.push({ step: this.timeline.lastStep, since: this.lateSince, offset, length });
      this.lateSince = null;
    }
    history.write(this.timeline.lastStep, accessor, ownerOfActor(actor), offset, length, from, at, fill);
  }

  /** The last step's write, which lies in several pages. */
  private writeParts(
    actor: number,
    site: number,
    firstPage: number,
    offset: number,
    length: number,
    from: Uint8Array,
    at: number,
    fill: boolean,
  ): void {
    let [page, start] = [firstPage, offset];
    for (let done = 0; done < length; page++, start = 0) {
      const part = Math.min(SHOWN_PAGE_BYTES - start, length - done);
      this.writePart(actor, site, page, start, part, from, fill ? at : at + done, fill);
      done += part;
    }
  }

  /** A write from outside: by an import, WASI, the user's edit; another thread. @param within see {@link hostWrote} */
  hostWrite(address: number, bytes: Uint8Array, within = NO_SITE, owner: number = OWNER_CODE.host): void {
    this.write(owner, within, address, bytes.length, bytes);
    this.inputs.keepHostWrite(this.callOfInput, address, bytes);
  }

  /** A guest came upon bytes that no record explains, before the access that comes next. */
  found(address: number, bytes: Uint8Array, owner: number): void {
    if (address + bytes.length > this.sizes.latest) this.growUnseen(address + bytes.length);
    for (const { page, start, end } of pagesOf(address, bytes.length)) {
      const from = page * SHOWN_PAGE_BYTES + start - address;
      const contents = (this.pages.get(page)?.live.contents ?? ZERO_PAGE).slice();
      contents.set(bytes.subarray(from, from + end - start), start);
      this.correct(page, contents, owner, NO_SITE, this.comparisons.lastStep(page));
    }
  }

  /** The write that comes next is one of the host or of another thread, lies in one page, and may have been made at any moment after a step. */
  nextIsLate(since: number): void {
    this.lateSince = since;
  }

  /** Call 0 is what came before step 0; what comes between two calls belongs to the second one. */
  get callOfInput(): number {
    return this.calls.outermost(0) ?? this.calls.count;
  }

  /** A load: no step, but an access. */
  read(actor: number, site: number, address: number, length: number): void {
    if (this.heap.isActive) {
      const { accessCount, lastStep } = this.timeline;
      this.heap.read(ownerOfActor(actor), threadOfActor(actor), site, address, length, accessCount, lastStep);
    }
    this.timeline.read(this.accessors.number(actor, site, length, false), address);
    if (--this.writesUntilCheck <= 0) this.check();
  }

  /** memory.grow that succeeded. */
  grow(actor: number, site: number, pages: number): void {
    this.timeline.grow(this.accessors.number(actor, site, 0, false), pages);
    this.sizes.add(this.timeline.lastStep, this.sizes.latest + pages * WASM_PAGE_BYTES);
    this.stepsBeside.grew(this.timeline.lastStep, ownerOfActor(actor));
  }

  /** A copy of memory as it is now. */
  readNow(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = address; at < address + length; ) {
      const offset = at % SHOWN_PAGE_BYTES;
      const part = Math.min(SHOWN_PAGE_BYTES - offset, address + length - at);
      const live = this.pages.get(Math.floor(at / SHOWN_PAGE_BYTES))?.live.contents;
      if (live) bytes.set(live.subarray(offset, offset + part), at - address);
      at += part;
    }
    return bytes;
  }

  private written(page: number): PageHistory {
    let history = page === this.lastPage ? this.lastHistory : (this.pages.get(page) ?? null);
    if (!history) {
      history = new PageHistory(this.context, page, null);
      this.pages.set(page, history);
      const at = Math.floor((page * SHOWN_PAGE_BYTES) / WASM_PAGE_BYTES);
      this.touched?.fill(1, Math.max(0, at - 1), at + 2);
    }
    this.lastPage = page;
    this.lastHistory = history;
    this.limit.written(history);
    if (history.comparedStep < 0) {
      history.comparedStep = this.timeline.lastStep - 1; // it is as it was then
      history.checksumBefore = this.codec.checksum(history.live.contents);
      this.comparisons.written(history);
    }
    this.writesUntilCheck--;
    return history;
  }

  private addUnexplained(memory: ComparedMemory, actor: number, within: number): void {
    if (memory.skipped > 0 && !this.isExact) this.unsure.add([this.comparisons.latestStep, this.timeline.lastStep]);
    this.growTo(memory.memoryBytes, actor, within);
    const known = new Map<number, Uint8Array>(eachPage(memory.changes));
    // A page that was written and is as it was is no change: the records have to agree. The checksum spares nearly all of
    // them from being rebuilt.
    for (const history of this.comparisons.pending(memory.lookedAt)) {
      const { page, comparedStep, checksumBefore } = history;
      if (known.has(page) || comparedStep < this.firstStep) continue;
      if (this.codec.checksum(history.live.contents) !== checksumBefore)
        known.set(page, history.imageAt(comparedStep).contents);
    }
    for (const [page, contents] of [...known].sort(([a], [b]) => a - b)) {
      const isThread = ownerOfActor(actor) === OWNER_CODE.thread;
      const since = isThread ? this.comparisons.lastStep(page) : this.comparisons.lastLook(page, memory.skipped);
      this.correct(page, contents, actor, since === null ? within : NO_SITE, since);
    }
    this.comparisons.looked(memory, this.timeline.lastStep);
  }

  /** A function of an allocator was called. */
  allocatorBegan(told: NewAllocatorCall): void {
    const index = this.allocatorCalls.count;
    const { place } = this;
    this.allocatorCalls.begin(told, place);
    this.heap.began(told.thread, { ...told, index }, place.step);
  }

  /** The one that a thread's code called last ended. @param made the block that it handed out; 0 where there is none */
  allocatorEnded(thread: number, made: number): void {
    this.allocatorCalls.end(thread, made, this.place);
    this.heap.ended(thread, made);
  }

  private get place(): Place {
    return { step: this.timeline.lastStep, access: this.timeline.accessCount };
  }

  /** Memory is known to reach at least up to an address, though no record says how it came to. */
  growUnseen(end: number): void {
    this.growTo(Math.ceil(end / WASM_PAGE_BYTES) * WASM_PAGE_BYTES, OWNER_CODE.unrecorded);
  }

  /** Memory is known to have a size. */
  growTo(memoryBytes: number, actor: number, within = NO_SITE): void {
    const pages = (memoryBytes - this.sizes.latest) / WASM_PAGE_BYTES;
    if (pages <= 0) return;
    this.grow(actor, within, pages);
    if (isOutside(ownerOfActor(actor))) this.inputs.keepHostGrowth(this.callOfInput, pages);
  }

  /** Makes a page hold what it is known to hold. @param since the step after which it may have been written; null: just now */
  private correct(
    page: number,
    contents: Uint8Array,
    actor: number,
    within: number,
    since: number | null = null,
  ): void {
    const recorded = this.pages.get(page)?.live.contents ?? ZERO_PAGE;
    if (sameBytes(recorded, contents)) return; // nearly always
    const ranges = changedRanges(recorded, contents);
    for (let i = 0; i < ranges.length; i += 2) {
      const [from, to] = [ranges[i], ranges[i + 1]];
      const address = page * SHOWN_PAGE_BYTES + from;
      const owner = ownerOfActor(actor);
      if (!isOutside(owner)) {
        this.write(actor, NO_SITE, address, to - from, contents, from);
        continue;
      }
      const after = since === null ? null : this.lastStored(page, from, to, since);
      if (after !== null && after < this.timeline.lastStep) this.nextIsLate(after);
      this.hostWrite(address, contents.subarray(from, to), within, owner);
    }
  }

  /** The step after which bytes of a page may have been written, where that was after a step. */
  private lastStored(page: number, from: number, to: number, since: number): number {
    const history = this.isExact ? this.pages.get(page) : undefined;
    if (!history || history.lastStep <= since) return since;
    const [last] = history.writesBackwards(from, to, since, this.timeline.lastStep);
    return last?.step ?? since;
  }

  private check(): void {
    this.writesUntilCheck = WRITES_BETWEEN_CHECKS;
    this.limit.check();
    this.beside?.dropThrough(this.firstStep);
  }
}
