// Blocks of allocators that may overlap, found by their addresses. Blocks of about the same size are together, in pages that are no smaller
// than any of them: a block lies in two pages at most, and a page has few blocks that are live at one time.
import type { ByteSpan, InvolvedCall } from '../protocol/finding.ts';
import type { Step } from '../protocol/units.ts';
import { common } from './context.ts';

export interface Block {
  readonly span: ByteSpan;
  /** Who handed it out. */
  readonly call: InvolvedCall;
  readonly step: Step;
}

/** Pages of the smallest blocks have 2^6 bytes, each next size eight times as many. */
const FIRST_BITS = 6;
const BITS_APART = 3;

interface Size {
  readonly pageBytes: number;
  /** Blocks that reach into a page, by its number. */
  readonly pages: Map<number, Block[]>;
}

export class BlockSet {
  /** By the size of their pages, ascending; only as many as there were blocks for. */
  private readonly sizes: Size[] = [];

  add(block: Block): void {
    const { address, length } = block.span;
    let size = 0;
    while (2 ** (FIRST_BITS + size * BITS_APART) < length) size++;
    for (let next = this.sizes.length; next <= size; next++)
      this.sizes.push({ pageBytes: 2 ** (FIRST_BITS + next * BITS_APART), pages: new Map() });
    const { pageBytes, pages } = this.sizes[size];
    for (let page = pageOf(address, pageBytes); page <= pageOf(address + length - 1, pageBytes); page++) {
      const blocks = pages.get(page);
      if (blocks) blocks.push(block);
      else pages.set(page, [block]);
    }
  }

  remove(block: Block): void {
    const { address, length } = block.span;
    for (const { pageBytes, pages } of this.sizes) {
      if (pageBytes < length) continue;
      for (let page = pageOf(address, pageBytes); page <= pageOf(address + length - 1, pageBytes); page++)
        removeFrom(pages, page, block);
      return;
    }
  }

  /** All blocks that begin at an address go. */
  free(address: number): void {
    for (const { pageBytes, pages } of this.sizes) {
      const begun = pages.get(pageOf(address, pageBytes))?.filter(({ span }) => span.address === address) ?? [];
      for (const block of begun) this.remove(block);
    }
  }

  /** Whether a block is there that has exactly these bytes. */
  has({ address, length }: ByteSpan): boolean {
    return this.sizes.some(({ pageBytes, pages }) =>
      pages.get(pageOf(address, pageBytes))?.some(({ span }) => span.address === address && span.length === length),
    );
  }

  /** In the order in which they were handed out. */
  overlapping(span: ByteSpan): Block[] {
    const found = new Set<Block>();
    for (const { pageBytes, pages } of this.sizes) {
      const [first, last] = [pageOf(span.address, pageBytes), pageOf(span.address + span.length - 1, pageBytes)];
      // Of a large range there are fewer pages with blocks than pages.
      const within = last - first > pages.size ? [...pages.keys()].filter(page => page >= first && page <= last) : null;
      const count = within?.length ?? last - first + 1;
      for (let i = 0; i < count; i++)
        for (const block of pages.get(within?.[i] ?? first + i) ?? []) if (common(block.span, span)) found.add(block);
    }
    return [...found].sort((a, b) => a.step - b.step);
  }
}

const pageOf = (address: number, pageBytes: number): number => Math.floor(address / pageBytes);

function removeFrom(pages: Map<number, Block[]>, page: number, block: Block): void {
  const blocks = pages.get(page) ?? [];
  const at = blocks.indexOf(block);
  if (at < 0) return;
  if (blocks.length === 1) pages.delete(page);
  else blocks.splice(at, 1);
}
