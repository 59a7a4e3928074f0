// Unpacked rows of the blocks that were looked at last.
import type { Codec } from '../../platform/codec.ts';
import type { BlockRows, PageBlock } from './pageBlock.ts';

export class BlockCache {
  /** In the order of use, the oldest first. */
  private readonly unpacked = new Map<PageBlock, BlockRows>();
  private bytes = 0;

  constructor(
    private readonly codec: Codec,
    private readonly limitBytes: number,
  ) {}

  rows(block: PageBlock): BlockRows {
    if (block.openBytes > 0) return block.read(this.codec);
    const known = this.unpacked.get(block);
    if (known) this.unpacked.delete(block);
    const rows = known ?? block.read(this.codec);
    this.unpacked.set(block, rows);
    if (known) return rows;
    this.bytes += bytesOf(rows);
    for (const oldest of this.unpacked.keys()) {
      if (this.bytes <= this.limitBytes) break;
      this.forget(oldest);
    }
    return rows;
  }

  forget(block: PageBlock): void {
    const rows = this.unpacked.get(block);
    if (rows) this.bytes -= bytesOf(rows);
    this.unpacked.delete(block);
  }
}

const bytesOf = ({ heads, values }: BlockRows): number => heads.length + values.length;
