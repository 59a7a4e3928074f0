// Writes to a range that are of some kind: the first one is what a finding tells, with how many there were.
import type { WriteView } from '../protocol/access.ts';
import { address, type Step } from '../protocol/units.ts';
import type { Context } from './context.ts';

/** Accesses that are asked for at a time, and how often at most. */
const AT_ONCE = 4096;
const MOST_QUESTIONS = 256;

interface Where {
  readonly address: number;
  /** In bytes. */
  readonly length: number;
  /** Number of the access from which on, and the step up to which they are looked at. */
  readonly from?: number;
  readonly upTo?: Step;
}

export interface FoundWrites {
  readonly first: WriteView | null;
  readonly count: number;
}

export function writesIn(
  { ask, lastStep }: Context,
  { address: start, length, from = 0, upTo = lastStep }: Where,
  isOne: (write: WriteView) => boolean,
): FoundWrites {
  let first: WriteView | null = null;
  let count = 0;
  let next: number | null = from;
  for (let asked = 0; next !== null && asked < MOST_QUESTIONS; asked++) {
    const where = { step: upTo, address: address(start), length, reads: false };
    const answer: ReturnType<typeof ask.accessesTo> = ask.accessesTo({ ...where, from: next, count: AT_ONCE });
    for (const access of answer.accesses) {
      if (access.kind !== 'write' || !isOne(access)) continue;
      first ??= access;
      count++;
    }
    ({ next } = answer);
  }
  return { first, count };
}

export const instanceOf = ({ owner }: WriteView): number | null => (owner.kind === 'instance' ? owner.instance : null);
