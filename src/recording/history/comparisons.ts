// When pages of memory were compared with what is recorded, and which of them were written since. A comparison may have looked at
// a part of memory only: what is found in a page that the one before left out may have been there for a while.
import type { Looked } from '../../protocol/recording.ts';
import { SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import type { PageHistory } from './pageHistory.ts';

const SHOWN_IN_WASM_PAGE = WASM_PAGE_BYTES / SHOWN_PAGE_BYTES;
const wasmPageOf = (page: number): number => Math.floor(page / SHOWN_IN_WASM_PAGE);

interface Look {
  /** Number of the comparison. */
  readonly number: number;
  readonly step: number;
}

export class Comparisons {
  private count = 0;
  /** The last comparison of all of memory, and for pages of 64 KiB those of them alone that came after it. */
  private whole: Look = { number: 0, step: 0 };
  private readonly single = new Map<number, Look>();
  /** By pages of 64 KiB. */
  private readonly writtenSince = new Map<number, PageHistory[]>();

  /** A page is written for the first time since it was compared. */
  written(history: PageHistory): void {
    const at = wasmPageOf(history.page);
    const known = this.writtenSince.get(at);
    if (known) known.push(history);
    else this.writtenSince.set(at, [history]);
  }

  /** The pages that were written since they were compared, as far as a comparison looks. */
  pending(lookedAt: Looked['lookedAt']): PageHistory[] {
    const at = lookedAt ?? [...this.writtenSince.keys()];
    return at.flatMap(page => this.writtenSince.get(page) ?? []);
  }

  /**
   * The step of a page's last comparison, where that was not the last of all: what is found in it now may be older than that.
   * @param skipped see {@link Looked}; also null where the page was compared last time
   */
  lastLook(page: number, skipped: number): number | null {
    const { number, step } = this.single.get(wasmPageOf(page)) ?? this.whole;
    return number === this.count && skipped === 0 ? null : step;
  }

  /** The step of the last comparison, whatever it looked at. */
  latestStep = 0;

  /** The step of a page's last comparison. */
  lastStep(page: number): number {
    return (this.single.get(wasmPageOf(page)) ?? this.whole).step;
  }

  /** Memory was compared, and is as it is recorded, as far as the comparison looked. */
  looked({ lookedAt, skipped }: Looked, step: number): void {
    for (const history of this.pending(lookedAt)) history.comparedStep = -1;
    this.count += skipped + 1;
    this.latestStep = step;
    const look = { number: this.count, step };
    if (lookedAt === null) {
      this.whole = look;
      this.single.clear();
      this.writtenSince.clear();
      return;
    }
    for (const page of lookedAt) {
      this.single.set(page, look);
      this.writtenSince.delete(page);
    }
  }
}
