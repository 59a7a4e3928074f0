// Blocks of allocators in the demo's run, made up for tests and screenshots.
import { address, step } from '../../src/protocol/units.ts';
import type { MadeBlock } from './writtenMemory.ts';

/** Handed out in the call of the same number as its step: each call of the demo makes one. */
function block(start: number, length: number, at: number, of: Partial<MadeBlock['made']>, freed: number | null = null) {
  const made = { index: at, instance: 0, function: 'add_23', allocator: 'malloc', ...of };
  return { span: { address: address(start), length }, made, step: step(at), freed } satisfies MadeBlock;
}

/** At the end 3 of 4 + 16 + 300 = 320 bytes are left; at step 3 there are 3 of 4 + 24 + 16 = 44; before step 1 there is none. */
export const HEAP_BLOCKS: readonly MadeBlock[] = [
  block(0x548, 4, 1, { function: 'alloc_11', allocator: null }),
  block(0x558, 24, 2, {}, 5),
  block(0x590, 16, 3, { instance: 1 }),
  block(0x600, 300, 6, {}),
];

/** So many blocks of 16 bytes in the first call, one beside the other. */
export const manyBlocks = (count: number): MadeBlock[] =>
  Array.from({ length: count }, (_, i) => block(0x1000 + 32 * i, 16, 1, { function: 'alloc_11' }));
