// Which claims of instances over one memory intersect.
import type { Claim } from './claims.ts';
import type { Address } from './units.ts';

/** Who claims: an instance, or a module before it has one. */
export interface Claimant {
  /** What tells its module from others: instances of one module have the same. */
  readonly module: number | string;
  readonly claims: readonly Claim[];
}

/** A claim of a claimant: indices into the list of claimants, and into its claims. */
export interface ClaimPlace {
  readonly claimant: number;
  readonly claim: number;
}

export type ClaimOverlap =
  /** Instances of one module at one place: all that they claim is the same. */
  | { readonly kind: 'same-module'; readonly claimants: readonly number[] }
  | {
      readonly kind: 'claims';
      readonly first: ClaimPlace;
      readonly second: ClaimPlace;
      readonly start: Address;
      /** Null where both go to the end of memory. */
      readonly end: Address | null;
    };

const endOf = ({ end }: Claim): number => end ?? Number.POSITIVE_INFINITY;

const claimsSame = (a: readonly Claim[], b: readonly Claim[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ start, end, relativeTo }, i) => start === b[i].start && end === b[i].end && relativeTo === b[i].relativeTo,
  );

/**
 * Claims of different claimants that intersect, by their places. Of several that are one module at one place, only the first is
 * compared with others. Claims whose place is not known (`relativeTo`) are left out.
 */
export function overlaps(claimants: readonly Claimant[]): ClaimOverlap[] {
  const groups: number[][] = [];
  for (const [index, { module, claims }] of claimants.entries()) {
    const same = groups.find(([first]) => {
      const other = claimants[first];
      return other.module === module && claimsSame(other.claims, claims);
    });
    if (same) same.push(index);
    else groups.push([index]);
  }
  const same = groups
    .filter(group => group.length > 1 && claimants[group[0]].claims.length > 0)
    .map((group): ClaimOverlap => ({ kind: 'same-module', claimants: group }));
  return [...same, ...intersections(claimants, new Set(groups.map(([first]) => first)))];
}

function intersections(claimants: readonly Claimant[], compared: ReadonlySet<number>): ClaimOverlap[] {
  const all = claimants
    .flatMap(({ claims }, claimant) =>
      compared.has(claimant) ? claims.map((each, claim) => ({ place: { claimant, claim }, each })) : [],
    )
    .filter(({ each }) => each.relativeTo === null && endOf(each) > each.start)
    .sort((a, b) => a.each.start - b.each.start);
  const found: ClaimOverlap[] = [];
  let open: typeof all = [];
  for (const next of all) {
    open = open.filter(({ each }) => endOf(each) > next.each.start);
    for (const before of open) {
      if (before.place.claimant === next.place.claimant) continue;
      const end = Math.min(endOf(before.each), endOf(next.each));
      const [first, second] = before.place.claimant < next.place.claimant ? [before, next] : [next, before];
      found.push({
        kind: 'claims',
        first: first.place,
        second: second.place,
        start: next.each.start,
        // One of the two ends, unless both are open.
        end: end === Number.POSITIVE_INFINITY ? null : (end as Address),
      });
    }
    open.push(next);
  }
  return found;
}
