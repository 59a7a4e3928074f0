// A range of bytes between the selection's beginning (the anchor) and its end (the selected byte).
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
