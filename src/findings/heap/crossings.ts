// Stores that go from one live block into another one, where an allocator keeps nothing in between that would tell. One instruction, or one
// sweep, that does so takes two blocks for one. Who clears, moves or restores a whole arena does that, too, and means it: what is stored then
// begins where a block does, or before all, and ends where one does, or behind all. So stores are judged when their row is over, and only a
// row that begins or ends inside of a block is wrong. A loop that goes through two arrays has an instruction for each: where their blocks are
// neighbours, no instruction is on both sides of the border.
import type { HeapBlock } from './blockTable.ts';
import { goesOver, type Patch, Sweep } from './sweep.ts';

export interface Range {
  readonly address: number;
  readonly length: number;
}

/** A store, as far as rows need it. */
export interface PlacedStore extends Range {
  readonly instance: number;
  readonly call: number | null;
  readonly site: number;
  /** Number of the sweep that it is of; 0 where it is of none. */
  readonly sweep: number;
}

/** Two live blocks of one module, one behind the other. */
type Neighbours = readonly [before: HeapBlock, behind: HeapBlock];

/** What is known of a heap. */
export interface KnownBlocks {
  /** Where the first block of a range begins; null where none does. */
  firstStart(address: number, length: number): number | null;
  /** The live block that has a byte. */
  liveAt(address: number): HeapBlock | null;
  /** @param border where the second one begins, the first one not far before `lowest` */
  neighbours(border: number, lowest: number): Neighbours | null;
}

/** A row of stores that has come to a border, and may go on. */
interface Row<Store> {
  /** Where a block begins. */
  readonly border: number;
  readonly isDown: boolean;
  /** The first store in the block that it goes into, as far as it has come. */
  store: Store;
  /** Whether it is the store alone. */
  isAlone: boolean;
  /** What the sweep has stored there; null where it is of none. */
  patch: Patch<Store> | null;
  start: number;
  /** Exclusive. */
  end: number;
}

export interface Crossing<Store> {
  /** The first store that goes over the border. */
  readonly store: Store;
  /** The block that was left, and the one that was gone into. */
  readonly block: HeapBlock;
  readonly into: HeapBlock;
  /** Whether the store is alone, so that it may have been meant for either block. */
  readonly isAlone: boolean;
  /** What the row left out of the blocks at its ends. */
  readonly rest: readonly Range[];
}

/** Rows that are followed at once: of more nothing is told. */
const MOST_ROWS = 8;

export class Crossings<Store extends PlacedStore> {
  private rows: Row<Store>[] = [];
  private sweep = new Sweep<Store>(0);

  constructor(
    private readonly known: KnownBlocks,
    private readonly tell: (crossing: Crossing<Store>) => void,
  ) {}

  /** Whether no row has gone over a border. */
  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** A store of a sweep at which no block begins, while no row has gone over a border. */
  passed(sweep: number, site: number, address: number, length: number): void {
    if (sweep !== this.sweep.number) this.sweep = new Sweep(sweep);
    this.sweep.add(site, address, length, null);
  }

  /** @param row the bytes up to the store, or down to it, that were stored one behind the other */
  stored(store: Store, row: { readonly start: number; readonly end: number }): void {
    const { address, length } = store;
    if (store.sweep !== this.sweep.number) this.sweep = new Sweep(store.sweep);
    if (store.sweep !== 0) this.sweep.add(store.site, address, length, store);
    const sweep = store.sweep === 0 ? null : this.sweep;
    if (this.rows.length > 0 && this.goesOn(store, sweep)) return;
    const from = sweep?.hasLeft ? address : address + 1;
    const to = address + length + (sweep?.hasRight ? 1 : 0);
    const border = to > from ? this.known.firstStart(from, to - from) : null;
    if (border === null || this.rows.length === MOST_ROWS) return;
    const start = Math.min(row.start, sweep?.start ?? address);
    const end = Math.max(row.end, sweep?.end ?? 0);
    const isDown = sweep?.isDown ?? false;
    // The store that joins two patches may not be the one behind the border.
    const first = (!isDown && address < border && sweep?.behind) || store;
    this.rows.push({
      store: first,
      border,
      isDown,
      isAlone: end - start === length,
      patch: sweep?.current ?? null,
      start,
      end,
    });
  }

  /** Whether a store goes on with a row: what that one is, is told when it is over. */
  private goesOn(store: Store, patch: Sweep<Store> | null): boolean {
    const { address, length, instance, call, site, sweep } = store;
    const [start, end] = patch ? [patch.start, patch.end] : [address, address + length];
    let isFound = false;
    this.rows = this.rows.filter(row => {
      const isSame = row.store.instance === instance && row.store.call === call;
      if (isSame && start <= row.end && end >= row.start) {
        isFound = true;
        row.isAlone = false;
        row.patch = patch?.current ?? row.patch;
        // Between the blocks may lie what the first one was rounded up by.
        if (row.isDown && start < row.start && !this.neighboursOf(row)) row.store = store;
        row.start = Math.min(row.start, start);
        row.end = Math.max(row.end, end);
        return true;
      }
      if (isSame && (row.store.site !== site || (sweep !== 0 && row.store.sweep === sweep))) return true;
      this.judge(row);
      return false;
    });
    return isFound;
  }

  /** The rows are over, or those alone that are of no call under way. */
  end(isUnderWay: (store: Store) => boolean = () => false): void {
    if (this.rows.length === 0) return;
    this.rows = this.rows.filter(row => {
      if (isUnderWay(row.store)) return true;
      this.judge(row);
      return false;
    });
  }

  /** Nothing is to be told of the rows. */
  forget(): void {
    this.rows = [];
  }

  /** The blocks on both sides of a row's border, if it has come into both. */
  private neighboursOf({ border, start }: Row<Store>): Neighbours | null {
    const found = this.known.neighbours(border, start);
    return found && found[0].address + found[0].size > start ? found : null;
  }

  private judge(row: Row<Store>): void {
    const { store, border, patch, isDown, isAlone, start, end } = row;
    if (patch && !goesOver(patch, border)) return;
    const neighbours = this.neighboursOf(row);
    const first = this.known.liveAt(start);
    const last = this.known.liveAt(end - 1);
    if (!neighbours || !first) return; // it came from elsewhere
    const ends = [{ address: first.address, length: start - first.address }];
    if (last) ends.push({ address: end, length: last.address + last.size - end });
    const rest = ends.filter(({ length }) => length > 0);
    const [block, into] = isDown ? [neighbours[1], neighbours[0]] : neighbours;
    if (rest.length > 0) this.tell({ store, block, into, isAlone, rest });
  }
}
