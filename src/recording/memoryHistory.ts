// What memory held at each step: the pages of 4 KiB that changed, by the step at which they did.
import type { PageChanges } from '../protocol/engine.ts';
import type { LastChange } from '../protocol/run.ts';
import { type Address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, type Step, step } from '../protocol/units.ts';
import { changedRanges, eachPage, isZeroPage } from './comparePages.ts';

interface Version {
  readonly step: Step;
  readonly bytes: Uint8Array;
}

/** Default limit of what a history keeps, in bytes. */
export const HISTORY_LIMIT_BYTES = 512 * 2 ** 20;

/**
 * Memory at every step from `firstStep` to `lastStep`. Pages that never changed are zero and cost nothing.
 * Past the limit the oldest steps are dropped, so that what is left stays whole; `firstStep` says from where.
 */
export class MemoryHistory {
  /** Versions of a page, oldest first. */
  private readonly versions = new Map<PageIndex, Version[]>();
  /** Size of the memory at each step, in bytes. */
  private readonly sizes: number[] = [];
  private first = step(0);
  private keptBytes = 0;

  constructor(private readonly limitBytes = HISTORY_LIMIT_BYTES) {}

  get firstStep(): Step {
    return this.first;
  }

  get lastStep(): Step {
    return step(Math.max(0, this.sizes.length - 1));
  }

  /** Size of the memory at a step, in bytes. Throws a RangeError for a step that is not kept. */
  memoryBytes(at: Step): number {
    this.check(at);
    return this.sizes[at];
  }

  /**
   * Adds the next step: 0 the first time. The changes' contents are kept, not copied: nobody may write to them any more.
   * @param changes pages that are not what they were at the step before
   * @param memoryBytes size of the memory at this step
   */
  append(changes: PageChanges, memoryBytes: number): void {
    const at = step(this.sizes.length);
    this.sizes.push(memoryBytes);
    for (const [page, bytes] of eachPage(changes)) {
      const version = { step: at, bytes };
      const versions = this.versions.get(page);
      if (versions) versions.push(version);
      else this.versions.set(page, [version]);
      this.keptBytes += SHOWN_PAGE_BYTES;
    }
    while (this.keptBytes > this.limitBytes && this.first < this.lastStep) this.dropFirstStep();
  }

  /** Contents of a page at a step; null where all of it is zero. Throws a RangeError outside what is kept. */
  page(at: Step, page: PageIndex): Uint8Array | null {
    const size = this.memoryBytes(at);
    if (page < 0 || page * SHOWN_PAGE_BYTES >= size)
      throw new RangeError(`page ${page} lies outside the memory of ${size} bytes`);
    const bytes = this.contents(at, page);
    return bytes && isZeroPage(bytes) ? null : bytes;
  }

  /** Bytes of a page that changed between the step before and this one, as flat pairs `start, end` (end exclusive). */
  changed(at: Step, page: PageIndex): number[] {
    const newest = this.versions.get(page)?.findLast(version => version.step <= at);
    if (newest?.step !== at || at === this.first) return [];
    return changedRanges(this.contents(step(at - 1), page), newest.bytes);
  }

  /** The latest step up to `at` at which a byte changed its value. */
  lastChange(at: Step, address: Address): LastChange {
    const size = this.memoryBytes(at);
    if (address < 0 || address >= size)
      throw new RangeError(`address ${address} lies outside the memory of ${size} bytes`);
    const offset = address % SHOWN_PAGE_BYTES;
    const versions = this.versions.get(pageIndex(Math.floor(address / SHOWN_PAGE_BYTES))) ?? [];
    for (let i = versions.findLastIndex(version => version.step <= at); i >= 0; i--) {
      const before = i > 0 ? versions[i - 1].bytes[offset] : 0;
      if (versions[i].bytes[offset] === before) continue;
      if (versions[i].step > this.first) return { kind: 'call', index: versions[i].step };
      return this.first > 0 ? { kind: 'dropped' } : { kind: 'initial' };
    }
    // A page that was there before the first step kept may have held something else.
    const lostVersions = this.first > 0 && versions.length > 0 && versions[0].step <= this.first;
    return lostVersions ? { kind: 'dropped' } : { kind: 'never' };
  }

  /** Contents of all pages that are not zero, at the last step. */
  latest(): Map<PageIndex, Uint8Array> {
    const pages = new Map<PageIndex, Uint8Array>();
    for (const [page, versions] of this.versions) pages.set(page, versions[versions.length - 1].bytes);
    return pages;
  }

  private contents(at: Step, page: PageIndex): Uint8Array | null {
    return this.versions.get(page)?.findLast(version => version.step <= at)?.bytes ?? null;
  }

  private check(at: Step): void {
    if (!(at >= this.first && at < this.sizes.length))
      throw new RangeError(`step ${at} is not kept: the recording has ${this.first} … ${this.lastStep}`);
  }

  private dropFirstStep(): void {
    this.first = step(this.first + 1);
    for (const versions of this.versions.values()) {
      // The version before the one that the new first step sees is seen by no step any more.
      if (versions.length > 1 && versions[1].step <= this.first) {
        versions.shift();
        this.keptBytes -= SHOWN_PAGE_BYTES;
      }
      // What is left of a dropped step must not keep the contents of all its pages alive.
      const [{ step: at, bytes }] = versions;
      if (at < this.first && bytes.length < bytes.buffer.byteLength) versions[0] = { step: at, bytes: bytes.slice() };
    }
  }
}
