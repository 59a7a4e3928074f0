// The accesses of a recording, one by one or those of a call: who, where, and what memory held before and after.
import { TOLD_BYTES } from '../protocol/access.ts';
import { ownerOf } from '../protocol/owner.ts';
import { type Address, address, SHOWN_PAGE_BYTES, type Step, step } from '../protocol/units.ts';
import type { Access, GrowAccess, ReadAccess, WriteAccess } from './access.ts';
import { NO_SITE } from './history/accessors.ts';
import { pagesOf } from './history/pagesOf.ts';
import { ENTRY } from './history/timelineEntries.ts';
import type { CallSpan } from './history/toldCalls.ts';
import type { RecordingStore } from './recordingStore.ts';
import { ThreadRuns } from './threadRuns.ts';

/** Accesses that one question looks at: two chunks of the timeline. */
export const LOOKED_AT = 65_536;

/** What is asked of memory and of calls. */
interface Asked {
  bytes(at: Step, from: Address, length: number): Uint8Array;
  call(call: number): CallSpan;
  checkStep(at: Step): void;
}

export class RecordedAccesses {
  private readonly threads = new ThreadRuns((first, end) => this.threadsOf(first, end));

  constructor(
    private readonly store: RecordingStore,
    private readonly asked: Asked,
  ) {}

  /**
   * Accesses of a call in their order.
   * @param from how many of the call's accesses to leave out
   * @param count how many to tell at most
   * @throws RangeError where these accesses were dropped; `call` and `dropped` say which are left
   */
  ofCall(call: number, from: number, count: number): Access[] {
    const accesses: Access[] = [];
    for (const access of this.accessesOf(call, from)) {
      if (accesses.length >= count) break;
      accesses.push(this.at(access));
    }
    return accesses;
  }

  /** Numbers of a call's accesses, without the first `from` of them. */
  private *accessesOf(call: number, from = 0): Generator<number> {
    const { firstAccess, endAccess } = this.asked.call(call);
    const { calls, timeline } = this.store;
    if (calls.threadCount === 1) for (let access = firstAccess + from; access < endAccess; access++) yield access;
    else yield* this.threads.numbers(calls.threadOf(call), firstAccess, endAccess, timeline.firstAccess, from);
  }

  /**
   * The last load that a site made; null where it is not among the last accesses.
   * @param skipped how many to pass over
   */
  lastLoadBy(site: number, skipped: number): ReadAccess | null {
    const { timeline, accessors } = this.store;
    const first = Math.max(timeline.firstAccess, timeline.accessCount - LOOKED_AT);
    let left = skipped;
    for (let number = timeline.accessCount - 1; number >= first; number--) {
      const { entries, index } = timeline.at(number);
      if (entries.kinds[index] !== ENTRY.read || accessors.site(entries.details[index]) !== site || left-- > 0)
        continue;
      const access = this.at(number);
      return access.kind === 'read' ? access : null;
    }
    return null;
  }

  /** One access by its number. */
  at(access: number): Access {
    const { timeline } = this.store;
    if (!(Number.isInteger(access) && access >= timeline.firstAccess && access < timeline.accessCount))
      throw new RangeError(
        `access ${access} is not kept: the recording has ${timeline.firstAccess} … ${timeline.accessCount - 1}`,
      );
    const { chunk, entries, index } = timeline.at(access);
    const at = chunk.firstStep - 1 + entries.steps[index];
    switch (entries.kinds[index]) {
      case ENTRY.read:
        return this.load(access, at, entries.details[index], entries.places[index]);
      case ENTRY.grow:
        return this.growth(access, at, entries.details[index], entries.places[index]);
      default:
        return this.writeAt(access, at, entries.places[index], entries.details[index]);
    }
  }

  /** Numbers of the accesses that are kept up to a step, `end` exclusive: loads that came behind it, too. */
  numbers(upTo: Step): { readonly first: number; readonly end: number } {
    this.asked.checkStep(upTo);
    const { timeline } = this.store;
    const end = upTo < this.store.lastStep ? timeline.accessOfStep(upTo + 1) : timeline.accessCount;
    return { first: timeline.firstAccess, end };
  }

  /** What made a step: a write, or a growth of memory. */
  ofStep(at: Step): Access {
    return this.at(this.store.timeline.accessOfStep(at));
  }

  /** The write that made a step. */
  write(at: number): WriteAccess {
    const access = this.at(this.store.timeline.accessOfStep(at));
    if (access.kind !== 'write') throw new RangeError(`step ${at} wrote nothing: memory grew`);
    return access;
  }

  private writeAt(access: number, at: number, page: number, longLength: number): WriteAccess {
    const history = this.store.pages.get(page);
    const found = history?.writeOf(at);
    if (!history || !found) throw new RangeError(`step ${at} is not in the history of page ${page}`);
    const { write, before, after } = found;
    const place = address(page * SHOWN_PAGE_BYTES + write.offset);
    const length = longLength || write.length;
    const told = Math.min(length, TOLD_BYTES);
    const inPage = told <= write.length;
    const since = history.sinceOf(at);
    const origin = this.origin(access, at, write.accessor);
    const isUnsure = origin.owner.kind === 'instance' && this.store.unsure.has(at);
    return {
      kind: 'write',
      ...origin,
      address: place,
      length,
      before: inPage ? before.slice(write.offset, write.offset + told) : this.asked.bytes(step(at - 1), place, told),
      after: inPage ? after.slice(write.offset, write.offset + told) : this.asked.bytes(step(at), place, told),
      since: since === null ? null : step(since),
      isStale: isUnsure || this.mayBeStale(at, place, told),
    };
  }

  private mayBeStale(at: number, from: Address, length: number): boolean {
    for (const { page, start, end } of pagesOf(from, length))
      if (this.store.pages.get(page)?.mayBeStale(at, start, end)) return true;
    return false;
  }

  private load(access: number, at: number, accessor: number, place: number): ReadAccess {
    const length = this.store.accessors.length(accessor);
    const value = this.asked.bytes(step(at), address(place), Math.min(length, TOLD_BYTES));
    return { kind: 'read', ...this.origin(access, at, accessor), address: address(place), length, value };
  }

  private growth(access: number, at: number, accessor: number, pages: number): GrowAccess {
    return { kind: 'grow', ...this.origin(access, at, accessor), pages, memoryBytes: this.store.sizes.at(at) };
  }

  /** How many a call has, of those that are kept. */
  countOf(call: number): number {
    const { firstAccess, endAccess } = this.asked.call(call);
    const { calls, timeline } = this.store;
    if (calls.threadCount === 1) return endAccess - firstAccess;
    return this.threads.count(calls.threadOf(call), firstAccess, endAccess, timeline.firstAccess);
  }

  /** The threads of the accesses `first` … `end − 1`: histories of pages tell of all writes at once much sooner than of each. */
  private threadsOf(first: number, end: number): Uint8Array {
    const { accessors, timeline, pages, firstStep } = this.store;
    const after = first > timeline.firstAccess ? timeline.stepOf(first - 1) : firstStep;
    const upTo = timeline.stepOf(end - 1);
    const ofSteps = new Uint8Array(upTo - after);
    for (const history of pages.values())
      for (const write of history.writesBackwards(0, SHOWN_PAGE_BYTES, after, upTo))
        ofSteps[write.step - after - 1] = accessors.thread(write.accessor);
    return Uint8Array.from({ length: end - first }, (_, i) => {
      const { chunk, entries, index } = timeline.at(first + i);
      const isWrite = entries.kinds[index] !== ENTRY.read && entries.kinds[index] !== ENTRY.grow;
      const at = chunk.firstStep - 1 + entries.steps[index];
      return isWrite ? ofSteps[at - after - 1] : accessors.thread(entries.details[index]);
    });
  }

  private origin(
    access: number,
    at: number,
    accessor: number,
  ): Pick<Access, 'access' | 'step' | 'call' | 'owner' | 'site' | 'import'> {
    const number = this.store.accessors.site(accessor);
    const owner = ownerOf(this.store.accessors.owner(accessor));
    const known = number === NO_SITE ? null : number;
    return {
      access,
      step: step(at),
      call: this.store.calls.ofAccess(access, this.store.accessors.thread(accessor)),
      owner,
      site: owner.kind === 'host' ? null : known,
      import: owner.kind === 'host' ? known : null,
    };
  }
}
