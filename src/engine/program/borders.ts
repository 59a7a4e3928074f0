// Where a program's guests are entered, and where its host functions return: what the host wrote meanwhile is found there, before the
// guests go on. To compare all of memory takes time, so that is done as long as it takes no longer than a share of the time of the program itself;
// beyond that, only what host and guest point to is compared, as long as that takes no longer than another such share.
import { bufferOf } from '../../platform/plainApi.ts';
import type { ComparedMemory } from '../../protocol/recording.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import type { KnownMemory } from '../../wire/knownMemory.ts';

/** Of the time of the program, what each of both may take: both together as long as the program itself. */
const SHARE = 1 / 2;
/** Nanoseconds that each may take however short a program runs. */
const FREE_NS = 200e6;
/** Pages of 64 KiB to which host and guests pointed last: a host writes where it was told to, or where it has written before. */
const REMEMBERED_PAGES = 16;
/** Words behind a pointer that may point, too: a list of buffers, each with its length. */
const WORDS = 4;

export interface BorderCounts {
  readonly all: number;
  readonly near: number;
  readonly skipped: number;
}

export class Borders {
  private readonly startedAt: bigint;
  /** Nanoseconds that it took to compare and tell: all of memory, and what was pointed to. */
  private wholeNs = 0;
  private nearNs = 0;
  /** What it took to compare all of memory last. */
  private lastWholeNs = 0;
  /** The ones pointed to last stand last. */
  private readonly pointed = new Set<number>();
  private all = 0;
  private near = 0;
  private skipped = 0;
  /** Size of the memory at the last border. */
  private bytes: number;

  /**
   * @param waitedNs nanoseconds so far that guests waited for their recording
   * @param now nanoseconds of a clock
   */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly known: Pick<KnownMemory, 'look' | 'lookInto' | 'mayWrite' | 'skip'>,
    private readonly waitedNs: () => number,
    private readonly now: () => bigint,
  ) {
    this.startedAt = now();
    this.bytes = bufferOf(memory).byteLength;
  }

  /**
   * Looks for what has changed since the last border.
   * @param values what host and guest told each other there, which may be addresses
   * @param tell takes what was found
   * @returns whether all of memory was compared
   */
  pass(values: readonly unknown[], tell: (look: ComparedMemory) => void): boolean {
    const startNs = this.runNs();
    const shareNs = Math.max(FREE_NS, SHARE * (startNs - this.tookNs));
    const hasGrown = this.hasGrown();
    this.all++;
    // Of a large memory, later looks and the last one see what was ever pointed to.
    this.known.mayWrite(values);
    if (this.wholeNs + this.lastWholeNs <= shareNs) {
      this.point(values);
      tell(this.known.look());
      this.lastWholeNs = this.runNs() - startNs;
      this.wholeNs += this.lastWholeNs;
      return true;
    }
    if (this.nearNs <= shareNs || hasGrown) {
      this.near++;
      this.point(values);
      tell(this.known.lookInto([...this.pointed]));
      this.nearNs += this.runNs() - startNs;
    } else {
      this.skipped++;
      this.known.skip();
    }
    return false;
  }

  /** Nanoseconds that all this has taken. */
  get tookNs(): number {
    return this.wholeNs + this.nearNs;
  }

  /** How many borders there were, at how many of them only a part of memory was compared, and at how many nothing. */
  get counts(): BorderCounts {
    const { all, near, skipped } = this;
    return { all, near, skipped };
  }

  /** Guests may store behind the old end next. */
  private hasGrown(): boolean {
    const { byteLength } = bufferOf(this.memory);
    const hasGrown = byteLength !== this.bytes;
    this.bytes = byteLength;
    return hasGrown;
  }

  private runNs(): number {
    return Number(this.now() - this.startedAt) - this.waitedNs();
  }

  private point(values: readonly unknown[]): void {
    const view = new DataView(bufferOf(this.memory));
    for (const value of values) {
      const address = addressOf(value);
      if (address === null || address >= view.byteLength) continue;
      this.pointTo(address);
      for (let word = 0; word < WORDS && address + 4 * word + 4 <= view.byteLength; word++) {
        const behind = view.getUint32(address + 4 * word, true);
        if (behind >= WASM_PAGE_BYTES && behind < view.byteLength) this.pointTo(behind);
      }
    }
    for (const page of this.pointed) {
      if (this.pointed.size <= REMEMBERED_PAGES) break;
      this.pointed.delete(page);
    }
  }

  private pointTo(address: number): void {
    const page = Math.floor(address / WASM_PAGE_BYTES);
    this.pointed.delete(page);
    this.pointed.add(page);
  }
}

/** A value as an address; null where it can be none. */
function addressOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(BigInt.asUintN(64, value));
  return typeof value === 'number' && Number.isInteger(value) ? value >>> 0 : null;
}
