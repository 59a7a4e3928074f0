// The words for blocks of the heap, as the panel tells them.
import { callText } from '../../src/protocol/findingWords.ts';
import type { LiveBlock } from '../../src/protocol/heapBlocks.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count, hex } from '../../src/protocol/text.ts';
import type { HeapTotals } from '../data/heap.ts';

/** `12 blocks, 340 bytes` */
export const sumText = ({ total, bytes }: Pick<HeapTotals, 'total' | 'bytes'>): string =>
  `${count(total, 'block')}, ${count(bytes, 'byte')}`;

/** `not freed: 12 blocks, 340 bytes`; `all freed` */
export function leftText(left: HeapTotals): string {
  // Of a part of the calls it is not known that nothing is left.
  return left.total === 0 && !left.isPartial ? 'all freed' : `not freed: ${sumText(left)}`;
}

/** `0x408, 16 bytes, from malloc in call 1, main on #0, at step 2`, for screen readers and tips. */
export const blockLabel = ({ span, made, step }: LiveBlock, names: InstanceNames): string =>
  `${hex(span.address)}, ${count(span.length, 'byte')}, from ${callText(made, names)}, at step ${step}`;

/** `in the block of 16 bytes at 0x408, from malloc in call 1, main on #0` */
export const inBlockText = ({ span, made }: LiveBlock, names: InstanceNames): string =>
  `in the block of ${count(span.length, 'byte')} at ${hex(span.address)}, from ${callText(made, names)}`;
