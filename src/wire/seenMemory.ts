// What guests know of memory 0: what it held when the host ran last, before the host could write. Code of exact modules asks for each page
// that it comes to first since then, see `checkedAccess.ts`: where the page is not what guests know, the host has written.
import { sameRange } from '../platform/bytes.ts';
import type { PageChanges } from '../protocol/engine.ts';
import type { FoundWrite, HostBytes } from '../protocol/recording.ts';
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { ADDED_IMPORTS, BEFORE_RECORD, MARK, MARKS_PAGES, POSITION_IN_GLOBAL } from '../wasm/record/logFormat.ts';
import { changedRanges, ZERO_PAGE } from './comparePages.ts';

const PAGES = MAX_MEMORY_BYTES / SHOWN_PAGE_BYTES;
const SHOWN_IN_WASM_PAGE = WASM_PAGE_BYTES / SHOWN_PAGE_BYTES;

/** Takes what the host wrote, as a guest came upon it; its place in the log is as the code tells it, see `ADDED_IMPORTS.come`. */
export type TellFound = (found: FoundWrite) => void;

/** A page of 4 KiB in a piece of memory, from a byte of it on. */
interface KnownPage {
  readonly bytes: Uint8Array;
  readonly at: number;
}

export class SeenMemory {
  private readonly marks = new WebAssembly.Memory({ initial: MARKS_PAGES, maximum: MARKS_PAGES });
  private readonly markBytes = new Uint8Array(this.marks.buffer);
  /** Pages that have a mark. */
  private marked: number[] = [];
  /** By page: the turn in which it was compared last. A turn ends where the host runs. */
  private readonly comparedIn = new Uint32Array(PAGES + 1);
  private turn = 1;
  /** What guests know, by pages of 64 KiB; of those that are missing, zeros. */
  private readonly known: (Uint8Array | undefined)[] = [];
  private live: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly tell: TellFound,
  ) {}

  /** What an exact module imports for it. @param module the module name of these */
  addImports(imports: WebAssembly.Imports, module: string): void {
    imports[module] = {
      ...imports[module],
      [ADDED_IMPORTS.marks]: this.marks,
      [ADDED_IMPORTS.come]: (
        address: number,
        size: number,
        writes: number,
        position: number,
        round: number,
        site: number,
      ) => this.come(address >>> 0, size >>> 0, writes !== 0, { at: position, round, site }),
    };
  }

  /** Guests are left, and the host is about to run: to be called whenever it is. */
  hostRuns(): void {
    const { marked, markBytes } = this;
    if (marked.length === 0) return;
    this.look();
    const turn = this.turn++;
    for (const page of marked) {
      if (markBytes[page] === MARK.stored) {
        this.learn(page, turn);
        this.learn(page + 1, turn);
      }
      markBytes[page] = 0;
    }
    marked.length = 0;
  }

  /** Guests know of these pages as they are in memory now. */
  know({ pages }: Pick<PageChanges, 'pages'>): void {
    this.look();
    for (const page of pages) this.take(page);
  }

  /** Guests know that these bytes are put there. */
  put(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = (address + done) % WASM_PAGE_BYTES;
      const length = Math.min(WASM_PAGE_BYTES - at, bytes.length - done);
      this.knownOf(Math.floor((address + done) / WASM_PAGE_BYTES)).set(bytes.subarray(done, done + length), at);
      done += length;
    }
  }

  /** Something else than code is about to store to some bytes. */
  comeBetween(address: number, size: number): void {
    this.come(address, size, true, { at: POSITION_IN_GLOBAL, round: BEFORE_RECORD, site: 0 });
  }

  /** An access comes to some bytes: tells what the host wrote in their pages and the one behind the first of them. */
  private come(address: number, size: number, writes: boolean, place: Omit<FoundWrite, 'writes'>): void {
    this.look();
    const first = Math.floor(address / SHOWN_PAGE_BYTES);
    const last = Math.max(first + 1, Math.floor((address + size - 1) / SHOWN_PAGE_BYTES));
    const found: HostBytes[] = [];
    for (let page = first; page <= last && page * SHOWN_PAGE_BYTES < this.live.length; page++)
      this.compare(page, found);
    // What a long access stores to has a mark for each of its pages.
    const end = writes ? last : first + 1;
    for (let page = first; page < end; page++) this.mark(page, writes ? MARK.stored : MARK.seen);
    if (found.length > 0) this.tell({ ...place, writes: found });
  }

  private mark(page: number, mark: number): void {
    const { markBytes } = this;
    if (page >= PAGES) return;
    if (markBytes[page] === 0) this.marked.push(page);
    if (markBytes[page] < mark) markBytes[page] = mark;
  }

  private compare(page: number, found: HostBytes[]): void {
    if (this.comparedIn[page] === this.turn) return;
    this.comparedIn[page] = this.turn;
    const start = page * SHOWN_PAGE_BYTES;
    const { bytes, at } = this.pageOf(page);
    if (sameRange(this.live, start, bytes, at, SHOWN_PAGE_BYTES)) return;
    const now = this.live.subarray(start, start + SHOWN_PAGE_BYTES);
    const ranges = changedRanges(bytes.subarray(at, at + SHOWN_PAGE_BYTES), now);
    for (let i = 0; i < ranges.length; i += 2)
      found.push({ address: start + ranges[i], bytes: Array.from(now.subarray(ranges[i], ranges[i + 1])) });
    this.take(page);
  }

  /** Takes a page in that guests may have stored to, once a turn. */
  private learn(page: number, turn: number): void {
    // What was not compared in this turn, guests have not stored to.
    if (this.comparedIn[page] !== turn) return;
    this.comparedIn[page] = 0;
    this.take(page);
  }

  private take(page: number): void {
    const start = page * SHOWN_PAGE_BYTES;
    if (start >= this.live.length) return;
    const at = (page % SHOWN_IN_WASM_PAGE) * SHOWN_PAGE_BYTES;
    this.knownOf(Math.floor(page / SHOWN_IN_WASM_PAGE)).set(this.live.subarray(start, start + SHOWN_PAGE_BYTES), at);
  }

  private knownOf(wasmPage: number): Uint8Array {
    const known = this.known[wasmPage] ?? new Uint8Array(WASM_PAGE_BYTES);
    this.known[wasmPage] = known;
    return known;
  }

  private pageOf(page: number): KnownPage {
    const bytes = this.known[Math.floor(page / SHOWN_IN_WASM_PAGE)];
    return bytes ? { bytes, at: (page % SHOWN_IN_WASM_PAGE) * SHOWN_PAGE_BYTES } : { bytes: ZERO_PAGE, at: 0 };
  }

  /** The bytes of the memory, which are others once it has grown. */
  private look(): void {
    const { buffer } = this.memory;
    if (this.live.buffer !== buffer) this.live = new Uint8Array(buffer);
  }
}
