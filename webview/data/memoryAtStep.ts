// The loaded parts of linear memory at one step.
import { type Address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES } from '../../src/protocol/units.ts';
import type { Moment, PageCache } from './pageCache.ts';

/** Stands for a byte that is not loaded. */
export const NOT_LOADED = -1;

/** Bytes from some address on. */
export interface LoadedBytes {
  /** One value a byte: 0 … 255 or {@link NOT_LOADED}. Shorter than asked for where memory ends. */
  readonly values: Int16Array;
  /** 1 where the byte changed since {@link Moment.since}. */
  readonly changed: Uint8Array;
  /** OWNER_CODE of each byte; 0 (never written) also where it is not known. */
  readonly owners: Uint8Array;
}

/** More loaded bytes make a new object, so that components notice by its identity. */
export class MemoryAtStep {
  constructor(
    private readonly cache: PageCache,
    readonly moment: Moment,
    /** Size of the memory at the step, in bytes. */
    readonly size: number,
  ) {}

  read(start: number, length: number): LoadedBytes {
    const end = Math.min(this.size, start + length);
    const values = new Int16Array(Math.max(0, end - start)).fill(NOT_LOADED);
    const changed = new Uint8Array(values.length);
    const owners = new Uint8Array(values.length);
    for (const page of pagesOf(start, end)) {
      const cached = this.cache.get(this.moment, page);
      if (!cached) continue;
      const pageStart = page * SHOWN_PAGE_BYTES;
      const from = Math.max(start, pageStart);
      const to = Math.min(end, pageStart + SHOWN_PAGE_BYTES);
      if (cached.bytes) values.set(cached.bytes.subarray(from - pageStart, to - pageStart), from - start);
      else values.fill(0, from - start, to - start);
      if (cached.changed) changed.set(cached.changed.subarray(from - pageStart, to - pageStart), from - start);
      if (cached.owners) owners.set(cached.owners.subarray(from - pageStart, to - pageStart), from - start);
    }
    return { values, changed, owners };
  }

  /** The bytes from `start` on, at most `length`, fewer where memory ends; undefined while not all are loaded. */
  bytes(start: Address, length: number): Uint8Array | undefined {
    const { values } = this.read(start, length);
    return values.includes(NOT_LOADED) ? undefined : Uint8Array.from(values);
  }
}

/** Pages that the bytes `start` … `end` (exclusive) are in. */
export function pagesOf(start: number, end: number): PageIndex[] {
  const pages: PageIndex[] = [];
  if (start >= end) return pages;
  for (let page = Math.floor(start / SHOWN_PAGE_BYTES); page * SHOWN_PAGE_BYTES < end; page++)
    pages.push(pageIndex(page));
  return pages;
}
