// What modules believe is their own, as rows over memory: one a module, since its instances claim the same.
import type { Claim } from '../../src/protocol/claims.ts';
import type { Run } from './run.ts';

/** Bytes `start` … `end` (exclusive). */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A claim in memory of the size that it has. */
export interface Region extends Stretch {
  readonly claim: Claim;
}

export interface LayoutRow {
  /** Index of the module; of the first one, where several have the same bytes. */
  readonly module: number;
  /** Ascending. */
  readonly instances: readonly number[];
  /** How many believe that all of this is theirs alone: instances that share their state are one. */
  readonly claimants: number;
  /** By their start, a region before those that lie in it. */
  readonly regions: readonly Region[];
  /** Claims whose place is not known: a loader chooses it. */
  readonly unplaced: readonly Claim[];
}

type Modules = Pick<Run, 'modules' | 'instances'>;

/** @param claims of each module by its index; those of modules that came since may be missing */
export function layoutOf(run: Modules, claims: readonly (readonly Claim[])[], memoryBytes: number): LayoutRow[] {
  return modulesByBytes(run).flatMap(modules => {
    const [module = 0] = modules;
    const own = claims[module] ?? [];
    if (own.length === 0) return [];
    const instances = run.instances.flatMap((each, index) => (modules.includes(each.module) ? [index] : []));
    const isShared = run.modules[module]?.instanceState === 'shared';
    return {
      module,
      instances,
      claimants: isShared ? Math.min(modules.length, instances.length) : instances.length,
      regions: own.flatMap(claim => regionOf(claim, memoryBytes) ?? []),
      unplaced: own.filter(({ relativeTo }) => relativeTo !== null),
    };
  });
}

/** Indices of modules with the same bytes together. */
function modulesByBytes({ modules }: Modules): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [index, { sha256 }] of modules.entries()) groups.set(sha256, [...(groups.get(sha256) ?? []), index]);
  return [...groups.values()];
}

/** Null where the place is not known, and where memory ends before it. */
function regionOf(claim: Claim, memoryBytes: number): Region | null {
  const end = Math.min(claim.end ?? memoryBytes, memoryBytes);
  return claim.relativeTo === null && end > claim.start ? { claim, start: claim.start, end } : null;
}

/** A region, and whose it is. */
export interface OwnedRegion {
  readonly row: LayoutRow;
  readonly region: Region;
}

const isIn = ({ start, end }: Stretch, at: number): boolean => at >= start && at < end;

/** The region of each row that a byte is in: the innermost of several. */
export function regionsAt(rows: readonly LayoutRow[], at: number): OwnedRegion[] {
  return rows.flatMap(row => {
    const region = row.regions.findLast(each => isIn(each, at));
    return region ? { row, region } : [];
  });
}

/** Where regions begin and end, ascending: between two neighbours nothing changes. */
export function edgesOf(rows: readonly LayoutRow[]): number[] {
  const edges = rows.flatMap(({ regions }) => regions.flatMap(({ start, end }) => [start, end]));
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** Stretches that more than one believes to be its own. */
export function overlapsOf(rows: readonly LayoutRow[]): Stretch[] {
  const edges = edgesOf(rows);
  const found: { start: number; end: number }[] = [];
  for (const [i, end] of edges.slice(1).entries()) {
    const start = edges[i] ?? end;
    const claimants = regionsAt(rows, start).reduce((sum, { row }) => sum + Math.max(1, row.claimants), 0);
    if (claimants < 2) continue;
    const before = found.at(-1);
    if (before?.end === start) before.end = end;
    else found.push({ start, end });
  }
  return found;
}

/** The parts of some stretches that are in a region of a row. */
export function within({ regions }: LayoutRow, stretches: readonly Stretch[]): Stretch[] {
  return regions.flatMap(region =>
    stretches
      .map(({ start, end }) => ({ start: Math.max(start, region.start), end: Math.min(end, region.end) }))
      .filter(({ start, end }) => end > start),
  );
}
