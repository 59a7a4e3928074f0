// Who accesses, by which instruction, how many bytes: the same few combinations come again and again, so a record names one
// by a number.

/** More than owner, length and fill have combinations. */
const SHAPES = 2 ** 22;

/** Stands for the site where no instruction is known: host writes and unrecorded changes. */
export const NO_SITE = -1;

export class Accessors {
  private readonly byKey = new Map<number, number>();
  /** The number given last for a site: nearly always the one that is asked for next. */
  private readonly latest: number[] = [];
  /** Owner, length and fill of each as one number, to be compared at once. */
  private readonly shapes: number[] = [];
  private readonly owners: number[] = [];
  private readonly sites: number[] = [];
  private readonly lengths: number[] = [];
  private readonly fills: boolean[] = [];

  get count(): number {
    return this.owners.length;
  }

  /**
   * The number of a combination.
   * @param owner an `OWNER_CODE`
   * @param site number of the site, or {@link NO_SITE}
   * @param length bytes, 0 … 4096: a larger write is one record a page
   * @param fill whether all bytes are the same, and the record holds one
   */
  number(owner: number, site: number, length: number, fill: boolean): number {
    const shape = (length * 2 + (fill ? 1 : 0)) * 256 + owner;
    const latest = this.latest[site + 1];
    return latest !== undefined && this.shapes[latest] === shape ? latest : this.find(owner, site, length, fill, shape);
  }

  private find(owner: number, site: number, length: number, fill: boolean, shape: number): number {
    const key = (site + 1) * SHAPES + shape;
    let found = this.byKey.get(key);
    if (found === undefined) {
      this.shapes.push(shape);
      found = this.owners.length;
      this.owners.push(owner);
      this.sites.push(site);
      this.lengths.push(length);
      this.fills.push(fill);
      this.byKey.set(key, found);
    }
    this.latest[site + 1] = found;
    return found;
  }

  owner(accessor: number): number {
    return this.owners[accessor];
  }

  /** Number of the site; {@link NO_SITE} where there is none. */
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
    return [...new Set(this.sites)].filter(site => site !== NO_SITE).sort((a, b) => a - b);
  }
}
