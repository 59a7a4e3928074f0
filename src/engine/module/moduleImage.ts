// Bytes of a module as pages: of its memory as instantiation leaves it before the start function, or of its file.
import type { PageView } from '../../protocol/access.ts';
import { OWNER_CODE } from '../../protocol/owner.ts';
import { type PageIndex, SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Module } from '../../wasm/module.ts';

/** The bytes of the file that a page holds. */
export function filePage(bytes: Uint8Array, page: PageIndex): PageView {
  const contents = new Uint8Array(SHOWN_PAGE_BYTES);
  contents.set(bytes.subarray(page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES));
  return { page, bytes: contents, changed: [], owners: null };
}

/** The part of a segment that is in a page. */
interface Piece {
  /** Offset in the page. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Memory 0 with its active data segments. A segment is looked at only when a page of it is asked for. */
export class MemoryImage {
  /** Numbers of the segments of each page, in the order in which they are written. */
  private readonly segmentsOf = new Map<number, number[]>();

  /** @param addresses of the segments by their number; null of one that does not go into memory 0, or nobody knows where */
  constructor(
    private readonly module: Module,
    private readonly addresses: readonly (number | null)[],
  ) {
    for (const [segment, { size }] of module.dataSegments.entries()) {
      const start = addresses[segment];
      if (start === null || start === undefined || size === 0) continue;
      for (let page = pageOf(start); page <= pageOf(start + size - 1); page++) {
        const segments = this.segmentsOf.get(page);
        if (segments) segments.push(segment);
        else this.segmentsOf.set(page, [segment]);
      }
    }
  }

  page(page: PageIndex): PageView {
    const pieces = (this.segmentsOf.get(page) ?? []).map(segment => this.piece(segment, page));
    if (pieces.length === 0) return { page, bytes: null, changed: [], owners: null };
    const bytes = new Uint8Array(SHOWN_PAGE_BYTES);
    const owners = new Uint8Array(SHOWN_PAGE_BYTES);
    for (const piece of pieces) {
      bytes.set(piece.bytes, piece.at);
      owners.fill(OWNER_CODE.initial, piece.at, piece.at + piece.bytes.length);
    }
    return { page, bytes, changed: [], owners };
  }

  private piece(segment: number, page: number): Piece {
    const start = this.addresses[segment] ?? 0;
    const first = page * SHOWN_PAGE_BYTES;
    const { bytes } = this.module.dataSegments[segment];
    const from = Math.max(0, first - start);
    return {
      at: Math.max(0, start - first),
      bytes: bytes.subarray(from, first + SHOWN_PAGE_BYTES - start),
    };
  }
}

const pageOf = (address: number): number => Math.floor(address / SHOWN_PAGE_BYTES);
