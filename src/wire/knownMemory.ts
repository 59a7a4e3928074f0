// What memory held when it was looked at last: each look tells what changed since.
import type { PageChanges } from '../protocol/engine.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { changedPages, comparePages, copyPages, countChangedBytes, eachPage } from './comparePages.ts';

/** What a look at memory found. */
export interface Look {
  readonly changes: PageChanges;
  /** Bytes whose value changed. */
  readonly bytesChanged: number;
  /** Size of the memory, in bytes. */
  readonly memoryBytes: number;
  /** Pages of 64 KiB that were looked at, ascending; null where all of memory was. */
  readonly lookedAt: Uint32Array | null;
}

const SHOWN_IN_WASM_PAGE = WASM_PAGE_BYTES / SHOWN_PAGE_BYTES;
/** So many known pages make it worth while to keep a page of 64 KiB in one piece: it is compared in half the time. */
const KNOWN_FOR_WHOLE = SHOWN_IN_WASM_PAGE / 2;

export class KnownMemory {
  /** Contents of the pages that are not zero, as of the last look. */
  private readonly known = new Map<PageIndex, Uint8Array>();
  /** Pages of 64 KiB, by their index: the known pages in them are views of these, the others are zero. */
  private readonly whole = new Map<number, Uint8Array>();
  private readonly knownIn = new Uint8Array(2 ** 32 / WASM_PAGE_BYTES);
  /** 1 for each page of 64 KiB in which something is known or may be written, and for its neighbours. */
  private readonly near = new Uint8Array(2 ** 32 / WASM_PAGE_BYTES + 1);
  private knownBytes = 0;

  constructor(private readonly memory: WebAssembly.Memory) {}

  /** A page as of the last look; undefined where it was zero. */
  page(page: PageIndex): Uint8Array | undefined {
    return this.known.get(page);
  }

  /** Compares all of memory. */
  look(): Look {
    const memory = new Uint8Array(this.memory.buffer);
    return this.remember(comparePages(memory, this.known), memory.length, null);
  }

  /**
   * Compares what lies near to anything that was ever seen, which takes a small part of the time: for boundaries that follow
   * each other thousands of times a second. A host writes where it was told an address (`mayWrite`) or in what it knows, so that
   * hardly anything is missed until all of memory is compared again, as it is here when it has grown.
   */
  lookNear(): Look {
    const memory = new Uint8Array(this.memory.buffer);
    if (memory.length !== this.knownBytes) return this.look();
    const changed: number[] = [];
    const lookedAt: number[] = [];
    let goesOn = false;
    for (let page = 0; page < memory.length / WASM_PAGE_BYTES; page++) {
      if (!goesOn && this.near[page] === 0) continue;
      const found = this.changedIn(memory, page);
      changed.push(...found);
      lookedAt.push(page);
      goesOn = found.length > 0; // what was written may reach into the next page
    }
    return this.remember(copyPages(memory, changed), memory.length, Uint32Array.from(lookedAt));
  }

  /** What a host and its guest told each other may be an address: from now on a look near sees what is there. */
  mayWrite(values: readonly unknown[]): void {
    for (const value of values)
      if (typeof value === 'number' && Number.isInteger(value))
        this.markNear(Math.floor((value >>> 0) / WASM_PAGE_BYTES));
  }

  private markNear(page: number): void {
    this.near.fill(1, Math.max(0, page - 1), page + 2);
  }

  private remember(changes: PageChanges, memoryBytes: number, lookedAt: Uint32Array | null): Look {
    const bytesChanged = countChangedBytes(this.known, changes);
    for (const [page, bytes] of eachPage(changes)) {
      // A copy: the changes themselves are handed over to whoever records them.
      const known = this.known.get(page);
      if (known) known.set(bytes);
      else this.add(page, bytes.slice());
    }
    this.knownBytes = memoryBytes;
    return { changes, bytesChanged, memoryBytes, lookedAt };
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
    if (whole && Buffer.compare(memory.subarray(start, end), whole) === 0) return [];
    return changedPages(memory, this.known, start, end);
  }
}
