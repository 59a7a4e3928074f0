// What one sweep has stored, see `LogVisitor`: patches of bytes without a gap. Compilers that unroll a loop store the last word of a round
// first, so that a patch joins another one when the round is over. Nothing is made for a store that goes on with a patch: there are millions.
export interface Patch<Store> {
  start: number;
  /** Exclusive. */
  end: number;
  /** The store at its start, where a block begins there. */
  low: Store | null;
  /** The instructions that have stored to it, and of each where its first byte lies, and behind its last one. */
  readonly sites: number[];
  readonly lows: number[];
  readonly highs: number[];
}

/** Instructions that are told apart in a patch. */
const MOST_SITES = 32;

function note({ sites, lows, highs }: Patch<unknown>, site: number, start: number, end: number): void {
  const known = sites.indexOf(site);
  if (known >= 0) {
    if (start < lows[known]) lows[known] = start;
    if (end > highs[known]) highs[known] = end;
  } else if (sites.length < MOST_SITES) {
    sites.push(site);
    lows.push(start);
    highs.push(end);
  }
}

/** Whether one instruction has stored on both sides of a border: a loop that goes through two arrays has one for each. */
export const goesOver = ({ lows, highs }: Patch<unknown>, border: number): boolean =>
  lows.some((low, index) => low < border && highs[index] > border);

/** Patches that are kept: those of the ranges that a loop stores to at once. */
const MOST_PATCHES = 8;

export class Sweep<Store> {
  private readonly patches: Patch<Store>[] = [];
  private first = -1;
  private firstSite = -1;
  /** Whether it goes down, as far as is known: by where its first instruction stores the next time. */
  isDown = false;
  /** The bytes that the last store is among, whether it has joined others before it and behind it, and the store at the start of these. */
  start = 0;
  end = 0;
  hasLeft = false;
  hasRight = false;
  behind: Store | null = null;
  /** The patch of the last store. */
  current: Patch<Store> | null = null;

  constructor(readonly number: number) {}

  /** @param store the same, where a block begins at it */
  add(site: number, address: number, length: number, store: Store | null): void {
    const { patches } = this;
    if (this.first < 0) {
      this.first = address;
      this.firstSite = site;
    } else if (site === this.firstSite) {
      this.isDown = address < this.first;
    }
    const end = address + length;
    let left = -1;
    let right = -1;
    for (let i = 0; i < patches.length; i++) {
      if (patches[i].end === address) left = i;
      if (patches[i].start === end) right = i;
    }
    this.hasLeft = left >= 0;
    this.hasRight = right >= 0;
    this.behind = right < 0 ? null : patches[right].low;
    this.start = left < 0 ? address : patches[left].start;
    this.end = right < 0 ? end : patches[right].end;
    let patch: Patch<Store>;
    if (left >= 0) {
      patch = patches[left];
      patch.end = this.end;
      if (right >= 0) {
        const { sites, lows, highs } = patches[right];
        for (let i = 0; i < sites.length; i++) note(patch, sites[i], lows[i], highs[i]);
        patches.splice(right, 1);
      }
    } else if (right >= 0) {
      patch = patches[right];
      patch.start = address;
      patch.low = store;
    } else {
      if (patches.length === MOST_PATCHES) patches.shift();
      patch = { start: address, end, low: store, sites: [], lows: [], highs: [] };
      patches.push(patch);
    }
    note(patch, site, address, end);
    this.current = patch;
  }
}
