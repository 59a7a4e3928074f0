// Accesses in their order as bytes, for the file: what is kept by page in memory is put together again, so that the file
// does not depend on how memory is kept.

import { ALLOCATOR_ROLES } from '../../protocol/claims.ts';
import { isOutside } from '../../protocol/owner.ts';
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { ACTORS, actorOf, ownerOfActor, THREADS } from '../history/accessors.ts';
import type { AllocatorEvent, Place } from '../history/allocatorCalls.ts';
import { RowsInOrder } from '../history/rowsInOrder.ts';
import { ENTRY } from '../history/timelineEntries.ts';
import { ByteRow, type ByteRowReader, MAX_NUMBER_BYTES, zigzag } from '../history/varint.ts';
import type { RecordingStore } from '../recordingStore.ts';

/** What a record says; its first byte. */
const RECORD = {
  /** gives the next number, from 0 on, to an owner (a byte), a thread and a site (plus 1; 0: none); of the host's an import */
  actor: 0,
  /** actor, address (signed, from the end of the access before), length, bytes */
  write: 1,
  /** the same with a single byte */
  fill: 2,
  /** actor, address, length */
  read: 3,
  /** actor, pages */
  grow: 4,
  /** the next write is one of the host that may have been made so many steps earlier (unsigned) */
  late: 5,
  /** a function of an allocator was called: place, thread, instance, call, module, function, role, block, size */
  allocatorBegan: 6,
  /** the one that a thread called last ended: place, thread, address that it handed out (0: none) */
  allocatorEnded: 7,
} as const;

/** Bytes of a section, beyond which the next is begun. */
const SECTION_BYTES = 1 << 20;

/** Encodes all accesses that are kept, in parts that are each decoded with what the parts before said of actors. */
export class AccessEncoder {
  private readonly actors = new Map<number, number>();
  /** For each accessor the number of its actor, plus 1; 0 where it was not needed yet. */
  private readonly actorOf: Uint32Array;
  private readonly rows: RowsInOrder;
  private row = new ByteRow(SECTION_BYTES + SHOWN_PAGE_BYTES);
  private end = 0;
  private count = 0;
  private readonly allocatorEvents: Iterator<AllocatorEvent>;
  private nextEvent: AllocatorEvent | null;

  constructor(private readonly store: RecordingStore) {
    this.rows = new RowsInOrder(store.pages);
    this.actorOf = new Uint32Array(store.accessors.count);
    this.allocatorEvents = store.allocatorCalls.inOrder();
    this.nextEvent = nextOf(this.allocatorEvents);
  }

  /** Accesses that are in parts by now. */
  get encoded(): number {
    return this.count;
  }

  *parts(): Generator<Uint8Array> {
    const { timeline } = this.store;
    for (let access = timeline.firstAccess; access < timeline.accessCount; ) {
      const { entries, index } = timeline.at(access);
      const { kinds, places, details } = entries;
      for (let i = index; i < kinds.length; i++, access++, this.count++) {
        if (this.nextEvent && this.nextEvent.place.access <= access) this.allocatorEventsUpTo(access);
        if (kinds[i] === ENTRY.read) this.read(details[i], places[i]);
        else if (kinds[i] === ENTRY.grow) this.grow(details[i], places[i]);
        else this.write(places[i], details[i]);
        if (this.row.length < SECTION_BYTES) continue;
        yield this.row.view();
        this.row = new ByteRow(SECTION_BYTES + SHOWN_PAGE_BYTES);
      }
    }
    this.allocatorEventsUpTo(timeline.accessCount);
    if (this.row.length > 0) yield this.row.view();
  }

  /** What an allocator's calls did before an access. */
  private allocatorEventsUpTo(access: number): void {
    const { row, store } = this;
    for (let event = this.nextEvent; event && event.place.access <= access; ) {
      const { index, isEnd, place } = event;
      const { thread, instance, call, module, function: name, role, block, size, end } = store.allocatorCalls.at(index);
      row.byte(isEnd ? RECORD.allocatorEnded : RECORD.allocatorBegan);
      // Of what is kept this is 0: the place is where it stands.
      row.unsigned(Math.max(0, store.timeline.firstAccess - place.access));
      row.unsigned(Math.max(0, store.firstStep - place.step));
      const told = isEnd
        ? [thread, end?.made ?? 0]
        : [thread, instance, call, module, name, ALLOCATOR_ROLES.indexOf(role), block, size];
      for (const number of told) row.unsigned(number);
      event = nextOf(this.allocatorEvents);
      this.nextEvent = event;
    }
  }

  private read(accessor: number, address: number): void {
    this.access(RECORD.read, accessor, address, this.store.accessors.length(accessor));
  }

  private grow(accessor: number, pages: number): void {
    const actor = this.actor(accessor);
    this.row.byte(RECORD.grow);
    this.row.unsigned(actor);
    this.row.unsigned(pages);
  }

  private write(firstPage: number, longLength: number): void {
    let row = this.rows.next(firstPage);
    const { accessor } = row;
    const length = longLength || row.length;
    const { accessors, pages } = this.store;
    const isOutsides = isOutside(accessors.owner(accessor));
    const since = isOutsides ? (pages.get(firstPage)?.sinceOf(row.step) ?? null) : null;
    if (since !== null) {
      this.actor(accessor); // comes first, if it is new
      this.row.byte(RECORD.late);
      this.row.unsigned(row.step - since);
    }
    const fill = accessors.isFill(accessor);
    this.access(fill ? RECORD.fill : RECORD.write, accessor, firstPage * SHOWN_PAGE_BYTES + row.offset, length);
    if (fill) this.row.byte(row.values[row.valueAt]);
    for (let done = 0, page = firstPage; ; ) {
      if (!fill) this.row.copy(row.values, row.valueAt, row.length);
      done += row.length;
      if (done >= length) return;
      row = this.rows.next(++page);
    }
  }

  private access(record: number, accessor: number, address: number, length: number): void {
    const actor = this.actor(accessor);
    const { row } = this;
    row.reserve(1 + 3 * MAX_NUMBER_BYTES);
    row.putByte(record);
    row.putNumber(actor);
    row.putNumber(zigzag((address - this.end) | 0));
    row.putNumber(length);
    this.end = address + length;
  }

  private actor(accessor: number): number {
    return this.actorOf[accessor] > 0 ? this.actorOf[accessor] - 1 : this.findActor(accessor);
  }

  private findActor(accessor: number): number {
    const { accessors } = this.store;
    const site = accessors.site(accessor);
    const key = (site + 1) * ACTORS + accessors.actor(accessor);
    let actor = this.actors.get(key);
    if (actor === undefined) {
      this.row.byte(RECORD.actor);
      this.row.byte(accessors.owner(accessor));
      this.row.unsigned(accessors.thread(accessor));
      this.row.unsigned(site + 1);
      actor = this.actors.size;
      this.actors.set(key, actor);
    }
    this.actorOf[accessor] = actor + 1;
    return actor;
  }
}

function nextOf(events: Iterator<AllocatorEvent>): AllocatorEvent | null {
  const next = events.next();
  return next.done ? null : next.value;
}

/** Puts encoded accesses into a recording. Throws a RangeError for what can't be. */
export class AccessDecoder {
  private readonly actors: number[] = [];
  private readonly sites: number[] = [];
  private end = 0;
  /** Steps by which the next write may have been made earlier. */
  private late: number | null = null;

  constructor(private readonly store: RecordingStore) {}

  decode(reader: ByteRowReader): void {
    while (!reader.atEnd) {
      const record = reader.byte();
      switch (record) {
        case RECORD.actor:
          this.actors.push(actorOf(reader.byte(), threadOf(reader.unsigned())));
          this.sites.push(reader.unsigned() - 1);
          break;
        case RECORD.late:
          this.late = reader.unsigned();
          if (this.late > this.store.lastStep + 1) throw new RangeError(`a write was made ${this.late} steps earlier`);
          continue;
        case RECORD.write:
        case RECORD.fill:
        case RECORD.read:
          this.access(record, reader);
          break;
        case RECORD.grow:
          this.grow(reader);
          break;
        case RECORD.allocatorBegan:
          this.allocatorBegan(reader);
          break;
        case RECORD.allocatorEnded:
          this.allocatorEnded(reader);
          break;
        default:
          throw new RangeError(`there is no record of kind ${record}`);
      }
      if (this.late !== null) throw new RangeError(`a record of kind ${record} can't be late`);
    }
  }

  private access(record: number, reader: ByteRowReader): void {
    const actor = this.actor(reader);
    // Distances wrap around at 2³², as addresses do.
    const address = (this.end + reader.signed()) >>> 0;
    const length = reader.unsigned();
    this.end = address + length;
    const [who, site] = [this.actors[actor], this.sites[actor]];
    if (record === RECORD.read) {
      if (this.end > this.store.memoryBytes || length > SHOWN_PAGE_BYTES)
        throw new RangeError(`a load of ${length} bytes at ${address} does not lie in memory`);
      this.store.read(who, site, address, length);
    } else {
      const fill = record === RECORD.fill;
      if (length === 0) throw new RangeError('a write of no bytes');
      this.takeLate(who, address % SHOWN_PAGE_BYTES, length);
      this.store.write(who, site, address, length, reader.take(fill ? 1 : length), 0, fill);
    }
  }

  /** Only what was written from outside, in a page, may have been found late. */
  private takeLate(actor: number, offset: number, length: number): void {
    if (this.late === null || !isOutside(ownerOfActor(actor)) || offset + length > SHOWN_PAGE_BYTES) return;
    this.store.nextIsLate(this.store.lastStep + 1 - this.late);
    this.late = null;
  }

  private grow(reader: ByteRowReader): void {
    const actor = this.actor(reader);
    const pages = reader.unsigned();
    if (this.store.memoryBytes + pages * WASM_PAGE_BYTES > MAX_MEMORY_BYTES)
      throw new RangeError('memory grows beyond 4 GiB');
    this.store.grow(this.actors[actor], this.sites[actor], pages);
  }

  private allocatorBegan(reader: ByteRowReader): void {
    const place = this.place(reader);
    const thread = threadOf(reader.unsigned());
    const [instance, call, module, name, at, block, size] = Array.from({ length: 7 }, () => reader.unsigned());
    const role = ALLOCATOR_ROLES[at];
    if (!role) throw new RangeError(`functions of allocators have no role ${at}`);
    if (block >= MAX_MEMORY_BYTES || size > MAX_MEMORY_BYTES) throw new RangeError('a block does not lie in memory');
    this.store.allocatorBegan({ thread, instance, call, module, function: name, role, block, size }, place);
  }

  private allocatorEnded(reader: ByteRowReader): void {
    const place = this.place(reader);
    const thread = threadOf(reader.unsigned());
    const made = reader.unsigned();
    if (made >= MAX_MEMORY_BYTES) throw new RangeError(`a block at ${made} does not lie in memory`);
    this.store.allocatorEnded(thread, made, place);
  }

  private place(reader: ByteRowReader): Place {
    const { lastStep, timeline } = this.store;
    const [accesses, steps] = [reader.unsigned(), reader.unsigned()];
    if (accesses > timeline.accessCount || steps > lastStep)
      throw new RangeError('an allocator was called before the beginning');
    return { access: timeline.accessCount - accesses, step: lastStep - steps };
  }

  private actor(reader: ByteRowReader): number {
    const actor = reader.unsigned();
    if (actor >= this.actors.length) throw new RangeError(`actor ${actor} is not known`);
    return actor;
  }
}

function threadOf(thread: number): number {
  if (thread >= THREADS) throw new RangeError(`there is no thread ${thread}`);
  return thread;
}
