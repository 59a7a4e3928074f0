// A recording made up for tests and screenshots: what memory holds at each step, and who wrote it, follows from a list of
// writes. Slow and simple: it goes through the whole list for each answer.

import {
  type AccessView,
  type ChangedRanges,
  type DifferingPart,
  type GrowView,
  type LastChange,
  type MadeBy,
  type NearestDifference,
  type Overwrite,
  type PageDifference,
  type PageSummary,
  type PageView,
  type SiteView,
  type StepView,
  TOLD_BYTES,
  type WriteView,
} from '../../src/protocol/access.ts';
import type {
  BegunCall,
  CallGroup,
  CallGroups,
  CallRecord,
  CallTimeline,
  CallWindow,
  StepCall,
} from '../../src/protocol/call.ts';
import type { Claim } from '../../src/protocol/claims.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import type { HeapBlocks, LiveBlock } from '../../src/protocol/heapBlocks.ts';
import type { WatchedBytes } from '../../src/protocol/keptPlaces.ts';
import type { CodeAround } from '../../src/protocol/moduleEditor.ts';
import { OWNER_CODE, type Owner, ownerCode } from '../../src/protocol/owner.ts';
import type { Answers, PanelQuery, Params } from '../../src/protocol/queries.ts';
import type { Matches, SearchMatch, SearchRequest, StandingAnswer } from '../../src/protocol/search.ts';
import type { TraceRow, TraceWindow } from '../../src/protocol/traceRow.ts';
import { address, type PageIndex, pageIndex, SHOWN_PAGE_BYTES, step } from '../../src/protocol/units.ts';
import { SnapshotCalls } from './snapshotCalls.ts';
import {
  changedRanges,
  differingPages,
  differingRanges,
  nearestDifference,
  type SteppedMemory,
} from './writtenDifferences.ts';

export interface Write {
  /** 0 for what memory holds at the beginning. */
  readonly step: number;
  readonly address: number;
  readonly bytes: readonly number[];
  readonly owner?: Owner;
  readonly call?: number | null;
  readonly site?: SiteView | null;
  /** Pages of 64 KiB by which memory grows in place of a write. */
  readonly grownPages?: number;
}

/** A block of an allocator, and the step at which it was taken back; null where it was not. */
export interface MadeBlock extends LiveBlock {
  readonly freed: number | null;
}

/** Answers what the extension host would answer about a run. */
export interface Recording extends Answers<PanelQuery> {
  search(request: SearchRequest): SearchMatch | null;
}

export class WrittenMemory implements Recording, SteppedMemory {
  private readonly madeCalls: SnapshotCalls;

  /** @param sizes size of the memory in bytes from each step on */
  constructor(
    protected readonly writes: readonly Write[],
    private readonly sizes: readonly (readonly [from: number, memoryBytes: number])[],
    calls: readonly CallRecord[] = [],
    private readonly found: readonly Finding[] = [],
    private readonly claimed: readonly (readonly Claim[])[] = [],
    private readonly handedOut: readonly MadeBlock[] = [],
    {
      instances = [],
      running = [],
    }: { readonly instances?: readonly number[]; readonly running?: readonly BegunCall[] } = {},
  ) {
    this.madeCalls = new SnapshotCalls(calls, this.besideRows(calls, instances, running));
  }

  readPages({ step: at, pages, since = step(Math.max(0, at - 1)) }: Params<'readPages'>): PageView[] {
    return pages.map(page => {
      const before = this.contents(page, since);
      const now = this.contents(page, at);
      const changed: number[] = [];
      for (let offset = 0; offset < SHOWN_PAGE_BYTES; offset++) {
        if (before[offset] === now[offset]) continue;
        if (changed.at(-1) === offset) changed[changed.length - 1] = offset + 1;
        else changed.push(offset, offset + 1);
      }
      const owners = this.owners(page, at);
      return {
        page,
        bytes: now.some(byte => byte !== 0) ? now : null,
        changed,
        owners: owners.some(owner => owner !== OWNER_CODE.never) ? owners : null,
      };
    });
  }

  lastChange({ step: at, address: of }: Params<'lastChange'>): LastChange {
    const [write] = this.writesTo({ step: at, address: of, length: 1, count: 1 });
    if (write) return { kind: 'write', write };
    return { kind: this.bytesAt(of, 1, 0)[0] === 0 ? 'never' : 'initial' };
  }

  madeBy({ step: at, address: of }: Params<'madeBy'>): MadeBy {
    if (of >= this.sizeAt(at)) return { kind: 'outside' };
    const write = this.writes.find(
      ({ step: made, grownPages = 0 }) => grownPages > 0 && this.sizeAt(made) > of && this.sizeAt(made - 1) <= of,
    );
    const grow = write && this.access(write);
    return grow?.kind === 'grow' ? { kind: 'growth', grow } : { kind: 'initial' };
  }

  describeStep({ step: at }: Params<'describeStep'>): StepView {
    const write = this.writes.find(candidate => at > 0 && candidate.step === at);
    return { step: at, memoryBytes: this.sizeAt(at), access: write ? this.access(write) : null };
  }

  accesses({ call, from, count }: Params<'accesses'>): AccessView[] {
    return this.stores
      .filter(write => write.call === call)
      .slice(from, from + count)
      .map(write => this.access(write));
  }

  calls({ from, count, filter }: Params<'calls'>): CallWindow {
    const rows = this.madeCalls.filtered(filter);
    const positions = Array.from({ length: count }, (_, i) => from + i);
    return {
      total: rows.count,
      calls: positions.map(position => rows.at(position)).filter(call => call !== undefined),
    };
  }

  callsBefore({ call, filter }: Params<'callsBefore'>): number {
    return this.madeCalls.filtered(filter).before(call);
  }

  callTotals({ filter }: Params<'callTotals'>): CallGroup {
    return this.madeCalls.totals(filter);
  }

  callTimeline(params: Params<'callTimeline'>): CallTimeline {
    return this.madeCalls.timeline(params);
  }

  callGroups(params: Params<'callGroups'>): CallGroups {
    return this.madeCalls.groups(params);
  }

  traceRows({ from, count, filter, folding }: Params<'traceRows'>): TraceWindow {
    const rows = this.madeCalls.rows(filter, folding);
    const positions = Array.from({ length: count }, (_, i) => from + i);
    return { total: rows.count, rows: positions.map(at => rows.at(at)).filter(row => row !== undefined) };
  }

  traceRowsBefore({ anchor, filter, folding }: Params<'traceRowsBefore'>): number {
    return this.madeCalls.rows(filter, folding).before(anchor);
  }

  /** What happened beside the calls. */
  private besideRows(
    calls: readonly CallRecord[],
    instances: readonly number[],
    running: readonly BegunCall[],
  ): TraceRow[] {
    const isBeside = ({ owner, grownPages }: Write): boolean =>
      grownPages !== undefined || owner === undefined || ['host', 'thread', 'unrecorded'].includes(owner.kind);
    const depthOf = (index: number | null | undefined): number => {
      const call = calls.find(each => each.index === index);
      return call ? call.depth + 1 : 0;
    };
    return [
      ...(instances.length > 0 ? [{ kind: 'made', instances } as const] : []),
      ...this.stores
        .filter(isBeside)
        .map(write => ({ kind: 'access', access: this.access(write), depth: depthOf(write.call) }) as const),
      ...running.map(call => ({ kind: 'running', call, forMs: 2500, addresses: [] }) as const),
    ];
  }

  callSample({ columns }: Params<'callSample'>): readonly CallRecord[] {
    return this.madeCalls.sample(columns);
  }

  callOfStep({ step: at }: Params<'callOfStep'>): StepCall {
    return this.madeCalls.atStep(at);
  }

  writesTo({ step: at, address: start, length, count }: Params<'writesTo'>): WriteView[] {
    return this.touching(start, length)
      .filter(write => write.step <= at)
      .reverse()
      .slice(0, count)
      .map(write => this.view(write));
  }

  overwrites({ step: at, address: start, length, count, direction }: Params<'overwrites'>): Overwrite[] {
    const touching = this.touching(start, length);
    const writes =
      direction === 'next' ? touching.filter(w => w.step > at) : touching.filter(w => w.step <= at).reverse();
    return writes.slice(0, count).map(write => {
      const from = Math.max(start, write.address);
      const end = Math.min(start + length, write.address + write.bytes.length);
      const owners = Array.from({ length: end - from }, (_, i) => this.ownerOf(from + i, write.step - 1));
      return { write: this.view(write), before: [...new Set(owners)] };
    });
  }

  private ownerOf(of: number, at: number): number {
    return this.owners(pageIndex(Math.floor(of / SHOWN_PAGE_BYTES)), at)[of % SHOWN_PAGE_BYTES] ?? OWNER_CODE.never;
  }

  neighbourWrite({ step: at, address: of, direction }: Params<'neighbourWrite'>): WriteView | null {
    const writes = this.touching(of, 1);
    const write = direction === 'next' ? writes.find(next => next.step > at) : writes.filter(w => w.step <= at).at(-2);
    return write ? this.view(write) : null;
  }

  heapBlocks({ step: at, from, count }: Params<'heapBlocks'>): HeapBlocks {
    const live = this.handedOut.filter(({ step: made, freed }) => made <= at && (freed === null || at < freed));
    const bytes = live.reduce((sum, { span }) => sum + span.length, 0);
    return { total: live.length, bytes, isPartial: false, unjudged: [], blocks: live.slice(from, from + count) };
  }

  watched({ step: at, places, count }: Params<'watched'>): WatchedBytes[] {
    return places.map(({ address: start, length }) => {
      if (start + length > this.sizeAt(at)) return { bytes: null, writes: [] };
      const writes = this.touching(start, length).filter(write => write.step <= at);
      const told = writes.reverse().slice(0, count);
      return {
        bytes: [...this.bytesAt(start, length, at)],
        writes: told.map(write => ({ step: step(write.step), bytes: [...this.bytesAt(start, length, write.step)] })),
      };
    });
  }

  findings(): readonly Finding[] {
    return this.found;
  }

  /** A line for each offset: the code of modules that never were. */
  codeAround({ offset, around }: Params<'codeAround'>): CodeAround {
    const lines = Array.from({ length: 2 * around + 1 }, (_, i) => {
      const at = offset - around + i;
      return { offset: at, indent: 1, text: i === around ? 'i32.store offset=4' : `local.get ${at}`, function: null };
    });
    return { function: 1, lines, marked: around };
  }

  claims(): readonly (readonly Claim[])[] {
    return this.claimed;
  }

  overview({ step: at, first, count }: Params<'overview'>): PageSummary[] {
    const summaries: PageSummary[] = [];
    for (let page = first; page < first + count; page++) summaries.push(this.summary(pageIndex(page), at));
    return summaries;
  }

  differingPages(params: Params<'differingPages'>): PageDifference[] {
    return differingPages(this, params);
  }

  nearestDifference(params: Params<'nearestDifference'>): NearestDifference {
    return nearestDifference(this, params);
  }

  differingRanges(params: Params<'differingRanges'>): DifferingPart {
    return differingRanges(this, params);
  }

  changedRanges(params: Params<'changedRanges'>): ChangedRanges {
    return changedRanges(this, params);
  }

  isWritten(page: PageIndex): boolean {
    return this.writes.some(write => this.isIn(write, page));
  }

  private isIn(write: Write, page: PageIndex): boolean {
    const start = page * SHOWN_PAGE_BYTES;
    return write.address < start + SHOWN_PAGE_BYTES && start < write.address + write.bytes.length;
  }

  /** Bytes without wildcards, and only what the tests look for. */
  search({ query, from, direction, step: at }: SearchRequest): SearchMatch | null {
    if (query.kind !== 'bytes') throw new Error('The fake host searches for bytes alone.');
    const matches = this.allMatches(query, at);
    const next = matches.find(match => match > from) ?? matches[0];
    const previous = matches.filter(match => match < from).at(-1) ?? matches.at(-1);
    const found = direction === 'next' ? next : previous;
    return found === undefined ? null : { address: address(found), length: query.bytes.length };
  }

  matches({ query, step: at, from, count }: Params<'matches'>): Matches {
    const all = this.allMatches(query, at).filter(match => match >= from);
    const next = all.length > count ? (all[count - 1] ?? 0) + 1 : null;
    return { addresses: all.slice(0, count), length: query.kind === 'bytes' ? query.bytes.length : 0, next, done: 1 };
  }

  standing({ query, upTo }: Params<'standing'>): StandingAnswer {
    const steps = Array.from({ length: upTo + 1 }, (_, at) => step(at));
    const stood = steps.flatMap(at => {
      const [match] = this.allMatches(query, at);
      return match === undefined ? [] : { step: at, address: address(match) };
    });
    const length = query.kind === 'bytes' ? query.bytes.length : 0;
    return { first: stood[0] ?? null, last: stood.at(-1) ?? null, firstStep: step(0), length, next: null, done: 1 };
  }

  private allMatches(query: SearchRequest['query'], at: number): number[] {
    if (query.kind !== 'bytes') throw new Error('The fake host searches for bytes alone.');
    const memory = this.bytesAt(0, Math.min(this.sizeAt(at), 2 ** 21), at);
    const matches: number[] = [];
    for (let start = 0; start + query.bytes.length <= memory.length; start++) {
      if (query.bytes.every((byte, i) => byte === null || byte === memory[start + i])) matches.push(start);
    }
    return matches;
  }

  private get stores(): Write[] {
    return this.writes.filter(write => write.step > 0);
  }

  private touching(start: number, length: number): Write[] {
    return this.stores.filter(write => write.address < start + length && start < write.address + write.bytes.length);
  }

  sizeAt(at: number): number {
    return this.sizes.filter(([from]) => from <= at).at(-1)?.[1] ?? 0;
  }

  private access(write: Write): WriteView | GrowView {
    const view = this.view(write);
    if (write.grownPages === undefined) return view;
    const { access, step: at, call, owner, site, segment, import: by, between } = view;
    const grow = { access, step: at, call, owner, site, segment, import: by, between };
    return { ...grow, kind: 'grow', pages: write.grownPages, memoryBytes: this.sizeAt(at) };
  }

  protected view(write: Write): WriteView {
    const { address: start, bytes, step: at, owner, call, site } = write;
    const told = Math.min(bytes.length, TOLD_BYTES);
    return {
      kind: 'write',
      access: this.stores.indexOf(write),
      step: step(at),
      call: call ?? null,
      owner: owner ?? { kind: 'unrecorded' },
      site: site ?? null,
      address: address(start),
      length: bytes.length,
      before: this.bytesAt(start, told, at - 1),
      after: Uint8Array.from(bytes.slice(0, told)),
      segment: null,
      import: null,
      between: call ? null : this.between(at),
      since: null,
      isStale: false,
    };
  }

  /** The calls around a step that none of them made. */
  private between(at: number): WriteView['between'] {
    const callOf = (write: Write | undefined): number | null => write?.call ?? null;
    const after = callOf(this.stores.findLast(write => write.step < at && write.call));
    return { after: after ?? 0, before: callOf(this.stores.find(write => write.step > at && write.call)) };
  }

  private summary(page: PageIndex, at: number): PageSummary {
    const start = page * SHOWN_PAGE_BYTES;
    const near = (write: Write): boolean =>
      write.step <= at && write.address < start + SHOWN_PAGE_BYTES && start < write.address + write.bytes.length;
    if (!this.writes.some(near)) return { page, owner: OWNER_CODE.never, writes: 0 };
    const bytesOf = new Map<number, number>();
    for (const owner of this.owners(page, at)) {
      if (owner !== OWNER_CODE.never) bytesOf.set(owner, (bytesOf.get(owner) ?? 0) + 1);
    }
    const [most] = [...bytesOf].sort(([, a], [, b]) => b - a);
    return { page, owner: most?.[0] ?? OWNER_CODE.never, writes: this.stores.filter(near).length };
  }

  private contents(page: PageIndex, at: number): Uint8Array {
    return this.bytesAt(page * SHOWN_PAGE_BYTES, SHOWN_PAGE_BYTES, at);
  }

  bytesAt(start: number, length: number, at: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.replay(start, length, at, (offset, byte) => {
      bytes[offset] = byte;
    });
    return bytes;
  }

  private owners(page: PageIndex, at: number): Uint8Array {
    const owners = new Uint8Array(SHOWN_PAGE_BYTES);
    this.replay(page * SHOWN_PAGE_BYTES, SHOWN_PAGE_BYTES, at, (offset, byte, write) => {
      // Of what memory holds at the beginning, zeros are nobody's.
      if (write.step > 0) owners[offset] = ownerCode(write.owner ?? { kind: 'unrecorded' });
      else if (byte !== 0) owners[offset] = OWNER_CODE.initial;
    });
    return owners;
  }

  /** Each byte of each write up to a step that falls into the range, in order. */
  private replay(
    start: number,
    length: number,
    at: number,
    take: (offset: number, byte: number, write: Write) => void,
  ): void {
    for (const write of this.writes) {
      if (write.step > at || write.address >= start + length || write.address + write.bytes.length <= start) continue;
      write.bytes.forEach((byte, i) => {
        const offset = write.address + i - start;
        if (offset >= 0 && offset < length) take(offset, byte, write);
      });
    }
  }
}
