// What guests know of memory 0: what it held when the host ran last, before the host could write. Code of exact modules asks for each part
// that it comes to first since then, see `checkedAccess.ts`: where the part is not what guests know, the host has written.
import { bufferOf } from '../platform/plainApi.ts';
import type { PageChanges } from '../protocol/engine.ts';
import type { FoundWrite, HostBytes } from '../protocol/recording.ts';
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES } from '../protocol/units.ts';
import {
  ADDED_IMPORTS,
  BEFORE_RECORD,
  MARK,
  MARKED_BYTES,
  MARKS_PAGES,
  POSITION_IN_GLOBAL,
} from '../wasm/record/logFormat.ts';
import { changedRanges } from './comparePages.ts';
import { PartCopies } from './partCopies.ts';

const PARTS = MAX_MEMORY_BYTES / MARKED_BYTES;
const PARTS_OF_PAGE = SHOWN_PAGE_BYTES / MARKED_BYTES;

/** Takes what the host wrote, as a guest came upon it; its place in the log is as the code tells it, see `ADDED_IMPORTS.come`. */
export type TellFound = (found: FoundWrite) => void;

export class SeenMemory {
  private readonly marks = new WebAssembly.Memory({ initial: MARKS_PAGES, maximum: MARKS_PAGES });
  private readonly markBytes = new Uint8Array(this.marks.buffer);
  /** Parts that have a mark. */
  private marked: number[] = [];
  /** By part: the turn in which it was compared last. A turn ends where the host runs. */
  private readonly comparedIn = new Uint32Array(PARTS + 1);
  private turn = 1;
  /** What guests know. */
  private readonly known: PartCopies;
  private live: Uint8Array = new Uint8Array(0);
  private readonly isShared: boolean;

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly tell: TellFound,
  ) {
    this.isShared = bufferOf(memory) instanceof SharedArrayBuffer;
    this.known = new PartCopies(memory, MARKED_BYTES, PARTS);
  }

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
      ) => this.come(address >>> 0, size >>> 0, writes !== 0, position, round, site),
    };
  }

  /** Guests are left, and the host is about to run: to be called whenever it is. */
  hostRuns(): void {
    const { marked, markBytes } = this;
    if (marked.length === 0) return;
    this.look();
    const turn = this.turn++;
    for (const part of marked) {
      if (markBytes[part] === MARK.stored) {
        this.learn(part, turn);
        this.learn(part + 1, turn);
      }
      markBytes[part] = 0;
    }
    marked.length = 0;
  }

  /** Guests know of these pages as they are in memory now. */
  know({ pages }: Pick<PageChanges, 'pages'>): void {
    this.look();
    for (const shown of pages) for (let i = 0; i < PARTS_OF_PAGE; i++) this.take(shown * PARTS_OF_PAGE + i);
  }

  /** Guests know that these bytes are put there. */
  put(address: number, bytes: Uint8Array): void {
    this.known.put(address, bytes);
  }

  /** Something else than code is about to store to some bytes. */
  comeBetween(address: number, size: number): void {
    this.come(address, size, true, POSITION_IN_GLOBAL, BEFORE_RECORD, 0);
  }

  /** An access comes to some bytes: tells what the host wrote in their parts and the one behind the first of them. */
  private come(address: number, size: number, writes: boolean, at: number, round: number, site: number): void {
    this.look();
    const first = Math.floor(address / MARKED_BYTES);
    const last = Math.max(first + 1, Math.floor((address + size - 1) / MARKED_BYTES));
    const found: HostBytes[] = [];
    for (let part = first; part <= last; part++) {
      if (!this.isInMemory(part) || this.comparedIn[part] === this.turn) continue;
      this.comparedIn[part] = this.turn;
      if (!this.known.isSame(part)) this.compare(part, found);
    }
    // What a long access stores to has a mark for each of its parts.
    const end = writes ? last : first + 1;
    for (let part = first; part < end; part++) this.mark(part, writes ? MARK.stored : MARK.seen);
    if (found.length > 0) this.tell({ at, round, site, writes: found });
  }

  private mark(part: number, mark: number): void {
    const { markBytes } = this;
    if (part >= PARTS) return;
    if (markBytes[part] === 0) this.marked.push(part);
    if (markBytes[part] < mark) markBytes[part] = mark;
  }

  /** Finds what the host wrote in a part that is not what guests know. */
  private compare(part: number, found: HostBytes[]): void {
    const start = part * MARKED_BYTES;
    const now = this.live.subarray(start, start + MARKED_BYTES);
    const ranges = changedRanges(this.known.read(part), now);
    for (let i = 0; i < ranges.length; i += 2)
      found.push({ address: start + ranges[i], bytes: Array.from(now.subarray(ranges[i], ranges[i + 1])) });
    this.take(part);
  }

  /** Takes a part in that guests may have stored to, once a turn. */
  private learn(part: number, turn: number): void {
    // What was not compared in this turn, guests have not stored to.
    if (this.comparedIn[part] !== turn) return;
    this.comparedIn[part] = 0;
    this.take(part);
  }

  private take(part: number): void {
    if (this.isInMemory(part)) this.known.take(part);
  }

  private isInMemory(part: number): boolean {
    return part * MARKED_BYTES < this.live.length;
  }

  /** The bytes of the memory, which are others once it has grown: those that were it until then have no length any more, but for a shared memory. */
  private look(): void {
    if (this.live.length === 0 || this.isShared) this.live = new Uint8Array(bufferOf(this.memory));
  }
}
