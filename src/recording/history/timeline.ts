// All accesses in their order. Of a store only the page is told, since the page's own history has the rest; of a load all.

import type { Codec, Packed } from '../../platform/codec.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Accessors } from './accessors.ts';
import { checkEntries, decodeTimeline, ENTRY, type TimelineEntries } from './timelineEntries.ts';
import { ByteRow, zigzag } from './varint.ts';

/** Entries of a chunk: what is unpacked to look at one of them. */
const CHUNK_ENTRIES = 32_768;
/** Unpacked chunks that are kept. */
const CACHED_CHUNKS = 8;
/** Bits that say which pages the loads of a chunk may touch: bit `page % 1024`. */
const LOADED_BITS = 1024;

/** A chunk that takes no more entries, as a file has it. */
export interface KeptChunk {
  readonly entries: number;
  readonly steps: number;
  /** Which pages its loads may touch: bit `page % 1024`. */
  readonly loaded: Uint32Array;
  readonly packed: Packed;
}

/** Accesses number `firstAccess` … `firstAccess + entries − 1`; of them `steps` are steps, the first being `firstStep`. */
export class TimelineChunk {
  entries = 0;
  steps = 0;
  /** Its entries are of a file, and nobody has looked at them yet. */
  isUnchecked = false;
  private loaded = new Uint32Array(LOADED_BITS / 32);
  /** Entries as they come; null once the chunk is sealed. */
  private open: ByteRow | null = new ByteRow(4096);
  private sealed: Packed | null = null;
  private lastPage = 0;
  private lastAccessor = 0;
  private readonly lastAddress: number[] = [];

  constructor(
    readonly firstAccess: number,
    readonly firstStep: number,
  ) {}

  static ofKept(firstAccess: number, firstStep: number, { entries, steps, loaded, packed }: KeptChunk): TimelineChunk {
    const chunk = new TimelineChunk(firstAccess, firstStep);
    chunk.open = null;
    chunk.entries = entries;
    chunk.steps = steps;
    chunk.loaded = Uint32Array.from(loaded);
    chunk.sealed = packed;
    chunk.isUnchecked = true;
    return chunk;
  }

  /** @throws RangeError where it takes entries */
  get kept(): KeptChunk {
    const { entries, steps, loaded, sealed } = this;
    if (!sealed) throw new RangeError('the chunk takes entries');
    return { entries, steps, loaded, packed: sealed };
  }

  get size(): number {
    return (this.open?.bytes.length ?? 0) + (this.sealed?.bytes.length ?? 0);
  }

  /** @param size bytes of a write that does not lie in one page, or is longer than its site says; else 0 */
  write(page: number, size: number): void {
    if (size === 0) {
      this.head(ENTRY.write, page - this.lastPage);
    } else {
      this.head(ENTRY.longWrite, page - this.lastPage);
      this.open?.unsigned(size);
    }
    this.lastPage = page;
    this.steps++;
  }

  read(accessor: number, address: number, length: number): void {
    this.head(ENTRY.read, accessor - this.lastAccessor);
    this.lastAccessor = accessor;
    // Differences wrap around, so that they fit into 32 bits.
    this.open?.signed((address - (this.lastAddress[accessor] ?? 0)) | 0);
    this.lastAddress[accessor] = address;
    for (let page = address >>> 12; page <= Math.floor((address + length - 1) / 4096); page++)
      this.loaded[(page % LOADED_BITS) >> 5] |= 1 << (page & 31);
  }

  grow(accessor: number, pages: number): void {
    this.head(ENTRY.grow, pages);
    this.open?.unsigned(accessor);
    this.steps++;
  }

  seal(codec: Codec): void {
    if (this.open === null) return;
    this.sealed = codec.pack(this.open.view());
    this.open = null;
    this.lastAddress.length = 0;
  }

  mayLoad(firstPage: number, lastPage: number): boolean {
    if (lastPage - firstPage >= LOADED_BITS) return true;
    for (let page = firstPage; page <= lastPage; page++)
      if (this.loaded[(page % LOADED_BITS) >> 5] & (1 << (page & 31))) return true;
    return false;
  }

  decode(codec: Codec): TimelineEntries {
    const bytes = this.open?.view() ?? (this.sealed ? codec.unpack(this.sealed) : new Uint8Array(0));
    return decodeTimeline(bytes, this.entries, this.steps);
  }

  private head(kind: number, signed: number): void {
    this.open?.unsigned(((zigzag(signed) << 2) | kind) >>> 0);
    this.entries++;
  }
}

export class Timeline {
  private readonly chunks: TimelineChunk[] = [];
  /** The last chunk, while it takes entries. */
  private open: TimelineChunk | null = null;
  private readonly decoded = new Map<TimelineChunk, TimelineEntries>();
  private nextAccess = 0;
  private nextStep = 1;
  private kept = 0;

  constructor(
    private readonly codec: Codec,
    private readonly accessors: Accessors,
  ) {}

  /** Begins with what a file has of another one, behind a step and an access. */
  restore(step: number, access: number, chunks: Iterable<KeptChunk>): void {
    this.nextStep = step + 1;
    this.nextAccess = access;
    for (const kept of chunks) {
      const chunk = TimelineChunk.ofKept(this.nextAccess, this.nextStep, kept);
      this.chunks.push(chunk);
      this.kept += chunk.size;
      this.nextAccess += kept.entries;
      this.nextStep += kept.steps;
    }
  }

  /** All that is kept, as a file has it: the open chunk ends. */
  *keptChunks(): Generator<KeptChunk> {
    this.seal();
    for (const { kept } of this.chunks) yield kept;
  }

  get keptBytes(): number {
    return this.kept + (this.open?.size ?? 0);
  }

  /** The last step; 0 where there is none. */
  get lastStep(): number {
    return this.nextStep - 1;
  }

  /** Number of accesses so far, dropped ones included. */
  get accessCount(): number {
    return this.nextAccess;
  }

  /** Number of the first access that is kept. */
  get firstAccess(): number {
    return this.chunks[0]?.firstAccess ?? this.nextAccess;
  }

  write(page: number, size: number): void {
    this.chunk().write(page, size);
    this.nextAccess++;
    this.nextStep++;
  }

  read(accessor: number, address: number): void {
    this.chunk().read(accessor, address, this.accessors.length(accessor));
    this.nextAccess++;
  }

  grow(accessor: number, pages: number): void {
    this.chunk().grow(accessor, pages);
    this.nextAccess++;
    this.nextStep++;
  }

  /** Ends the open chunk, so that no chunk reaches from one epoch into the next. */
  seal(): void {
    if (!this.open) return;
    this.open.seal(this.codec);
    this.kept += this.open.size;
    this.open = null;
  }

  /** The chunk with an access, unpacked, and the place of the access in it. */
  at(access: number): { readonly chunk: TimelineChunk; readonly entries: TimelineEntries; readonly index: number } {
    const chunk = this.find(access, 'firstAccess');
    return { chunk, entries: this.entriesOf(chunk), index: access - chunk.firstAccess };
  }

  /** The step that an access made, or at which it read. */
  stepOf(access: number): number {
    const { chunk, entries, index } = this.at(access);
    return chunk.firstStep - 1 + entries.steps[index];
  }

  /** Number of the access that made a step. */
  accessOfStep(step: number): number {
    const chunk = this.find(step, 'firstStep');
    return chunk.firstAccess + this.entriesOf(chunk).entryOfStep[step - chunk.firstStep];
  }

  /** The accessor of a step that made memory grow. */
  accessorOfGrowth(step: number): number {
    const { entries, index } = this.at(this.accessOfStep(step));
    return entries.details[index];
  }

  /** Pages that the steps `first` … `last` may have written; one may come again and again. */
  *pagesOf(first: number, last: number): Generator<number> {
    for (let step = first; step <= last; ) {
      const chunk = this.find(step, 'firstStep');
      const { kinds, places, details, entryOfStep } = this.entriesOf(chunk);
      const end = Math.min(last + 1, chunk.firstStep + chunk.steps);
      for (; step < end; step++) {
        const entry = entryOfStep[step - chunk.firstStep];
        if (kinds[entry] === ENTRY.grow) continue;
        // A long write begins somewhere in its first page.
        const further = kinds[entry] === ENTRY.longWrite ? Math.ceil(details[entry] / SHOWN_PAGE_BYTES) : 0;
        for (let page = places[entry]; page <= places[entry] + further; page++) yield page;
      }
    }
  }

  /** Numbers of the loads that read a byte of a range, newest first, of accesses `first` … `end − 1`. */
  *loadsBackwards(from: number, to: number, first: number, end: number): Generator<number> {
    const firstPage = Math.floor(from / 4096);
    const lastPage = Math.floor((to - 1) / 4096);
    for (let number = this.chunks.length - 1; number >= 0; number--) {
      const chunk = this.chunks[number];
      if (chunk.firstAccess + chunk.entries <= first) return;
      if (chunk.firstAccess >= end || !chunk.mayLoad(firstPage, lastPage)) continue;
      const { kinds, places, details } = this.entriesOf(chunk);
      for (
        let i = Math.min(end - chunk.firstAccess, chunk.entries) - 1;
        i >= Math.max(0, first - chunk.firstAccess);
        i--
      ) {
        if (kinds[i] !== ENTRY.read || places[i] >= to) continue;
        if (places[i] + this.accessors.length(details[i]) > from) yield chunk.firstAccess + i;
      }
    }
  }

  /** Forgets the chunks before an access, the first one of an epoch. */
  dropBefore(access: number): void {
    while (this.chunks.length > 0 && this.chunks[0].firstAccess + this.chunks[0].entries <= access) {
      const [chunk] = this.chunks.splice(0, 1);
      this.decoded.delete(chunk);
      this.kept -= chunk.size;
    }
  }

  private chunk(): TimelineChunk {
    return this.open && this.open.entries < CHUNK_ENTRIES ? this.open : this.nextChunk();
  }

  private nextChunk(): TimelineChunk {
    this.seal();
    const chunk = new TimelineChunk(this.nextAccess, this.nextStep);
    this.chunks.push(chunk);
    this.open = chunk;
    return chunk;
  }

  private find(value: number, key: 'firstAccess' | 'firstStep'): TimelineChunk {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.chunks[middle][key] <= value) low = middle;
      else high = middle - 1;
    }
    return this.chunks[low];
  }

  private entriesOf(chunk: TimelineChunk): TimelineEntries {
    const known = this.decoded.get(chunk);
    this.decoded.delete(chunk);
    const entries = known?.kinds.length === chunk.entries ? known : chunk.decode(this.codec);
    if (chunk.isUnchecked) {
      checkEntries(entries, this.accessors);
      chunk.isUnchecked = false;
    }
    this.decoded.set(chunk, entries);
    for (const oldest of this.decoded.keys()) {
      if (this.decoded.size <= CACHED_CHUNKS) break;
      this.decoded.delete(oldest);
    }
    return entries;
  }
}
