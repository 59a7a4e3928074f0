// What recordings of the stand-ins tell to be wrong.
import type { Finding } from '../../src/protocol/finding.ts';
import { address, step } from '../../src/protocol/units.ts';

const BLOCK = { address: address(0x548), length: 4 };

/** Two instances, each with an allocator of its own, were given one block. */
export const DUPLICATE: Finding = {
  kind: 'duplicate-allocation',
  step: step(2),
  call: 2,
  instances: [0, 1],
  range: BLOCK,
  count: 1,
  details: {
    first: { index: 1, instance: 0, function: 'alloc_11', allocator: null },
    again: { index: 2, instance: 1, function: 'alloc_11', allocator: null },
    areSeparate: true,
    resetBy: null,
    firstBlock: BLOCK,
    block: BLOCK,
  },
};
