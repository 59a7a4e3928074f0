// A recording as it grows: takes the events of the thread that runs guests, and what is left in memory and log when that was ended.
import { NO_HEAP } from '../findings/heap/heapGround.ts';
import type { EndedCall, Trap } from '../protocol/call.ts';
import type { PageChanges } from '../protocol/engine.ts';
import { OWNER_CODE, ownerCode } from '../protocol/owner.ts';
import type {
  ComparedMemory,
  FoundWrite,
  FromOutside,
  HostWrite,
  ImportOf,
  RecordingEvent,
  RecordingProgress,
  SettledRecording,
  StoppedRecording,
} from '../protocol/recording.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import { messageOf } from '../protocol/text.ts';
import { type Address, SHOWN_PAGE_BYTES, step } from '../protocol/units.ts';
import { importName } from '../wasm/claims/places.ts';
import { readModule } from '../wasm/module.ts';
import { functionNamer } from '../wasm/names.ts';
import { decodeInParts, newLogDecoder } from '../wasm/record/decodeLog.ts';
import type { LogDecoder, Stop } from '../wasm/record/logDecoder.ts';
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { Sites } from '../wasm/record/sites.ts';
import { arrive, type Backlog } from '../wire/backlog.ts';
import { changedRanges, comparePages, eachPage, READ_WHOLE_BYTES } from '../wire/comparePages.ts';
import { restOfImports } from '../wire/importLog.ts';
import { SharedLog } from '../wire/sharedLog.ts';
import { heapGround } from './heapGround.ts';
import { actorOf, NO_SITE } from './history/accessors.ts';
import { HostHabits } from './history/hostHabits.ts';
import { OutOfBoundsTeller } from './outOfBounds.ts';
import { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';
import { type DecodedModule, firstSegment, ModuleSites } from './siteTable.ts';
import { ThreadLog } from './threadLog.ts';

type Attached = Extract<RecordingEvent, { type: 'attached' }>;

/** Events of what comes behind all that guests came upon; the log has places for that. */
const BEHIND_FOUND: ReadonlySet<RecordingEvent['type']> = new Set([
  'allocated-twice',
  'call-begun',
  'call-ended',
  'entered-trapped',
  'host-wrote',
  'host-wrote-bytes',
  'looked',
  'records-left-out',
  'segments',
  'views-lost',
]);

/** A run has one thread of guests, and so a stop finds one innermost call. */
const THREAD = 0;

export class LiveRecording {
  /** The sites of all modules. */
  readonly sites = new ModuleSites();
  private attached: Attached | null = null;
  /** Null where accesses are not recorded. */
  private log: SharedLog | null = null;
  /** Of all modules; null until one with a log is there. */
  private decoder: LogDecoder | null = null;
  private readonly instances: { readonly module: number; readonly call: number | null }[] = [];
  private readonly threads = new Map<number, ThreadLog>();
  private watch: Address | null = null;
  private begun = false;
  private leaving = false;
  private unread = 0;
  /** Position behind the import results that came last. */
  private importsEnd = 0;
  private loopToldShort = false;
  /** There were records of no call, which nobody can read, or some are missing: what guests did then is found by comparing memory. */
  private isOrphaned = false;
  /** Why nothing more is recorded. */
  private fault: string | null = null;
  private readonly reader: RecordingReader;
  private readonly outOfBounds: OutOfBoundsTeller;
  private readonly habits = new HostHabits();
  /** What guests came upon, of which the place in the log was not reached yet. */
  private found: (FoundWrite & { readonly isHosts: boolean })[] = [];

  /** @param changed told when there is more to be seen of the recording */
  constructor(
    private readonly store: RecordingStore,
    private readonly backlog: Backlog,
    private readonly changed: () => void = () => {},
  ) {
    this.reader = new RecordingReader(store);
    this.outOfBounds = new OutOfBoundsTeller(store, this.reader, this.sites);
  }

  /** What can be seen of the recording by now. */
  get progress(): RecordingProgress {
    return {
      instances: this.instances.map(each => this.summary(each)),
      watch: this.watch === null ? null : { address: this.watch, type: 'i32' },
      ...this.reader.span,
    };
  }

  /**
   * Takes events in their order, with pauses in which questions can be answered. After a fault of this thread's own it takes no more:
   * what was recorded until then stays, and guests do not wait for the rest.
   */
  *takeAll(events: readonly RecordingEvent[]): Generator<void> {
    for (const event of events) {
      try {
        if (this.fault === null) yield* this.take(event);
      } catch (error) {
        this.fault = messageOf(error);
      }
      if (event.type === 'chunk-left') this.log?.clearChunk(event.start);
      arrive(this.backlog, bytesOf(event));
      this.changed();
    }
  }

  private *take(event: RecordingEvent): Generator<void> {
    if (BEHIND_FOUND.has(event.type)) this.tellFound();
    switch (event.type) {
      case 'attached':
        this.attached = event;
        this.log = event.log && new SharedLog(event.log, event.taken);
        this.store.tellsAccesses = event.level !== 'calls';
        this.store.tellsLoads = event.level === 'all';
        this.store.markTouched(event.touched);
        this.store.isExact = event.isExact;
        break;
      case 'module':
        this.addModule(event);
        break;
      case 'instance':
        this.store.heap.addInstance(event.module);
        this.instances.push({ module: event.module, call: this.store.calls.innermost(event.thread) });
        break;
      case 'segments':
        this.putSegments(event.placed);
        break;
      case 'begun':
        this.begin(event.changes, event.memoryBytes, event.segments);
        break;
      case 'call-begun':
        if (this.store.calls.innermost(event.call.thread) === null)
          this.habits.called(event.call.instance, event.call.function);
        this.store.beginCall(event.call);
        break;
      case 'watched':
        this.watch = event.address;
        break;
      case 'printed':
        this.store.calls.print(event.thread, event.printed);
        break;
      case 'log':
        if (this.log) yield* this.append(event.thread, this.log.next(event.start, event.bytes), event.stop);
        break;
      case 'host-found':
        this.found.push(event);
        break;
      case 'records-left-out':
        this.store.heap.distrust();
        this.isOrphaned = true;
        break;
      case 'chunk-left': // see takeAll
        break;
      case 'host-wrote':
        if (event.isThreaded) this.store.heap.distrust();
        this.hostWroteBefore(event);
        this.isOrphaned = false;
        break;
      case 'looked':
        if (event.isThreaded) this.store.heap.distrust();
        this.store.looked(event, this.outsideOwner(event));
        this.isOrphaned = false;
        break;
      case 'views-lost':
        // What guests come upon themselves is in no look.
        if (event.lost.missed === 0 || this.store.isExact || this.habits.has(event.lost.by, event.lost.wrote))
          this.store.lostViews.tell(event.lost, this.store.calls.innermost(event.thread), this.store.lastStep);
        break;
      case 'allocated-twice':
        this.store.threadDuplicates.tell(
          event.duplicate,
          this.store.calls.innermost(event.thread),
          this.store.lastStep,
        );
        break;
      case 'host-wrote-bytes':
        this.hostWrote(event);
        break;
      case 'imports':
        this.importsEnd = event.end;
        this.keepImports(Uint8Array.from(event.records));
        break;
      case 'call-stack':
        this.store.calls.keepStack(event.thread, event.stack);
        break;
      case 'entered-trapped':
        this.logOf(event.thread).endEntered(this.trapOf(event.thread, event), event.depth);
        break;
      case 'call-ended':
        this.endCall(event.thread, event.call, event.memory);
        break;
    }
  }

  /** Skips the rest of the log. Comparing memory finds its effects, and nothing tells them from what the host wrote. */
  leaveRest(): void {
    this.leaving = true;
    this.store.heap.distrust();
  }

  /** The last call has ended, and all events until then are taken. @param goesOn the guests' thread waits, and may write; else it has ended */
  settle(goesOn = false): SettledRecording {
    const { attached } = this;
    // What waits for a promise waits for ever.
    for (const log of this.threads.values()) log.endEntered(null);
    // Nobody but the guests writes, and what they write is in the log: one look at the end would find a fault of ours.
    if (this.begun && attached?.memory && attached.isWhole && this.fault === null)
      this.store.compareWith(new Uint8Array(attached.memory.buffer), 0);
    if (!goesOn) this.release();
    return { progress: this.progress, unreadBytes: this.unread, fault: this.fault };
  }

  /**
   * What the guests' thread left behind when it was ended. Memory stands still from then on.
   * @param durationNs how long the call under way had run
   */
  *stop(durationNs: number): Generator<void, StoppedRecording> {
    const { attached } = this;
    if (attached) this.keepImports(restOfImports(attached.imports, this.importsEnd));
    const memory = attached?.memory ? new Uint8Array(attached.memory.buffer) : null;
    const call = this.store.calls.innermost(THREAD);
    if (this.fault !== null) this.leaving = true;
    else if (memory && !this.begun) this.begin(comparePages(memory, new Map()), memory.length, []);
    else if (attached && call !== null) yield* this.endStoppedCalls(durationNs, memory);
    const watched = memory && this.watch !== null ? readI32(memory, this.watch) : null;
    this.release();
    return {
      progress: this.progress,
      call: call === null ? null : this.store.calls.told(call),
      unreadBytes: this.unread,
      fault: this.fault,
      loopToldShort: this.loopToldShort,
      watched,
    };
  }

  /** Lets go of the memories of the guests' thread, which has ended. */
  release(): void {
    this.attached = null;
    this.log = null;
    this.store.calls.stopWaiting();
  }

  private summary({ module, call }: (typeof this.instances)[number]): InstanceSummary {
    const { calls, lastStep, timeline } = this.store;
    const made = call === null ? 0 : calls.span(call, lastStep, timeline.accessCount).lastStep;
    return { module, call, step: step(made) };
  }

  private addModule({
    name,
    bytes,
    plan,
    instanceState,
    allocators,
  }: Extract<RecordingEvent, { type: 'module' }>): void {
    const module = readModule(bytes, allocators);
    const sites = plan && new Sites(module, plan.firstSites);
    if (plan && sites) {
      this.decoder ??= newLogDecoder(plan.log);
      this.decoder.add(module, plan, sites);
    }
    this.store.heap.addModule(plan ? heapGround(module) : NO_HEAP);
    this.sites.add({ name, module, nameOf: functionNamer(module), sites, instanceState });
  }

  private keepImports(records: Uint8Array): void {
    this.store.inputs.keep(this.store.callOfInput, records);
  }

  private begin(changes: PageChanges, memoryBytes: number, segments: Parameters<RecordingStore['begin']>[2]): void {
    this.begun = true;
    this.store.begin(changes, memoryBytes, segments);
  }

  private *endStoppedCalls(durationNs: number, memory: Uint8Array | null): Generator<void> {
    const { calls } = this.store;
    const level = this.attached?.level ?? 'calls';
    const memoryBytes = memory?.length ?? this.store.memoryBytes;
    yield* this.appendRest(memory);
    this.tellFound();
    if (memory && level === 'calls') {
      const changes = comparePages(memory, this.store.contents());
      this.addChanges({ changes, memoryBytes });
    } else if (memory) {
      const isKnown = this.attached?.isWhole && this.unread === 0 && !this.loopToldShort;
      this.store.compareWith(memory, isKnown ? 0 : READ_WHOLE_BYTES, THREAD);
    }
    const outermost = calls.outermost(THREAD);
    const endNs = durationNs + ((outermost === null ? null : calls.told(outermost).startNs) ?? 0);
    for (let call = calls.innermost(THREAD); call !== null; call = calls.innermost(THREAD)) {
      const { startNs } = calls.told(call);
      const after = memory && this.watch !== null ? readI32(memory, this.watch) : null;
      const watched = this.watch === null ? null : { before: null, after, printed: null };
      const ranNs = startNs === null ? null : endNs - startNs;
      const told = { end: 'stopped', results: [], trap: null, durationNs: ranNs, watched } as const;
      this.store.endCall(THREAD, this.completed(told, call), null);
    }
  }

  /** Takes in records. */
  private *append(thread: number, records: Uint8Array, stop: Stop | null): Generator<void> {
    const { decoder } = this;
    if (!decoder) return;
    const found = this.found.map(each => ({ ...each, at: each.at - records.byteOffset }));
    const owner = this.ownerOfFound();
    this.found = [];
    const visitor = this.logOf(thread).goOn(owner, () => {
      this.isOrphaned = true;
    });
    const pauses = decodeInParts(decoder, records, visitor, stop, found);
    while (!this.leaving) {
      if (pauses.next().done) return;
      yield;
    }
    this.unread += records.length; // a part of them may have been read
  }

  /** The records that were in the log when the thread was ended in the middle of a call. */
  private *appendRest(memory: Uint8Array | null): Generator<void> {
    const records = this.log?.rest();
    if (!records?.length) return;
    yield* this.append(THREAD, records, {
      offset: null,
      module: 0,
      memoryBytes: memory?.length ?? this.store.memoryBytes,
      ...(memory && { memory }),
      toldShort: () => {
        this.loopToldShort = true;
      },
    });
  }

  /** What was found where no records follow. */
  private tellFound(): void {
    const owner = this.ownerOfFound();
    for (const { writes } of this.found)
      for (const { address, bytes } of writes) this.store.found(address, Uint8Array.from(bytes), owner);
    this.found = [];
  }

  /** Of guests that can write what no record tells, nobody knows what is the host's. */
  private ownerOfFound(): number {
    return this.found.every(({ isHosts }) => isHosts) && !this.leaving ? OWNER_CODE.host : OWNER_CODE.unrecorded;
  }

  private endCall(thread: number, told: EndedCall, memory: ComparedMemory | null): void {
    const call = { ...told, trap: this.trapOf(thread, told) };
    this.logOf(thread).endEntered(call.trap);
    const innermost = this.store.calls.innermost(thread);
    if (innermost === null) return;
    if (this.attached?.level === 'calls' && memory) this.addChanges(memory);
    else this.store.growTo(call.memoryBytes, actorOf(ownerCode({ kind: 'unrecorded' }), thread));
    const compared = this.attached?.level === 'calls' ? null : memory;
    this.store.endCall(thread, this.completed(call, innermost), compared);
  }

  /** A trap with what the recording knows of it. */
  private trapOf(thread: number, { trap, memoryBytes }: Pick<EndedCall, 'trap' | 'memoryBytes'>): Trap | null {
    const stopped = this.logOf(thread).takeStopped();
    const level = this.attached?.level ?? 'calls';
    return level !== 'calls' ? this.outOfBounds.complete(thread, trap, { stopped, memoryBytes, level }) : trap;
  }

  /** Step 0 is what the making of instances led to: what is written there is no step. */
  private hostWrote({ address, bytes, memoryBytes, within }: HostWrite): void {
    const { calls, inputs, callOfInput } = this.store;
    if (!this.begun) {
      inputs.keepHostWrite(callOfInput, address, bytes);
      return;
    }
    const call = calls.innermost(THREAD);
    if (call !== null) {
      const owner = ownerCode({ kind: 'instance', instance: calls.told(call).instance });
      this.store.growTo(memoryBytes, actorOf(owner, THREAD)); // where the log does not tell of it
    }
    this.store.hostWrite(address, bytes, this.importNumber(within));
  }

  /** The value before the call in which the address was told is in the recording alone. */
  private completed<Call extends Omit<EndedCall, 'memoryBytes'>>(told: Call, call: number): Call {
    const { watched } = told;
    if (!watched || watched.before !== null || this.watch === null) return told;
    return { ...told, watched: { ...watched, before: this.recordedI32(call, this.watch) } };
  }

  /** The i32 at an address before a call; null where it was not in memory. */
  private recordedI32(call: number, address: Address): number | null {
    const { calls, sizes, firstStep, lastStep, timeline } = this.store;
    const at = calls.span(call, lastStep, timeline.accessCount).stepBefore;
    if (at < firstStep || address + 4 > sizes.at(at)) return null;
    return readI32(this.reader.bytes(step(at), address, 4), 0);
  }

  /** Without single accesses, each range that a call changed counts as one write of its instance. */
  private addChanges({ changes, memoryBytes }: Pick<ComparedMemory, 'changes' | 'memoryBytes'>): void {
    const call = this.store.calls.innermost(THREAD);
    if (call === null) return;
    const owner = ownerCode({ kind: 'instance', instance: this.store.calls.told(call).instance });
    this.store.growTo(memoryBytes, owner);
    for (const [page, contents] of eachPage(changes)) {
      const ranges = changedRanges(this.store.pages.get(page)?.live.contents ?? null, contents);
      for (let i = 0; i < ranges.length; i += 2) {
        const [from, to] = [ranges[i], ranges[i + 1]];
        this.store.write(owner, NO_SITE, page * SHOWN_PAGE_BYTES + from, to - from, contents, from);
      }
    }
  }

  /** As instantiation does: one after the other, until one does not lie in memory. */
  private putSegments(placed: Extract<RecordingEvent, { type: 'segments' }>['placed']): void {
    const instance = this.instances.length - 1;
    const decoded = this.decodedOf(instance);
    if (!decoded) return;
    const actor = actorOf(ownerCode({ kind: 'instance', instance }), THREAD);
    for (const [index, address] of placed) {
      const segment = decoded.module.dataSegments[index];
      if (!segment || address + segment.size > this.store.memoryBytes) return;
      const site = firstSegment(decoded) + index;
      this.store.heap.addSegment(site);
      this.store.write(actor, site, address, segment.size, segment.bytes);
    }
  }

  /** Whose work it is what no record explains. */
  private outsideOwner({ isThreaded }: FromOutside): number {
    if (this.isOrphaned || this.leaving) return OWNER_CODE.unrecorded;
    return isThreaded ? OWNER_CODE.thread : OWNER_CODE.host;
  }

  /** Guests go on, and what the host wrote before stands before what they do. */
  private hostWroteBefore(event: Extract<RecordingEvent, { type: 'host-wrote' }>): void {
    const { store } = this;
    const { within } = event;
    const { lastStep } = store;
    store.hostWrote(event, this.importNumber(within), this.outsideOwner(event));
    if (store.lastStep === lastStep) return; // it was guests who had changed it
    const imported = within && this.decodedOf(within.instance)?.module.imports[within.import];
    this.habits.wroteIn(
      within && imported ? { kind: 'import', instance: within.instance, name: importName(imported) } : null,
    );
  }

  /** Number of an import among those of all modules. */
  private importNumber(of: ImportOf | null): number {
    const module = of && this.decodedOf(of.instance);
    return of && module ? module.firstImport + of.import : NO_SITE;
  }

  private decodedOf(instance: number): DecodedModule | null {
    const of = this.instances[instance];
    return of ? this.sites.modules[of.module] : null;
  }

  private logOf(thread: number): ThreadLog {
    let log = this.threads.get(thread);
    if (!log) {
      log = new ThreadLog(this.store, thread, instance => this.decodedOf(instance));
      this.threads.set(thread, log);
    }
    return log;
  }
}

/** Bytes of an event that count as on their way. */
function bytesOf(event: RecordingEvent): number {
  switch (event.type) {
    case 'chunk-left':
      return CHUNK_BYTES;
    case 'begun':
    case 'host-wrote':
      return event.changes.contents.length;
    case 'host-wrote-bytes':
      return event.bytes.length;
    case 'call-ended':
      return event.memory?.changes.contents.length ?? 0;
    default:
      return 0;
  }
}

function readI32(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.length) return null;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getInt32(0, true);
}
