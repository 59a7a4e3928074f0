// What one sweep has stored, see `LogVisitor`: patches of bytes without a gap. Compilers that unroll a loop store the last word of a round
// first, so that a patch joins another one when the round is over.
interface Placed {
  readonly site: number;
  readonly address: number;
  readonly length: number;
}

interface Bytes<Store> {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The stores at its ends. */
  readonly low: Store;
  readonly high: Store;
}

/** The bytes that a store is among, and the stores that it has joined: before it and behind it, null where there is none. */
export interface Patch<Store> {
  readonly start: number;
  readonly end: number;
  readonly left: Store | null;
  readonly right: Store | null;
}

/** Patches that are kept: those of the ranges that a loop stores to at once. */
const MOST_PATCHES = 8;

export class Sweep<Store extends Placed> {
  private patches: Bytes<Store>[] = [];
  private first: Store | null = null;
  /** Whether it goes down, as far as is known: by where its first instruction stores the next time. */
  isDown = false;

  constructor(readonly number: number) {}

  add(store: Store): Patch<Store> {
    const { address, length } = store;
    this.first ??= store;
    if (store.site === this.first.site) this.isDown = address < this.first.address;
    const end = address + length;
    const left = this.patches.find(each => each.end === address);
    const right = this.patches.find(each => each.start === end);
    const joined = {
      start: left?.start ?? address,
      end: right?.end ?? end,
      low: left?.low ?? store,
      high: right?.high ?? store,
    };
    if (left || right) this.patches = this.patches.filter(each => each !== left && each !== right);
    else if (this.patches.length === MOST_PATCHES) this.patches.shift();
    this.patches.push(joined);
    return { start: joined.start, end: joined.end, left: left?.high ?? null, right: right?.low ?? null };
  }
}
