// Steps that no guest made by a store: growths of memory, and writes of the host, of another thread, or of nobody known.
import { lastAtMost } from '../../protocol/lastAtMost.ts';
import { OWNER_CODE } from '../../protocol/owner.ts';
import type { Accessors } from './accessors.ts';
import type { MemorySizes } from './memorySizes.ts';
import type { PageHistory } from './pageHistory.ts';
import type { Timeline } from './timeline.ts';

/** What is known of a recording that was taken over. */
export interface Kept {
  readonly pages: Iterable<PageHistory>;
  readonly accessors: Accessors;
  readonly sizes: MemorySizes;
  readonly timeline: Timeline;
  readonly firstStep: number;
}

/** Rows that are read in some tenths of a millisecond. */
const ROWS_BETWEEN_PAUSES = 4096;

const isBeside = (owner: number): boolean =>
  owner === OWNER_CODE.host || owner === OWNER_CODE.thread || owner === OWNER_CODE.unrecorded;

export class StepsBeside {
  /** Ascending. */
  private readonly steps: number[] = [];
  private readonly owners: number[] = [];
  private readonly growths: boolean[] = [];

  /**
   * Of a recording that was taken over from a file: the histories of its pages tell of the writes, if there are any. That takes a second for
   * some millions of them: it yields where it can pause.
   */
  static *ofKept({ pages, accessors, sizes, timeline, firstStep }: Kept): Generator<void, StepsBeside> {
    const owners = new Map<number, number>();
    const isAny = [...accessors.all()].some((_, accessor) => isBeside(accessors.owner(accessor)));
    for (const history of isAny ? pages : []) {
      const next = history.rows(firstStep);
      let rows = 0;
      for (let row = next(); row; row = next()) {
        if (++rows % ROWS_BETWEEN_PAUSES === 0) yield;
        const owner = accessors.owner(row.accessor);
        if (isBeside(owner)) owners.set(row.step, owner);
      }
      yield;
    }
    const growths = new Set(sizes.since(firstStep).flatMap(([at]) => (at > firstStep ? at : [])));
    for (const at of growths) owners.set(at, accessors.owner(timeline.accessorOfGrowth(at)));
    const beside = new StepsBeside();
    for (const [at, owner] of [...owners].sort(([a], [b]) => a - b)) beside.push(at, owner, growths.has(at));
    return beside;
  }

  /** A step wrote. */
  wrote(step: number, owner: number): void {
    if (isBeside(owner)) this.push(step, owner, false);
  }

  /** A step made memory grow. */
  grew(step: number, owner: number): void {
    this.push(step, owner, true);
  }

  /** Forgets those up to a step, once they are most of all: their numbers are others then. */
  dropThrough(step: number): void {
    const dropped = this.firstAfter(step);
    if (dropped < this.count / 2) return;
    for (const column of [this.steps, this.owners, this.growths]) column.splice(0, dropped);
  }

  get count(): number {
    return this.steps.length;
  }

  /** Number of the first one behind a step. */
  firstAfter(step: number): number {
    return lastAtMost(this.steps, step) + 1;
  }

  stepOf(number: number): number {
    return this.steps[number];
  }

  isGrowth(number: number): boolean {
    return this.growths[number];
  }

  /** OWNER_CODE. */
  ownerOf(number: number): number {
    return this.owners[number];
  }

  private push(step: number, owner: number, isGrowth: boolean): void {
    this.steps.push(step);
    this.owners.push(owner);
    this.growths.push(isGrowth);
  }
}
