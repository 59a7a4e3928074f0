import { describe, expect, it } from 'vitest';
import { type Claimant, type ClaimOverlap, overlaps } from '../../../src/protocol/claimOverlaps.ts';
import type { Claim } from '../../../src/protocol/claims.ts';
import { address } from '../../../src/protocol/units.ts';

const claim = (start: number, end: number | null, relativeTo: string | null = null): Claim => ({
  kind: 'data',
  start: address(start),
  end: end === null ? null : address(end),
  relativeTo,
  name: null,
  because: [],
});

const of = (module: number, ...claims: Claim[]): Claimant => ({ module, claims });

/** `0.1&1.0 1036-1280`: claimant and claim of both, and where they intersect. */
const text = (overlap: ClaimOverlap): string =>
  overlap.kind === 'same-module'
    ? `same ${overlap.claimants.join()}`
    : `${overlap.first.claimant}.${overlap.first.claim}&${overlap.second.claimant}.${overlap.second.claim} ${overlap.start}-${overlap.end ?? ''}`;

const found = (...claimants: Claimant[]): string[] => overlaps(claimants).map(text);

describe('claims overlap', () => {
  it('where they intersect, not where they touch', () => {
    expect(found(of(0, claim(1024, 1280)), of(1, claim(1280, 1300), claim(1036, 1368)))).toEqual(['0.0&1.1 1036-1280']);
    expect(found(of(0, claim(0, 16)), of(1, claim(16, 32)))).toEqual([]);
  });

  it('to the end of memory where both are open', () => {
    expect(found(of(0, claim(64, null)), of(1, claim(32, null)))).toEqual(['0.0&1.0 64-']);
    expect(found(of(0, claim(64, null)), of(1, claim(32, 80)))).toEqual(['0.0&1.0 64-80']);
  });

  it('never with themselves, nor where their place is not known', () => {
    expect(
      found(of(0, claim(0, 16), claim(8, 24)), of(1, claim(0, 16, 'env.__memory_base')), of(2, claim(4, 4))),
    ).toEqual([]);
  });

  it('with each of those that are still open', () => {
    expect(found(of(0, claim(0, 100)), of(1, claim(10, 20)), of(2, claim(15, 30)))).toEqual([
      '0.0&1.0 10-20',
      '0.0&2.0 15-30',
      '1.0&2.0 15-20',
    ]);
  });
});

describe('instances of one module', () => {
  it('are told as such, and compared with others once', () => {
    const twice = claim(1024, 1280);
    expect(found(of(0, twice), of(1, claim(1270, 1290)), of(0, claim(1024, 1280)))).toEqual([
      'same 0,2',
      '0.0&1.0 1270-1280',
    ]);
  });

  it('at different places are compared as others are', () => {
    expect(found(of(0, claim(0, 100)), of(0, claim(200, 300)), of(0, claim(50, 150)))).toEqual(['0.0&2.0 50-100']);
  });

  it('that claim nothing overlap in nothing', () => {
    expect(found(of(0), of(0))).toEqual([]);
  });
});
