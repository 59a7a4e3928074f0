// What is known of each byte of the heap, a bit each, by pages of 4 KiB that hold a block: half a byte a byte of such a page in all.

const PAGE_BITS = 12;
const PAGE_BYTES = 2 ** PAGE_BITS;
/** Bytes of one plane of a page: a bit for each byte of memory. */
const PLANE_BYTES = PAGE_BYTES / 8;

export const PLANE = {
  /** Of a block that was handed out, and not taken back. */
  live: 0,
  /** Of one that was taken back, and not handed out again. */
  freed: 1,
  /** The allocator wrote it for itself. */
  own: 2,
  /** A block begins here. */
  start: 3,
} as const;

export type Plane = (typeof PLANE)[keyof typeof PLANE];

const PLANES = Object.keys(PLANE).length;

export class HeapBits {
  private readonly pages = new Map<number, Uint8Array>();
  private lastPage = -1;
  private last: Uint8Array | undefined;

  /** Bytes of memory that they take, without what the engine needs for each page. */
  get keptBytes(): number {
    return this.pages.size * PLANES * PLANE_BYTES;
  }

  /** Whether any byte of the page has a bit: asked before all else, of nearly all accesses. */
  knows(address: number): boolean {
    return this.page(address >>> PAGE_BITS) !== undefined;
  }

  set(plane: Plane, start: number, length: number): void {
    this.each(plane, start, length, true, (bytes, at, mask) => {
      bytes[at] |= mask;
    });
  }

  clear(plane: Plane, start: number, length: number): void {
    this.each(plane, start, length, false, (bytes, at, mask) => {
      bytes[at] &= ~mask;
    });
  }

  /** Address of the first byte of a range that has a bit; null where none has. */
  first(plane: Plane, start: number, length: number): number | null {
    return this.find(plane, start, length, false);
  }

  /** The same, of bytes that are not live alone. */
  firstDead(plane: Plane, start: number, length: number): number | null {
    return this.find(plane, start, length, true);
  }

  private find(plane: Plane, start: number, length: number, isDead: boolean): number | null {
    const end = start + length;
    for (let at = start; at < end; ) {
      const page = this.page(at >>> PAGE_BITS);
      if (!page) {
        at = ((at >>> PAGE_BITS) + 1) * PAGE_BYTES;
        continue;
      }
      const offset = at & (PAGE_BYTES - 1);
      const byte = offset >>> 3;
      let bits = page[plane * PLANE_BYTES + byte];
      if (isDead) bits &= ~page[PLANE.live * PLANE_BYTES + byte];
      bits &= 0xff << (offset & 7);
      if (bits !== 0) {
        const found = at - (offset & 7) + 31 - Math.clz32(bits & -bits);
        return found < end ? found : null;
      }
      at += 8 - (offset & 7);
    }
    return null;
  }

  /** Address of the last byte before an end that has a bit, not before a start; null where none has. */
  lastBefore(plane: Plane, start: number, end: number): number | null {
    for (let at = end - 1; at >= start; ) {
      const page = this.page(at >>> PAGE_BITS);
      if (!page) {
        at = (at >>> PAGE_BITS) * PAGE_BYTES - 1;
        continue;
      }
      const offset = at & (PAGE_BYTES - 1);
      const bits = page[plane * PLANE_BYTES + (offset >>> 3)] & (0xff >>> (7 - (offset & 7)));
      if (bits !== 0) {
        const found = at - (offset & 7) + 31 - Math.clz32(bits);
        return found >= start ? found : null;
      }
      at -= (offset & 7) + 1;
    }
    return null;
  }

  private each(
    plane: Plane,
    start: number,
    length: number,
    makes: boolean,
    put: (bytes: Uint8Array, at: number, mask: number) => void,
  ): void {
    const end = start + length;
    for (let at = start; at < end; ) {
      const number = at >>> PAGE_BITS;
      let page = this.page(number);
      if (!page && makes) {
        page = new Uint8Array(PLANES * PLANE_BYTES);
        this.pages.set(number, page);
        this.lastPage = -1;
      }
      const offset = at & (PAGE_BYTES - 1);
      if (page) {
        const first = offset & 7;
        const behind = Math.min(8, first + end - at);
        put(page, plane * PLANE_BYTES + (offset >>> 3), (0xff >>> (8 - behind)) & (0xff << first));
      }
      at += 8 - (offset & 7);
    }
  }

  private page(number: number): Uint8Array | undefined {
    if (number !== this.lastPage) {
      this.lastPage = number;
      this.last = this.pages.get(number);
    }
    return this.last;
  }
}
