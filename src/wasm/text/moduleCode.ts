// The functions of a module as text: by their index, and by an offset of the file. The one that was asked for last is kept.
import type { Module } from '../module.ts';
import { FunctionListing } from './functionListing.ts';
import { ModuleText } from './moduleText.ts';

/** Labels of a `br_table` that one line shows. */
const SHOWN_TARGETS = 64;

export class ModuleCode {
  readonly text: ModuleText;
  private last: FunctionListing | null = null;

  /**
   * @param ranges where the functions of the code section are, see `functionRanges`
   * @param userNames names of functions, by their index, in the place of those that the module has
   */
  constructor(
    private readonly module: Module,
    private readonly ranges: Uint32Array,
    userNames: ReadonlyMap<number, string> = new Map(),
  ) {
    this.text = new ModuleText(module, { targets: SHOWN_TARGETS, userNames });
  }

  /** Null of a function that has no code in the file. */
  listing(index: number): FunctionListing | null {
    const at = 2 * (index - this.module.importedFunctions);
    if (at < 0 || at >= this.ranges.length) return null;
    if (this.last?.index !== index)
      this.last = new FunctionListing(this.text, index, this.ranges[at], this.ranges[at + 1]);
    return this.last;
  }

  /** The function whose body has an offset of the file; null where none has. */
  listingAt(offset: number): FunctionListing | null {
    const { ranges } = this;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[2 * middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low > 0 && offset < ranges[2 * low - 1] ? this.listing(this.module.importedFunctions + low - 1) : null;
  }
}
