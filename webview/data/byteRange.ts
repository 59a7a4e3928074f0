// The selected bytes: from where the selection began (the anchor) to where it was taken (the selected byte).
import { type Address, address } from '../../src/protocol/units.ts';

export interface ByteRange {
  readonly start: Address;
  /** In bytes, at least 1. */
  readonly length: number;
}

/** Both ends are in the range. */
export function rangeBetween(anchor: Address, selected: Address): ByteRange {
  const start = Math.min(anchor, selected);
  return { start: address(start), length: Math.max(anchor, selected) - start + 1 };
}
