// What memory held when it was looked at last: each look tells what changed since.
import type { PageChanges } from '../protocol/engine.ts';
import { type PageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { changedPages, comparePages, copyPages, countChangedBytes, eachPage } from '../recording/comparePages.ts';

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

export class KnownMemory {
  /** Contents of the pages that are not zero, as of the last look. */
  private readonly known = new Map<PageIndex, Uint8Array>();
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
      const found = changedPages(memory, this.known, page * WASM_PAGE_BYTES, (page + 1) * WASM_PAGE_BYTES);
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
    // A copy: the changes themselves are handed over to whoever records them.
    const { pages, contents } = changes;
    for (const [page, bytes] of eachPage({ pages, contents: contents.slice() })) {
      this.known.set(page, bytes);
      this.markNear(Math.floor((page * SHOWN_PAGE_BYTES) / WASM_PAGE_BYTES));
    }
    this.knownBytes = memoryBytes;
    return { changes, bytesChanged, memoryBytes, lookedAt };
  }
}
