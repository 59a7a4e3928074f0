// What allocators hand out to the threads of a program, as far as its script calls them. Guests in worker threads have no log, so each thread
// enters what it got into one table, and finds there who else has got it.

/** Shared by all threads of a program. Columns of one table, whose rows are found by the address. */
export interface ThreadBlocksMemory {
  /** 0 in a row that is free. */
  readonly addresses: Int32Array<SharedArrayBuffer>;
  /** Who got the block last, see {@link codeOf}, and above it in 32 bits at which moment, see `WORD`; 0 where it was freed. */
  readonly holders: BigInt64Array<SharedArrayBuffer>;
  /** Bytes that were asked for: of each row as many as there are {@link SIZES}, by the thread. */
  readonly sizes: Int32Array<SharedArrayBuffer>;
  /** By the number of an allocator's function: how often it handed out what another thread has. */
  readonly counts: Int32Array<SharedArrayBuffer>;
  readonly words: Int32Array<SharedArrayBuffer>;
}

/**
 * `now` changes when a call of a function that is no allocator's begins and when it ends; how many of these are under way; and how many shared
 * memories the program has made, in all threads.
 */
const WORD = { now: 0, underWay: 1, memories: 2 } as const;

/** While others run, they may give back blocks unseen: no moment is this one. */
const UNSURE = -1;

/** 2^18 rows take 7 MiB, of what is used of them. What finds no room is left out: a fault shows long before. */
const ROWS = 2 ** 18;
/** Threads that come to a row at once do not write over what another one has asked for, unless there are more of them than this. */
const SIZES = 4;
/** Rows that are tried for an address. */
const TRIED = 64;
/** More functions of allocators are not told apart, nor more instances of a thread and more threads than a code has room for. */
export const MOST_FUNCTIONS = 2 ** 8 - 1;
const MOST_INSTANCES = 2 ** 8;
const MOST_THREADS = 2 ** 15;

export function newThreadBlocks(): ThreadBlocksMemory {
  const column = (length: number): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(4 * length));
  return {
    addresses: column(ROWS),
    holders: new BigInt64Array(new SharedArrayBuffer(8 * ROWS)),
    sizes: column(SIZES * ROWS),
    counts: column(MOST_FUNCTIONS + 1),
    words: column(Object.keys(WORD).length),
  };
}

/** Who got a block. */
export interface Holder {
  readonly thread: number;
  /** Among those of its thread. */
  readonly instance: number;
  /** Number of the allocator's function, from 0 on. */
  readonly function: number;
}

const codeOf = ({ thread, instance, function: number }: Holder): number =>
  (thread << 16) | (instance << 8) | (number + 1);

const holderOf = (code: number): Holder => ({
  thread: code >>> 16,
  instance: (code >>> 8) & (MOST_INSTANCES - 1),
  function: (code & MOST_FUNCTIONS) - 1,
});

/** Of one thread's instance, whatever its function. */
const instanceOf = (code: number): number => code >>> 8;

const sizeOf = (row: number, thread: number): number => SIZES * row + (thread % SIZES);

export interface Block {
  readonly by: Holder;
  readonly bytes: number;
}

export interface HandedOutTwice {
  readonly address: number;
  readonly first: Block;
  readonly again: Block;
  /** See `ThreadDuplicate`. */
  readonly isAtOnce: boolean;
}

export class ThreadBlocks {
  /** What was told: of each two threads, and of each kind, one is enough. */
  private readonly told = new Set<string>();

  /** @param tell takes what two threads have got */
  constructor(
    private readonly memory: ThreadBlocksMemory,
    private readonly tell: (twice: HandedOutTwice) => void,
  ) {}

  /** The program has made a memory that threads can share. */
  memoryMade(): void {
    Atomics.add(this.memory.words, WORD.memories, 1);
  }

  /** A function that is no allocator's is about to be called. @returns is to be called when that has ended */
  otherCall(): () => void {
    const { words } = this.memory;
    Atomics.add(words, WORD.underWay, 1);
    Atomics.add(words, WORD.now, 1);
    return () => {
      Atomics.add(words, WORD.now, 1);
      Atomics.sub(words, WORD.underWay, 1);
    };
  }

  /** Now: to be asked before a function of an allocator is called. */
  get moment(): number {
    const { words } = this.memory;
    const now = Atomics.load(words, WORD.now);
    return Atomics.load(words, WORD.underWay) === 0 && Atomics.load(words, WORD.now) === now ? now + 1 : UNSURE;
  }

  /**
   * A function of an allocator has returned a block.
   * @param since the moment before it was called
   */
  made(by: Holder, at: number, bytes: number, since: number): void {
    if (at === 0 || bytes === 0 || by.thread >= MOST_THREADS || by.instance >= MOST_INSTANCES) return;
    const { holders, sizes, counts } = this.memory;
    const row = this.rowOf(at);
    if (row < 0) return;
    const code = codeOf(by);
    const moment = this.moment === since ? since : UNSURE;
    const own = sizeOf(row, by.thread);
    const earlier = Atomics.exchange(sizes, own, bytes);
    // Of two threads that come here at once, one finds the other.
    const before = Atomics.exchange(holders, row, (BigInt(moment) << 32n) | BigInt(code));
    const first = Number(before & 0xffff_ffffn);
    if (first === 0 || instanceOf(first) === instanceOf(code)) return;
    const of = holderOf(first);
    if (of.thread === by.thread && by.thread === 0) return; // both are recorded
    // A thread can't tell which of several memories another one has: the same address may be in two.
    if (Atomics.load(this.memory.words, WORD.memories) > 1) return;
    Atomics.add(counts, by.function, 1);
    const isAtOnce = moment !== UNSURE && moment === Number(before >> 32n);
    const others = sizeOf(row, of.thread);
    const firstBytes = others === own ? earlier : Atomics.load(sizes, others);
    const key = `${first} ${code} ${isAtOnce}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.tell({ address: at, first: { by: of, bytes: firstBytes }, again: { by, bytes }, isAtOnce });
  }

  /** A function of an allocator is about to be given a block back. */
  freed(at: number): void {
    const row = at === 0 ? -1 : this.rowOf(at);
    if (row >= 0) Atomics.store(this.memory.holders, row, 0n);
  }

  /** How often a function handed out what another thread has. */
  countOf(number: number): number {
    return Atomics.load(this.memory.counts, number);
  }

  /** The row of an address, which it keeps from then on; -1 where there is no room. */
  private rowOf(at: number): number {
    const { addresses } = this.memory;
    const key = at | 0;
    const start = Math.imul(key >>> 2, 0x9e3779b1) >>> 14; // Fibonacci hashing
    for (let tried = 0; tried < TRIED; tried++) {
      const row = (start + tried) % ROWS;
      const known = Atomics.load(addresses, row);
      if (known === key || (known === 0 && this.claim(row, key))) return row;
    }
    return -1;
  }

  /** @returns whether the row is the address's now */
  private claim(row: number, key: number): boolean {
    const before = Atomics.compareExchange(this.memory.addresses, row, 0, key);
    return before === 0 || before === key;
  }
}
