// Answers the client's requests about a recording.

import { allocatedIn } from '../findings/allocatedIn.ts';
import type { Context, ImportedResults } from '../findings/context.ts';
import { findingsOf } from '../findings/findings.ts';
import { type Ground, groundOf } from '../findings/ground.ts';
import type { HeapBlock } from '../findings/heap/blockTable.ts';
import { HOST } from '../findings/heap/heapWatch.ts';
import { pause } from '../platform/threads.ts';
import type { LastChange, MadeBy, Overwrite, PageSummary, PageView, StepView, WriteView } from '../protocol/access.ts';
import type { Finding } from '../protocol/finding.ts';
import type { KnownFunction, NamedFunction } from '../protocol/functionNames.ts';
import type { HeapBlocks } from '../protocol/heapBlocks.ts';
import type { Handlers } from '../protocol/messageHandler.ts';
import { ownerCode } from '../protocol/owner.ts';
import type { Answer, Answers, Params, QueryName } from '../protocol/queries.ts';
import type {
  OpenedFile,
  RecordingProgress,
  RecordingRequests,
  SettledRecording,
  StoppedRecording,
} from '../protocol/recording.ts';
import type { InstanceState, InstanceSummary } from '../protocol/run.ts';
import type { SearchMatch, SearchRequest } from '../protocol/search.ts';
import { type Address, address, type PageIndex, pageIndex, type Step, step } from '../protocol/units.ts';
import { paced, type TellWork } from '../protocol/work.ts';
import { dataOf, readClaims, readRegions } from '../wasm/claims/readClaims.ts';
import { readModule } from '../wasm/module.ts';
import { functionNamer, readNames } from '../wasm/names.ts';
import { isWatchable } from '../wasm/record/recordAccesses.ts';
import { isZeroPage } from '../wire/comparePages.ts';
import { readInputs } from '../wire/inputRecords.ts';
import type { WriteAccess } from './access.ts';
import { AccessDigests } from './accessDigests.ts';
import { AccessViews } from './accessViews.ts';
import { CallAddresses } from './callAddresses.ts';
import { changedRanges } from './changedRanges.ts';
import { CodeOfModules } from './codeOfModules.ts';
import { factsOf, writeRecording } from './file/writeRecording.ts';
import { blocksAt } from './heapAt.ts';
import { orderGroups } from './history/callGroups.ts';
import type { RunInputs } from './inputs/runInputs.ts';
import { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';
import { matchesFrom, searchMemory } from './search.ts';
import type { SiteTable } from './siteTable.ts';
import { standing } from './standing.ts';
import { differingPages, differingRanges, nearestDifference } from './stepDifferences.ts';
import { TaskQueue } from './taskQueue.ts';
import { TraceRows } from './traceRows.ts';
import { UserNames } from './userNames.ts';
import { watchedBytes } from './watchedBytes.ts';

export interface ServiceParts {
  readonly store: RecordingStore;
  /** The table may come late: sites are known once the engine worker has rewritten the module. */
  readonly sites: () => SiteTable | null;
  /** The bytes of the modules of the run, by their index. */
  readonly modules: () => readonly Uint8Array[];
  readonly instances: () => readonly InstanceSummary[];
  /** Of the modules, by their index. */
  readonly instanceStates: () => readonly InstanceState[];
  /** Functions of allocators that the user has named, of the modules by their index. */
  readonly allocators: () => readonly (readonly string[])[];
  /** Resolves once the engine worker has ended, and all that it sent is recorded. */
  readonly settled: (goesOn: boolean) => Promise<SettledRecording>;
  readonly caughtUp: () => Promise<RecordingProgress>;
  /** The same where it was ended; what it left in memory and log is recorded, too. */
  readonly stopped: (durationNs: number) => Promise<StoppedRecording>;
  /** Leaves what is not recorded yet. */
  readonly leaveRest: () => void;
  readonly opened: OpenedFile | null;
  readonly searchProgress: (id: number, done: number) => void;
  readonly tellWork: TellWork;
}

/** Bytes of a long write whose owners are told: each page takes time. */
const MOST_OWNED_BYTES = 65_536;

export class RecordingService {
  private readonly reader: RecordingReader;
  private readonly digests: AccessDigests;
  private readonly views: AccessViews;
  private readonly rows: TraceRows;
  /** By the index of the module. */
  private readonly grounds: Ground[] = [];
  /** The blocks that were asked for last. */
  private lastHeap: { readonly at: Step; readonly events: number; readonly blocks: readonly HeapBlock[] } | null = null;
  /** Imports of the modules that have grounds. */
  private firstImport = 0;
  /** Those under way: one that is not here any more ends. */
  private readonly searches = new Set<number>();

  /** Under way, or done. */
  private counting: Promise<unknown> | null = null;

  private readonly code: CodeOfModules;
  private readonly userNames: UserNames;

  constructor(private readonly parts: ServiceParts) {
    this.userNames = new UserNames(parts.modules, parts.instances, names => parts.store.shownFunctions.give(names));
    this.reader = new RecordingReader(parts.store);
    this.views = new AccessViews(parts.store.calls, parts.sites);
    const addresses = new CallAddresses(parts.store.pages, parts.modules, parts.instances);
    this.rows = new TraceRows(parts.store, this.reader, this.views, parts.instances, addresses);
    this.digests = new AccessDigests(parts.store, parts.sites);
    this.code = new CodeOfModules(parts.modules, module => this.userNames.ofModule(module));
  }

  private readonly answers: Answers = {
    readPages: ({ step: at, pages, since }) => pages.map(page => this.pageView(at, page, since)),
    lastChange: ({ step: at, address }) => this.lastChange(at, address),
    madeBy: ({ step: at, address }) => this.madeBy(at, address),
    describeStep: ({ step: at }) => this.describeStep(at),
    accesses: ({ call, from, count }) =>
      this.reader.accesses.ofCall(call, from, count).map(access => this.views.of(access)),
    calls: ({ from, count, filter }) => this.reader.trace.calls(filter, from, count),
    traceRows: ({ from, count, filter, folding }) => this.rows.window(filter, from, count, folding),
    traceRowsBefore: ({ anchor, filter, folding }) => this.rows.before(anchor, filter, folding),
    callOfStep: ({ step: at }) => this.reader.stepCall(at),
    callsBefore: ({ call, filter }) => this.reader.trace.callsBefore(call, filter),
    callGroups: ({ filter, by, descending, count }) =>
      orderGroups(this.reader.trace.callGroups(filter), by, descending, count),
    callTotals: ({ filter }) => this.reader.trace.callTotals(filter),
    callTimeline: params => this.reader.trace.callTimeline(params),
    callSample: ({ columns }) => this.reader.trace.callSample(columns),
    writesTo: params => this.writesTo(params),
    overwrites: params => this.overwrites(params),
    neighbourWrite: ({ step: at, address, direction }) => {
      const { reader } = this;
      const write = direction === 'next' ? reader.nextWrite(at, address) : reader.previousWrite(at, address);
      return write && this.views.write(write);
    },
    overview: params => this.overview(params),
    differingPages: ({ step: at, since, first, count }) => differingPages(this.reader, { at, since }, first, count),
    heapBlocks: params => this.heapBlocks(params),
    watched: ({ step: at, places, count }) => places.map(place => watchedBytes(this.reader, at, place, count)),
    findings: () => this.findings(),
    claims: () => this.parts.modules().map(bytes => readRegions(readModule(bytes))),
    codeAround: ({ module, offset, around }) => this.code.around(module, offset, around),
    nearestDifference: ({ step: at, since, from, direction }) =>
      nearestDifference(this.reader, { at, since }, from, direction),
    differingRanges: ({ step: at, since, ...asked }) => {
      const { ranges, next } = differingRanges(this.reader, { at, since }, asked);
      return { ranges: ranges.map(range => ({ ...range, last: range.last && this.views.write(range.last) })), next };
    },
    matches: ({ step: at, query, from, count }) => matchesFrom(this.reader, query, at, from, count),
    standing: question => {
      this.reader.checkStep(question.upTo);
      return standing(this.parts.store, question);
    },
    changedRanges: ({ step: at, since }) => changedRanges(this.reader, { at, since }),
    accessesTo: params => this.accessesTo(params),
    lastWrites: ({ step: at, ranges }) =>
      this.reader.lastWrites(at, ranges).map(write => write && this.views.write(write)),
    accessNumbers: ({ step: at }) => this.reader.accesses.numbers(at),
    access: ({ access }) => this.views.of(this.reader.accesses.at(access)),
    accessDigest: ({ from, count, loaded }) => this.digests.of(from, count, loaded),
    bytes: ({ step: at, address, length }) => this.reader.bytes(at, address, length),
    functionOf: ({ of }) => this.functionOf(of),
    nameFunctions: ({ modules }) => {
      this.code.forget();
      return this.userNames.give(modules);
    },
  };

  /** What clients are answered: with the user's names of functions. Detectors ask by the names of the modules. */
  private named(): Answers {
    const names = Object.keys(this.answers) as QueryName[]; // the table has no other keys
    return Object.fromEntries(names.map(name => [name, this.namedAnswer(name)])) as Answers; // there is one for each name
  }

  private namedAnswer<Name extends QueryName>(name: Name): (params: Params<Name>) => Answer<Name> {
    const answers: Pick<Answers, Name> = this.answers;
    return params => {
      const { current } = this.userNames; // first: what is asked may be a name
      return current.in(answers[name](params));
    };
  }

  handlers(): Handlers<RecordingRequests> {
    const { parts } = this;
    const named = this.named();
    return {
      ...named,
      traceRows: async params => {
        await this.countBeside();
        return named.traceRows(params);
      },
      traceRowsBefore: async params => {
        await this.countBeside();
        return named.traceRowsBefore(params);
      },
      settle: ({ goesOn }) => parts.settled(goesOn),
      catchUp: () => parts.caughtUp(),
      stopped: ({ durationNs }) => parts.stopped(durationNs),
      leaveRest: () => {
        parts.leaveRest();
        return null;
      },
      search: ({ id, request }) => this.search(id, request).finally(() => this.searches.delete(id)),
      cancelSearch: ({ id }) => {
        this.searches.delete(id);
        return null;
      },
      exportFile: ({ run }) => {
        const { accessors, heap } = parts.store;
        const faulty = heap.seen.faults.flatMap(({ site }) => (site === HOST ? [] : site));
        const used = [...new Set([...accessors.usedSites(), ...faulty])];
        const sites = parts.sites();
        const segments = used.flatMap(id => sites?.segment(id) ?? []);
        const description = {
          run: factsOf(run),
          sites: sites ? used.filter(id => !sites.segment(id)).map(id => sites.summary(id)) : [],
          segments,
          modules: parts.modules(),
        };
        const telling = paced(parts.tellWork);
        return concatenate([...writeRecording(parts.store, description, done => telling({ kind: 'writing', done }))]);
      },
      openedRun: () => {
        if (!parts.opened) throw new Error('this recording was not opened from a file');
        return parts.opened;
      },
    };
  }

  /** Rows of the trace are numbered with what happened beside calls. In a large file that takes long to count: others are answered in between. */
  private async countBeside(): Promise<void> {
    const { store } = this.parts;
    if (store.knownBeside) return;
    this.counting ??= new TaskQueue().run(store.countBeside());
    await this.counting;
  }

  private pageView(at: Step, page: PageIndex, since = step(Math.max(this.reader.firstStep, at - 1))): PageView {
    const { image, changed } = this.reader.view(at, page, since);
    return {
      page,
      // A view of an image that other pages share would send all of it.
      bytes: image && !isZeroPage(image.contents) ? image.contents.slice() : null,
      changed,
      owners: image?.owners.slice() ?? null,
    };
  }

  private lastChange(at: Step, address: Address): LastChange {
    const last = this.reader.lastWriter(at, address);
    if (last.kind === 'write') return { kind: 'write', write: this.views.write(last.write) };
    return last.kind === 'dropped' ? { kind: 'dropped' } : last;
  }

  private madeBy(at: Step, address: Address): MadeBy {
    const made = this.reader.madeBy(at, address);
    return made.kind === 'growth' ? { kind: 'growth', grow: this.views.grow(made.grow) } : { kind: made.kind };
  }

  private describeStep(at: Step): StepView {
    const memoryBytes = this.reader.memoryBytes(at);
    if (at <= this.reader.firstStep) return { step: at, memoryBytes, access: null };
    const access = this.views.of(this.reader.accesses.ofStep(at));
    return { step: at, memoryBytes, access: access.kind === 'read' ? null : access };
  }

  private writesTo({ step: at, address, length, count }: Params<'writesTo'>): WriteView[] {
    const found: WriteView[] = [];
    for (const write of this.reader.writesTo(address, length, { after: this.reader.firstStep, upTo: at })) {
      if (found.length >= count) break;
      found.push(this.views.write(write));
    }
    return found;
  }

  private overwrites({ step: at, address, length, count, direction }: Params<'overwrites'>): Overwrite[] {
    const { reader } = this;
    const writes =
      direction === 'next'
        ? reader.laterWritesTo(address, length, at)
        : reader.writesTo(address, length, { after: reader.firstStep, upTo: at });
    const found: Overwrite[] = [];
    for (const write of writes) {
      if (found.length >= count) break;
      found.push({ write: this.views.write(write), before: this.ownersBefore(write, address, length) });
    }
    return found;
  }

  /** Of the bytes that a write has in common with a range. */
  private ownersBefore(write: WriteAccess, from: Address, length: number): number[] {
    const start = Math.max(write.address, from);
    const end = Math.min(write.address + Math.min(write.length, MOST_OWNED_BYTES), from + length);
    return this.reader.ownersOf(step(write.step - 1), address(start), Math.max(0, end - start));
  }

  private accessesTo({ step: at, address, length, from, count, reads }: Params<'accessesTo'>): Answer<'accessesTo'> {
    const range = { upTo: at, from: address, length, reads };
    const { accesses, next } = this.reader.accessesTo(range, from, count);
    return { accesses: accesses.map(access => this.views.of(access)), next };
  }

  private functionOf(of: NamedFunction): KnownFunction | null {
    const { calls, shownFunctions } = this.parts.store;
    const { functions, names } = shownFunctions.columns;
    const call = of.kind === 'call' ? of.call : Array.from(functions).findIndex(number => names[number] === of.name);
    if (call <= 0 || call >= calls.count) return null;
    return this.userNames.known(calls.instanceOf(call), calls.functionOf(call));
  }

  /** Without the pages that nobody ever wrote: most of a large memory, and what is said of them takes time to send. */
  private overview({ step: at, first, count }: Params<'overview'>): PageSummary[] {
    return this.reader
      .overview(at, first, count)
      .filter(({ owner }) => owner.kind !== 'never')
      .map(({ page, owner, writes }) => ({ page: pageIndex(page), owner: ownerCode(owner), writes }));
  }

  private heapBlocks({ step: at, from, count }: Params<'heapBlocks'>): HeapBlocks {
    const { allocatorCalls, heap } = this.parts.store;
    this.reader.checkStep(at);
    const live = this.liveBlocks(at);
    const context = this.context();
    const blocks = live.slice(from, from + count).map(({ address: start, size, made }) => {
      const allocation = allocatorCalls.at(made);
      const span = { address: address(start), length: size };
      return { span, made: allocatedIn(context, allocation), step: step(allocation.end?.step ?? at) };
    });
    const bytes = live.reduce((sum, { size }) => sum + size, 0);
    return { total: live.length, bytes, isPartial: allocatorCalls.isFull, unjudged: heap.unjudged, blocks };
  }

  /** What was asked last is likely to be asked on, part by part. */
  private liveBlocks(at: Step): readonly HeapBlock[] {
    const { allocatorCalls } = this.parts.store;
    const { eventCount: events } = allocatorCalls;
    if (this.lastHeap?.at !== at || this.lastHeap.events !== events)
      this.lastHeap = { at, events, blocks: blocksAt(allocatorCalls, this.parts.instances(), at) };
    return this.lastHeap.blocks;
  }

  private findings(): readonly Finding[] {
    return findingsOf(this.context());
  }

  /** What detectors see. */
  private context(): Context {
    const { grounds, parts, reader } = this;
    const states = parts.instanceStates();
    const allocators = parts.allocators();
    for (const bytes of parts.modules().slice(grounds.length)) {
      const module = readModule(bytes, allocators[grounds.length]);
      const state = states[grounds.length] ?? 'separate';
      const claims = readClaims(module);
      const { stackPointer } = claims;
      const facts = {
        functionNames: [...readNames(module, 'function').values()],
        nameOf: functionNamer(module),
        dataIn: dataOf(module),
        isStackFollowed: isWatchable(module, stackPointer.kind === 'found' ? stackPointer : null),
        firstImport: this.firstImport,
        functionImports: module.imports.flatMap(({ kind }, index) => (kind === 'function' ? [index] : [])),
      };
      grounds.push(groundOf(claims, state, facts));
      this.firstImport += module.imports.length;
    }
    const { firstStep, lastStep } = reader;
    const hasAccesses = parts.store.tellsAccesses;
    const instances = parts.instances();
    const { allocatorCalls, calls, heap, inputs, lostViews, threadDuplicates, timeline } = parts.store;
    return {
      ask: this.answers,
      firstStep,
      lastStep,
      firstAccess: timeline.firstAccess,
      hasAccesses,
      instances,
      grounds: grounds.map((ground, module) =>
        heap.unknownModules.has(module) ? { ...ground, isFollowed: false } : ground,
      ),
      functionOf: call => calls.functionOf(call),
      call: index => ({ ...reader.callRecord(index), firstAccess: reader.firstAccessOf(index) }),
      imported: () => importedResults(inputs),
      unexplained: parts.store.unexplained,
      allocations: () => allocatorCalls.all(),
      allocation: index => (index < allocatorCalls.count ? allocatorCalls.at(index) : null),
      siteOf: site => (site === HOST ? null : this.views.site(site)),
      heapFaults: heap.faults,
      stacks: calls.toldStacks,
      lostViews: lostViews.all,
      threadDuplicates: threadDuplicates.all,
    };
  }

  private async search(id: number, request: SearchRequest): Promise<SearchMatch | null> {
    this.searches.add(id);
    const steps = searchMemory(this.reader, request);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      this.parts.searchProgress(id, value);
      await pause(); // requests that came meanwhile, a cancel among them
      if (!this.searches.has(id)) throw new Error('The search was ended.');
    }
  }
}

function* importedResults(inputs: RunInputs): Generator<ImportedResults> {
  for (const [call, records] of inputs.pieces())
    for (const input of readInputs(records)) {
      if (input.kind !== 'import') continue;
      const [result] = input.results ?? [];
      const value = result?.type === 'i32' ? result.value >>> 0 : result?.type === 'i64' ? Number(result.value) : null;
      yield { call, import: input.import, count: input.count, result: value };
    }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
