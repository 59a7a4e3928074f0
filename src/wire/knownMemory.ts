// What memory held when it was looked at last: each look tells what changed since.
import { sameBytes } from '../platform/bytes.ts';
import { bufferOf } from '../platform/plainApi.ts';
import type { PageChanges } from '../protocol/engine.ts';
import type { ComparedMemory } from '../protocol/recording.ts';
import { MAX_MEMORY_BYTES, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { changedPages, copyPages, eachPage, isZeroPage, READ_WHOLE_BYTES } from './comparePages.ts';

const SHOWN_IN_WASM_PAGE = WASM_PAGE_BYTES / SHOWN_PAGE_BYTES;
/** So many known pages make it worth while to keep a page of 64 KiB in one piece: it is compared in half the time. */
const KNOWN_FOR_WHOLE = SHOWN_IN_WASM_PAGE / 2;

const READ_WHOLE_PAGES = READ_WHOLE_BYTES / WASM_PAGE_BYTES;

/** Marks of pages of 64 KiB: shared, since the recording thread sees where guests write, and looks are taken elsewhere. */
export type TouchedPages = Uint8Array<SharedArrayBuffer>;

export const newTouchedPages = (): TouchedPages =>
  new Uint8Array(new SharedArrayBuffer(MAX_MEMORY_BYTES / WASM_PAGE_BYTES + 1));

export class KnownMemory {
  /** Contents of the pages that are not zero, as of the last look. */
  private readonly known = new Map<PageIndex, Uint8Array>();
  /** Pages of 64 KiB, by their index: the known pages in them are views of these, the others are zero. */
  private readonly whole = new Map<number, Uint8Array>();
  private readonly knownIn = new Uint8Array(MAX_MEMORY_BYTES / WASM_PAGE_BYTES);
  private knownBytes = 0;
  private skipped = 0;

  /** @param near 1 for each page of 64 KiB in which something is known or may be written, and for its neighbours */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly near = newTouchedPages(),
  ) {}

  /** Whether a look sees all of memory: a large one is read only where something is known or may be written. */
  get isSeenWhole(): boolean {
    return bufferOf(this.memory).byteLength <= READ_WHOLE_BYTES;
  }

  /** Size of the memory at the last look, in bytes. */
  get memoryBytes(): number {
    return this.knownBytes;
  }

  /** Compares all of memory, a large one as far as {@link isSeenWhole} says. */
  look(): ComparedMemory {
    const memory = new Uint8Array(bufferOf(this.memory));
    if (this.isSeenWhole) return { ...this.lookWhere(memory, () => true), lookedAt: null };
    return this.lookWhere(memory, page => page < READ_WHOLE_PAGES || this.near[page] !== 0);
  }

  /** Compares single pages of 4 KiB: for a guest of which all is known that it has written. */
  lookAt(pages: Iterable<number>): ComparedMemory {
    const memory = new Uint8Array(bufferOf(this.memory));
    const changed: number[] = [];
    for (const page of pages) {
      const at = page * SHOWN_PAGE_BYTES;
      if (at < memory.length) changed.push(...changedPages(memory, this.known, at, at + SHOWN_PAGE_BYTES));
    }
    return this.remember(copyPages(memory, changed), memory.length, null);
  }

  /**
   * Compares what lies near to anything that was ever seen, which takes a small part of the time: for boundaries that follow
   * each other thousands of times a second. A host writes where it was told an address (`mayWrite`) or in what it knows, so that
   * hardly anything is missed until all of memory is compared again, as it is here when it has grown.
   */
  lookNear(): ComparedMemory {
    const memory = new Uint8Array(bufferOf(this.memory));
    if (memory.length !== this.knownBytes) return this.look();
    return this.lookWhere(memory, page => this.near[page] !== 0);
  }

  /** Compares single pages of 64 KiB; as long as it finds something, the next one, too. */
  lookInto(pages: Iterable<number>): ComparedMemory {
    const memory = new Uint8Array(bufferOf(this.memory));
    const changed: number[] = [];
    const lookedAt = new Set<number>();
    for (const first of pages)
      for (let page = first; page < memory.length / WASM_PAGE_BYTES && !lookedAt.has(page); page++) {
        lookedAt.add(page);
        const found = this.changedIn(memory, page);
        changed.push(...found);
        if (found.length === 0) break;
      }
    const ascending = (a: number, b: number): number => a - b;
    return this.remember(copyPages(memory, changed.sort(ascending)), memory.length, [...lookedAt].sort(ascending));
  }

  /** Memory could be compared now, and is not. */
  skip(): void {
    this.skipped++;
  }

  /** @param isLookedAt says so of a page of 64 KiB, by its index */
  private lookWhere(memory: Uint8Array, isLookedAt: (page: number) => boolean): ComparedMemory {
    const changed: number[] = [];
    const lookedAt: number[] = [];
    let goesOn = false;
    for (let page = 0; page < memory.length / WASM_PAGE_BYTES; page++) {
      if (!goesOn && !isLookedAt(page)) continue;
      const found = this.changedIn(memory, page);
      changed.push(...found);
      lookedAt.push(page);
      goesOn = found.length > 0; // what was written may reach into the next page
    }
    return this.remember(copyPages(memory, changed), memory.length, lookedAt);
  }

  /** What a host and its guest told each other may be an address: from now on a look near sees what is there. */
  mayWrite(values: readonly unknown[]): void {
    for (const value of values) {
      if (typeof value === 'number' && Number.isInteger(value))
        this.markNear(Math.floor((value >>> 0) / WASM_PAGE_BYTES));
      // An i64, of which results have the decimal digits.
      else if (typeof value === 'bigint' || (typeof value === 'string' && /^\d+$/.test(value)))
        this.markNear(Math.floor(Number(value) / WASM_PAGE_BYTES));
    }
  }

  private markNear(page: number): void {
    this.near.fill(1, Math.max(0, page - 1), page + 2);
  }

  private remember(changes: PageChanges, memoryBytes: number, lookedAt: readonly number[] | null): ComparedMemory {
    for (const [page, bytes] of eachPage(changes)) {
      // A copy: the changes themselves are handed over to whoever records them.
      const known = this.known.get(page);
      if (known) known.set(bytes);
      else this.add(page, bytes.slice());
    }
    this.knownBytes = memoryBytes;
    const { skipped } = this;
    this.skipped = 0;
    return { changes, memoryBytes, lookedAt, skipped };
  }

  private add(page: PageIndex, bytes: Uint8Array): void {
    const at = Math.floor(page / SHOWN_IN_WASM_PAGE);
    this.markNear(at);
    this.known.set(page, bytes);
    if (++this.knownIn[at] >= KNOWN_FOR_WHOLE) this.keepWhole(at);
  }

  private keepWhole(at: number): void {
    const whole = this.whole.get(at) ?? new Uint8Array(WASM_PAGE_BYTES);
    this.whole.set(at, whole);
    for (let i = 0; i < SHOWN_IN_WASM_PAGE; i++) {
      const page = pageIndex(at * SHOWN_IN_WASM_PAGE + i);
      const bytes = this.known.get(page);
      if (!bytes || bytes.buffer === whole.buffer) continue;
      whole.set(bytes, i * SHOWN_PAGE_BYTES);
      this.known.set(page, whole.subarray(i * SHOWN_PAGE_BYTES, (i + 1) * SHOWN_PAGE_BYTES));
    }
  }

  /** Indices of the pages that changed in one of 64 KiB. */
  private changedIn(memory: Uint8Array, at: number): number[] {
    const whole = this.whole.get(at);
    const [start, end] = [at * WASM_PAGE_BYTES, (at + 1) * WASM_PAGE_BYTES];
    if (whole && sameBytes(memory.subarray(start, end), whole)) return [];
    if (this.knownIn[at] === 0 && isZeroPage(memory.subarray(start, end))) return [];
    return changedPages(memory, this.known, start, end);
  }
}
