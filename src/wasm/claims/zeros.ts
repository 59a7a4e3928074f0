// Static variables that are zero at first and have no segment: where a module defines its memory, the engine makes the zeros.
import type { Claim } from '../../protocol/claims.ts';
import { type Address, address } from '../../protocol/units.ts';
import { alignedUp, type Reading, seesAllZeros, staticsEnd } from './reading.ts';
import { GLOBAL_BASE, stackRegion } from './stack.ts';

export function zeroClaims(reading: Reading): Claim[] {
  const { symbols, start } = reading;
  const stack = stackRegion(reading);
  const from = beginOf(reading, stack?.comesFirst ? null : (stack?.end ?? null));
  const claim = (end: Address, because: Claim['because']): Claim[] =>
    from < end ? [{ kind: 'bss', start: from, end, relativeTo: null, name: null, because }] : [];
  if (start?.writes.some(({ fill }) => fill === 'zeros')) return [];
  if (symbols.dataEnd) return claim(symbols.dataEnd.address, [{ kind: 'unseen-zeros' }]);
  // Only what lies before a stack has an end that can be guessed.
  if (seesAllZeros(reading) || !stack || stack.comesFirst || stack.start === 0) return [];
  return alignedUp(from) < stack.start || from === GLOBAL_BASE
    ? claim(stack.start, [{ kind: 'unseen-zeros' }, ...stack.becauseOfStart])
    : [];
}

/** Behind the data that is seen, below the stack where that follows. */
function beginOf(reading: Reading, limit: Address | null): Address {
  const end = staticsEnd(reading, limit ?? undefined);
  return end === 0 ? address(GLOBAL_BASE) : end;
}
