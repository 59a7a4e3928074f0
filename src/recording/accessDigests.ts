// Digests of accesses: two recordings with the same digest of some accesses have the same ones there, so that millions of them
// are compared without being sent anywhere.
import { sha256 } from '../platform/bytes.ts';
import { ownerOf } from '../protocol/owner.ts';
import { SHOWN_PAGE_BYTES } from '../protocol/units.ts';
import { NO_SITE } from './history/accessors.ts';
import { PageImage } from './history/pageImage.ts';
import { pagesOf } from './history/pagesOf.ts';
import { RowsInOrder } from './history/rowsInOrder.ts';
import { ENTRY } from './history/timelineEntries.ts';
import { ByteRow } from './history/varint.ts';
import type { RecordingStore } from './recordingStore.ts';
import { type SiteTable, siteView } from './siteTable.ts';

/** Where the rows stand for the digest that is asked for next: mostly the one of the accesses behind. */
interface Walk {
  readonly nextAccess: number;
  /** Of the recording: where it has grown, the rows are looked for anew. */
  readonly accessCount: number;
  readonly rows: RowsInOrder;
  /** Pages that were loaded from, as they are there. */
  readonly images: Map<number, PageImage>;
}

export class AccessDigests {
  private walk: Walk | null = null;

  constructor(
    private readonly store: RecordingStore,
    private readonly sites: () => SiteTable | null,
  ) {}

  /**
   * A digest of who accessed what, by which instruction, and of the values written.
   * @param loaded whether what loads read is in it, too; where memory was the same before, and the writes are, so are the loads
   * @throws RangeError where not all of the accesses are kept
   */
  of(from: number, count: number, loaded: boolean): string {
    const { timeline, pages } = this.store;
    const { firstAccess, accessCount } = timeline;
    if (!(from >= firstAccess && from + count <= accessCount))
      throw new RangeError(
        `accesses ${from} … ${from + count - 1} are not kept: the recording has ${firstAccess} … ${accessCount - 1}`,
      );
    const isNext = this.walk?.nextAccess === from && this.walk.accessCount === accessCount;
    const begin = { rows: new RowsInOrder(pages, this.stepBefore(from)), images: new Map<number, PageImage>() };
    const { rows, images } = (isNext && this.walk) || begin;
    this.walk = null; // where it fails, the rows stand anywhere
    const told = new Told(this.store, rows, images, accessor => this.actor(accessor));
    for (let access = from; access < from + count; ) {
      const { chunk, entries, index } = timeline.at(access);
      const { kinds, places, details, steps } = entries;
      for (let i = index; i < kinds.length && access < from + count; i++, access++) {
        if (kinds[i] === ENTRY.grow) told.grow(details[i], places[i]);
        else if (kinds[i] !== ENTRY.read) told.write(places[i], details[i]);
        else {
          told.read(details[i], places[i]);
          if (loaded) told.value(details[i], places[i], chunk.firstStep - 1 + steps[i]);
        }
      }
    }
    this.walk = { nextAccess: from + count, accessCount, rows, images };
    return sha256(told.row.view());
  }

  /** The step at which an access found memory. */
  private stepBefore(access: number): number {
    const { entries, index } = this.store.timeline.at(access);
    return this.store.timeline.stepOf(access) - (entries.kinds[index] === ENTRY.read ? 0 : 1);
  }

  /** Who accesses by which instruction, as any recording of the module says it: numbers of sites are a recording's own. */
  private actor(accessor: number): string {
    const { accessors } = this.store;
    const owner = ownerOf(accessors.owner(accessor));
    const number = accessors.site(accessor);
    const table = this.sites();
    if (number === NO_SITE || !table) return JSON.stringify([owner]);
    if (owner.kind === 'host') return JSON.stringify([owner, table.import(number)]);
    const segment = table.segment(number);
    if (segment) return JSON.stringify([owner, segment.module, segment.segment]);
    const { module, function: name, functionOffset, instruction } = siteView(table.summary(number));
    return JSON.stringify([owner, module, name, functionOffset, instruction]);
  }
}

/** Accesses as bytes, in which a recording's own numbers do not stand. */
class Told {
  readonly row = new ByteRow(1 << 16);
  /** Numbers of the actors, in the order in which they are told. */
  private readonly actors = new Map<string, number>();
  private readonly byAccessor = new Map<number, number>();

  constructor(
    private readonly store: RecordingStore,
    private readonly rows: RowsInOrder,
    private readonly images: Map<number, PageImage>,
    private readonly actorOf: (accessor: number) => string,
  ) {}

  write(firstPage: number, longLength: number): void {
    let part = this.rows.next(firstPage);
    const { accessor } = part;
    const length = longLength || part.length;
    const isFill = this.store.accessors.isFill(accessor);
    this.head(ENTRY.write, accessor, firstPage * SHOWN_PAGE_BYTES + part.offset, length);
    this.row.byte(isFill ? 1 : 0);
    if (isFill) this.row.byte(part.values[part.valueAt]);
    for (let done = 0, page = firstPage; ; ) {
      if (!isFill) this.row.copy(part.values, part.valueAt, part.length);
      const image = this.images.get(page);
      if (image) part.applyTo(image);
      done += part.length;
      if (done >= length) return;
      part = this.rows.next(++page);
    }
  }

  read(accessor: number, from: number): void {
    this.head(ENTRY.read, accessor, from, this.store.accessors.length(accessor));
  }

  /** What a load reads at a step. A page is taken from its history once; from then on the writes that are told are put into it. */
  value(accessor: number, from: number, step: number): void {
    for (const { page, start, end } of pagesOf(from, this.store.accessors.length(accessor))) {
      let image = this.images.get(page);
      if (!image) {
        image = this.store.pages.get(page)?.imageAt(step) ?? new PageImage();
        this.images.set(page, image);
      }
      this.row.copy(image.contents, start, end - start);
    }
  }

  grow(accessor: number, pages: number): void {
    this.head(ENTRY.grow, accessor, pages, 0);
  }

  private head(kind: number, accessor: number, place: number, length: number): void {
    const actor = this.actor(accessor);
    this.row.byte(kind);
    this.row.unsigned(actor);
    this.row.unsigned(place);
    this.row.unsigned(length);
  }

  private actor(accessor: number): number {
    const known = this.byAccessor.get(accessor);
    if (known !== undefined) return known;
    const text = this.actorOf(accessor);
    let number = this.actors.get(text);
    if (number === undefined) {
      number = this.actors.size;
      this.actors.set(text, number);
      const bytes = new TextEncoder().encode(text);
      this.row.byte(0xff); // no kind of an access
      this.row.unsigned(bytes.length);
      this.row.copy(bytes, 0, bytes.length);
    }
    this.byAccessor.set(accessor, number);
    return number;
  }
}
