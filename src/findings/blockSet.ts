// Blocks of allocators that may overlap, by the pages of 4 KiB that they lie in.
import type { ByteSpan, InvolvedCall } from '../protocol/finding.ts';
import type { Step } from '../protocol/units.ts';
import { common } from './context.ts';

export interface Block {
  readonly span: ByteSpan;
  /** Who handed it out. */
  readonly call: InvolvedCall;
  readonly step: Step;
}

const PAGE_BITS = 12;
/** A larger block is looked at in its first and last pages alone. */
const MOST_PAGES = 1024;

const pageOf = (address: number): number => Math.floor(address / 2 ** PAGE_BITS);

function pagesOf({ address, length }: ByteSpan): number[] {
  const first = pageOf(address);
  const last = pageOf(address + length - 1);
  if (last - first < MOST_PAGES) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return [first, last];
}

export class BlockSet {
  private readonly pages = new Map<number, Set<Block>>();

  add(block: Block): void {
    for (const page of pagesOf(block.span)) {
      const blocks = this.pages.get(page) ?? new Set();
      this.pages.set(page, blocks.add(block));
    }
  }

  remove(block: Block): void {
    for (const page of pagesOf(block.span)) this.pages.get(page)?.delete(block);
  }

  /** All blocks that begin at an address go. */
  free(address: number): void {
    for (const block of this.pages.get(pageOf(address)) ?? []) if (block.span.address === address) this.remove(block);
  }

  overlapping(span: ByteSpan): Block[] {
    const found = new Set<Block>();
    for (const page of pagesOf(span))
      for (const block of this.pages.get(page) ?? []) if (common(block.span, span)) found.add(block);
    return [...found];
  }
}
