// What the host wrote, where guests came upon it: told between the accesses of a log, in its place. See `checkedAccess.ts`.
import type { FoundWrite } from '../../protocol/recording.ts';
import type { LogVisitor } from './accessVisitor.ts';
import { BEFORE_RECORD } from './logFormat.ts';
import type { Site } from './sites.ts';

/** Tells them while a piece of log is told. */
export class FoundWrites {
  private next = 0;

  /** @param found in the order in which they were found; `at` from the start of the piece on */
  constructor(
    private readonly found: readonly FoundWrite[],
    private readonly visitor: LogVisitor,
  ) {}

  /** Tells what was found before the record at an offset. @returns who takes its accesses */
  before(at: number): LogVisitor {
    if (this.next === this.found.length) return this.visitor;
    this.tellWhile(each => each.at < at || (each.at === at && each.round === BEFORE_RECORD));
    return this.found[this.next]?.at === at ? this.within(at) : this.visitor;
  }

  /** Tells what is left, behind all records. */
  rest(): void {
    this.tellWhile(() => true);
  }

  /** Takes the accesses of a record in which something was found: sites ascend in each round. */
  private within(at: number): LogVisitor {
    const { visitor } = this;
    let round = 0;
    let last = -1;
    const come = (site: Site): void => {
      if (site.id <= last) round++;
      last = site.id;
      this.tellWhile(each => each.at === at && (each.round < round || (each.round === round && each.site <= site.id)));
    };
    return {
      load(site, address) {
        come(site);
        visitor.load(site, address);
      },
      store(site, address, bytes) {
        come(site);
        visitor.store(site, address, bytes);
      },
      fill(site, address, size, byte) {
        come(site);
        visitor.fill(site, address, size, byte);
      },
      copy(site, address, size, from) {
        come(site);
        visitor.copy(site, address, size, from);
      },
      init(site, address, size, from) {
        come(site);
        visitor.init(site, address, size, from);
      },
      grow(site, pages, previous) {
        come(site);
        visitor.grow(site, pages, previous);
      },
    };
  }

  private tellWhile(isNext: (each: FoundWrite) => boolean): void {
    for (; this.next < this.found.length && isNext(this.found[this.next]); this.next++)
      for (const { address, bytes } of this.found[this.next].writes) this.visitor.hostWrote?.(address, bytes);
  }
}
