// Who accesses, by which instruction, how many bytes: the same few combinations come again and again, so a record names one
// by a number.

import { OWNER_CODE } from '../../protocol/owner.ts';

/** More than actor, length and fill have combinations. */
const SHAPES = 2 ** 30;
const OWNERS = 2 ** 8;
/** Threads that a recording tells apart. */
export const THREADS = 2 ** 8;
const ACTORS = OWNERS * THREADS;

/** Who accesses: an owner and its thread, as one number. In a recording with one thread it is the owner's code. */
export const actorOf = (owner: number, thread: number): number => thread * OWNERS + owner;
export const ownerOfActor = (actor: number): number => actor % OWNERS;
export const threadOfActor = (actor: number): number => Math.floor(actor / OWNERS);

/** Stands for the site where no instruction is known: host writes and unrecorded changes. */
export const NO_SITE = -1;

/** See {@link Accessors.number}. */
export interface Accessor {
  readonly actor: number;
  readonly site: number;
  readonly length: number;
  readonly fill: boolean;
}

export class Accessors {
  private readonly byKey = new Map<number, number>();
  /** The number given last for a site (at its number plus 1), plus 1: nearly always the one that is asked for next. No array: sites are sparse. */
  private latest = new Int32Array(1024);
  /** Actor, length and fill of each as one number, to be compared at once. */
  private readonly shapes: number[] = [];
  private readonly actors: number[] = [];
  private readonly sites: number[] = [];
  private readonly lengths: number[] = [];
  private readonly fills: boolean[] = [];

  get count(): number {
    return this.actors.length;
  }

  /** All, by their numbers. */
  *all(): Generator<Accessor> {
    for (let i = 0; i < this.count; i++)
      yield { actor: this.actors[i], site: this.sites[i], length: this.lengths[i], fill: this.fills[i] };
  }

  /**
   * The number of a combination.
   * @param actor see {@link actorOf}
   * @param site number of the site, or {@link NO_SITE}
   * @param length bytes, 0 … 4096: a larger write is one record a page
   * @param fill whether all bytes are the same, and the record holds one
   */
  number(actor: number, site: number, length: number, fill: boolean): number {
    const shape = (length * 2 + (fill ? 1 : 0)) * ACTORS + actor;
    const latest = site + 1 < this.latest.length ? this.latest[site + 1] - 1 : -1;
    return latest >= 0 && this.shapes[latest] === shape ? latest : this.find(actor, site, length, fill, shape);
  }

  private find(actor: number, site: number, length: number, fill: boolean, shape: number): number {
    const key = (site + 1) * SHAPES + shape;
    let found = this.byKey.get(key);
    if (found === undefined) {
      this.shapes.push(shape);
      found = this.actors.length;
      this.actors.push(actor);
      this.sites.push(site);
      this.lengths.push(length);
      this.fills.push(fill);
      this.byKey.set(key, found);
    }
    if (site + 1 >= this.latest.length) this.makeRoom(site + 2);
    this.latest[site + 1] = found + 1;
    return found;
  }

  private makeRoom(count: number): void {
    const latest = new Int32Array(Math.max(count, 2 * this.latest.length));
    latest.set(this.latest);
    this.latest = latest;
  }

  actor(accessor: number): number {
    return this.actors[accessor];
  }

  owner(accessor: number): number {
    return this.actors[accessor] % OWNERS;
  }

  thread(accessor: number): number {
    return Math.floor(this.actors[accessor] / OWNERS);
  }

  /** Number of the site, of the host's that of the import that was under way; {@link NO_SITE} where there is none. */
  site(accessor: number): number {
    return this.sites[accessor];
  }

  length(accessor: number): number {
    return this.lengths[accessor];
  }

  isFill(accessor: number): boolean {
    return this.fills[accessor];
  }

  /** Number of each site that was seen, ascending. */
  usedSites(): number[] {
    const used = this.sites.filter((site, accessor) => site !== NO_SITE && this.owner(accessor) !== OWNER_CODE.host);
    return [...new Set(used)].sort((a, b) => a - b);
  }
}
