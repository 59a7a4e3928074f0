// Blocks by their addresses: a hash table with open addressing in one array of numbers, since a program has millions of blocks, and an
// object each would take five times as much.

export interface HeapBlock {
  readonly address: number;
  /** In bytes. */
  readonly size: number;
  readonly instance: number;
  /** Numbers of the allocator call that handed it out, and of the one that took it back, if one has; below 2^24. */
  readonly made: number;
  readonly freed: number | null;
}

/** Address + 1 (0: an empty place, 1: one that was left, since no block lies at address 0), size, made and instance, freed + 1. */
const WORDS = 4;
/** Numbers of allocator calls are below this, instances fit in what is left of 32 bits. */
const CALLS = 2 ** 24;
const EMPTY = 0;
const LEFT = 1;
const FIRST_PLACES = 64;
/** Knuth, The Art of Computer Programming, volume 3, 6.4: of a product with 2^32 over the golden ratio the first bits scatter neighbours. */
const SCATTER = 0x9e37_79b1;

export class BlockTable {
  private words = new Uint32Array(WORDS * FIRST_PLACES);
  private count = 0;
  /** Places that are not empty. */
  private taken = 0;

  get size(): number {
    return this.count;
  }

  /** Bytes of memory that it takes. */
  get keptBytes(): number {
    return this.words.byteLength;
  }

  get(address: number): HeapBlock | null {
    const place = this.find(address);
    return place < 0 ? null : this.at(place);
  }

  /** @param block at an address other than 0 */
  set({ address, size, instance, made, freed }: HeapBlock): void {
    let place = this.find(address);
    if (place < 0) {
      if (4 * (this.taken + 1) > (3 * this.words.length) / WORDS) this.rehash();
      place = this.free(address);
      if (this.words[WORDS * place] === EMPTY) this.taken++;
      this.count++;
    }
    const who = instance * CALLS + made;
    this.words.set([address + 1, size, who, freed === null ? 0 : freed + 1], WORDS * place);
  }

  delete(address: number): void {
    const place = this.find(address);
    if (place < 0) return;
    this.words[WORDS * place] = LEFT;
    this.count--;
  }

  *values(): Generator<HeapBlock> {
    for (let place = 0; place < this.words.length / WORDS; place++)
      if (this.words[WORDS * place] > LEFT) yield this.at(place);
  }

  private at(place: number): HeapBlock {
    const [key, size, who, freed] = this.words.subarray(WORDS * place, WORDS * (place + 1));
    const instance = Math.floor(who / CALLS);
    return { address: key - 1, size, instance, made: who % CALLS, freed: freed === 0 ? null : freed - 1 };
  }

  /** The place of a block; −1 where there is none. */
  private find(address: number): number {
    if (address === 0) return -1; // its key would be that of a place that was left
    const { words } = this;
    const places = words.length / WORDS;
    for (let place = home(address, places); ; place = (place + 1) % places) {
      const key = words[WORDS * place];
      if (key === address + 1) return place;
      if (key === EMPTY) return -1;
    }
  }

  /** A place for a block that is not here. */
  private free(address: number): number {
    const { words } = this;
    const places = words.length / WORDS;
    let place = home(address, places);
    while (words[WORDS * place] > LEFT) place = (place + 1) % places;
    return place;
  }

  private rehash(): void {
    const before = this.words;
    const places = Math.max(FIRST_PLACES, 2 ** Math.ceil(Math.log2(1.5 * this.count + 1)));
    this.words = new Uint32Array(WORDS * places);
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at] <= LEFT) continue;
      this.words.set(before.subarray(at, at + WORDS), WORDS * this.free(before[at] - 1));
    }
    this.taken = this.count;
  }
}

/** @param places a power of two */
const home = (address: number, places: number): number => Math.imul(address, SCATTER) >>> (Math.clz32(places) + 1);
