// Unpacked rows of the blocks that were looked at last.
import type { Codec } from './codec.ts';
import type { PageBlock } from './pageBlock.ts';

const LIMIT_BYTES = 8 * 2 ** 20;

export class BlockCache {
  /** In the order of use, the oldest first. */
  private readonly unpacked = new Map<PageBlock, Uint8Array>();
  private bytes = 0;

  constructor(private readonly codec: Codec) {}

  rows(block: PageBlock): Uint8Array {
    if (block.openBytes > 0) return block.read(this.codec);
    const known = this.unpacked.get(block);
    if (known) this.unpacked.delete(block);
    const rows = known ?? block.read(this.codec);
    this.unpacked.set(block, rows);
    if (known) return rows;
    this.bytes += rows.length;
    for (const oldest of this.unpacked.keys()) {
      if (this.bytes <= LIMIT_BYTES) break;
      this.forget(oldest);
    }
    return rows;
  }

  forget(block: PageBlock): void {
    this.bytes -= this.unpacked.get(block)?.length ?? 0;
    this.unpacked.delete(block);
  }
}
