// What a search found in a part of memory.
import { address } from '../../src/protocol/units.ts';
import type { ByteRange } from './byteRange.ts';
import type { FoundMatches } from './memorySearch.ts';

/** Position of the first match that begins at an address or behind it. */
function firstFrom({ addresses }: FoundMatches, at: number): number {
  let [low, high] = [0, addresses.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((addresses[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The matches that have bytes among `length` from an address on. */
export function matchesMeeting(matches: FoundMatches, start: number, length: number): ByteRange[] {
  const met: ByteRange[] = [];
  for (let i = firstFrom(matches, start - matches.length + 1); i < matches.addresses.length; i++) {
    const at = matches.addresses[i] ?? 0;
    if (at >= start + length) break;
    met.push({ start: address(at), length: matches.length });
  }
  return met;
}

/** Which match begins at an address, from 1; null where none does. */
export function matchNumber(matches: FoundMatches, at: number): number | null {
  const position = firstFrom(matches, at);
  return matches.addresses[position] === at ? position + 1 : null;
}

/** `29`; `more than 10,000` where not all are counted. */
export const countText = ({ addresses, isCut }: FoundMatches): string =>
  `${isCut ? 'more than ' : ''}${addresses.length.toLocaleString('en')}`;
