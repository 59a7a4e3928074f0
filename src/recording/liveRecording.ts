// A recording as it grows: takes the engine worker's events, and what is left in memory and log when that was ended.
import type { PageChanges } from '../protocol/engine.ts';
import {
  BACKLOG,
  type Backlog,
  type ComparedMemory,
  type RecordedCall,
  type RecordingEvent,
  type StoppedMemory,
} from '../protocol/recording.ts';
import type { RecordLevel } from '../protocol/run.ts';
import { type PageIndex, pageIndex, SHOWN_PAGE_BYTES, step, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { type Module, readModule } from '../wasm/module.ts';
import { decodeInParts } from '../wasm/record/decodeLog.ts';
import type { Stop } from '../wasm/record/logDecoder.ts';
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { type RecordedModule, recordAccesses } from '../wasm/record/recordAccesses.ts';
import { changedRanges, comparePages, eachPage } from '../wire/comparePages.ts';
import { restOfImports } from '../wire/importLog.ts';
import { SharedLog } from '../wire/sharedLog.ts';
import { NO_SITE } from './history/accessors.ts';
import { ownerCode } from './history/owner.ts';
import { LogAppender } from './logAppender.ts';
import { RecordingReader } from './recordingReader.ts';
import type { RecordingStore } from './recordingStore.ts';

type Attached = Extract<RecordingEvent, { type: 'attached' }>;

/** Of a worker that was ended before there was anything to record. */
export const NOTHING_STOPPED: StoppedMemory = {
  begun: false,
  memoryBytes: 0,
  bytesChanged: 0,
  unreadBytes: 0,
  loopToldShort: false,
};

/** The module rewritten once more as the engine worker did, for the sites and the log's decoder that come with it. */
interface Decoding {
  readonly module: Module;
  readonly recorded: RecordedModule;
}

interface CurrentCall {
  readonly index: number;
  readonly instance: number;
}

export class LiveRecording {
  private attached: Attached | null = null;
  private decoding: Decoding | null = null;
  /** Null where accesses are not recorded. */
  private log: SharedLog | null = null;
  private readonly appenders = new Map<number, LogAppender>();
  private begun = false;
  private current: CurrentCall | null = null;
  private leaving = false;
  private unread = 0;
  /** Position behind the import results that came last. */
  private importsEnd = 0;
  private loopToldShort = false;

  /** @param recorded told of step 0 (null) and of each call, once it is recorded */
  constructor(
    private readonly store: RecordingStore,
    private readonly bytes: Uint8Array,
    private readonly backlog: Backlog,
    private readonly recorded: (call: RecordedCall | null) => void,
  ) {}

  /** Bytes of log that were left unread at most. */
  get unreadBytes(): number {
    return this.unread;
  }

  /** Sites of the module; null where accesses are not recorded. */
  get sites(): Decoding | null {
    return this.decoding;
  }

  apply(event: RecordingEvent): void {
    const pauses = this.take(event);
    while (!pauses.next().done);
  }

  /** The same, with pauses in which questions can be answered. The next events come behind the last one. */
  *takeAll(events: readonly RecordingEvent[]): Generator<void> {
    for (const event of events) yield* this.take(event);
  }

  private *take(event: RecordingEvent): Generator<void> {
    switch (event.type) {
      case 'attached':
        this.attached = event;
        if (event.level !== 'calls') this.decoding = decodingOf(this.bytes, event.level);
        this.log = event.log && new SharedLog(event.log, event.taken);
        break;
      case 'begun':
        this.begin(event.changes, event.memoryBytes);
        this.tookIn(event.changes.contents.length);
        break;
      case 'call-begun':
        this.store.beginCall();
        this.current = event;
        break;
      case 'log':
        if (this.log) yield* this.append(this.log.next(event.start, event.bytes), event.stop);
        break;
      case 'chunk-left':
        this.log?.clearChunk(event.start);
        this.tookIn(CHUNK_BYTES);
        break;
      case 'instance-switched':
        if (this.current) this.current = { ...this.current, instance: event.instance };
        break;
      case 'host-wrote':
        this.store.hostWrote(event);
        this.tookIn(event.changes.contents.length);
        break;
      case 'imports':
        this.importsEnd = event.end;
        this.keepImports(event.records);
        break;
      case 'call-ended':
        this.endCall(event);
        this.tookIn(event.changes.contents.length);
    }
  }

  /** So many bytes are no more on their way. */
  private tookIn(bytes: number): void {
    Atomics.sub(this.backlog, BACKLOG.bytes, bytes);
    Atomics.notify(this.backlog, BACKLOG.bytes);
  }

  /** Leaves the log unread that is not read yet. What it tells of is found by comparing memory. */
  leaveRest(): void {
    this.leaving = true;
  }

  /** What the engine worker left behind when it was ended. Memory stands still from then on. */
  stopped(): StoppedMemory {
    const pauses = this.takeStopped();
    for (;;) {
      const { done, value } = pauses.next();
      if (done) return value;
    }
  }

  /** The same, with pauses in which questions can be answered. */
  *takeStopped(): Generator<void, StoppedMemory> {
    const { attached } = this;
    if (!attached) return NOTHING_STOPPED;
    this.keepImports(restOfImports(attached.imports, this.importsEnd));
    const memory = attached.memory && new Uint8Array(attached.memory.buffer);
    if (!memory) return yield* this.stoppedWithoutMemory();
    if (!this.begun) {
      this.begin(comparePages(memory, new Map()), memory.length);
      return { ...NOTHING_STOPPED, begun: true, memoryBytes: memory.length };
    }
    if (this.current) yield* this.endStoppedCall(this.current, memory);
    return {
      begun: false,
      memoryBytes: memory.length,
      bytesChanged: this.changedInLastCall(),
      unreadBytes: this.unreadBytes,
      loopToldShort: this.loopToldShort,
    };
  }

  /** Lets go of the engine worker's memories: it has ended, and what it left is taken. */
  release(): void {
    this.attached = null;
    this.log = null;
  }

  private keepImports(records: Uint8Array): void {
    this.store.inputs.keep(this.store.callOfInput, records);
  }

  /** Memory ended with the engine worker: what it wrote is known by the log alone. */
  private *stoppedWithoutMemory(): Generator<void, StoppedMemory> {
    const { current } = this;
    if (current) {
      yield* this.appendRest(null);
      this.store.endCall(null, this.store.memoryBytes);
      this.placed(current);
    }
    const { unreadBytes, loopToldShort } = this;
    const bytesChanged = this.begun ? this.changedInLastCall() : 0;
    return { begun: false, memoryBytes: this.store.memoryBytes, bytesChanged, unreadBytes, loopToldShort };
  }

  private *endStoppedCall(call: CurrentCall, memory: Uint8Array): Generator<void> {
    if (this.decoding) {
      yield* this.appendRest(memory);
      this.store.endCallWith(memory);
    } else {
      const known = new Map<PageIndex, Uint8Array>();
      for (const [page, history] of this.store.pages) known.set(pageIndex(page), history.live.contents);
      this.addChanges(call.instance, comparePages(memory, known), memory.length);
      this.store.endCall(null, memory.length);
    }
    this.placed(call);
  }

  /** Bytes whose value after the last call is not the one before it. */
  private changedInLastCall(): number {
    const reader = new RecordingReader(this.store);
    const { stepBefore, lastStep } = reader.call(reader.callCount - 1);
    const [before, after] = [step(Math.max(stepBefore, reader.firstStep)), step(lastStep)];
    let count = 0;
    for (const page of reader.writtenPages({ after: before, upTo: after })) {
      const ranges = reader.changed(before, after, pageIndex(page));
      for (let i = 0; i < ranges.length; i += 2) count += ranges[i + 1] - ranges[i];
    }
    return count;
  }

  private begin(changes: PageChanges, memoryBytes: number): void {
    this.begun = true;
    this.store.begin(changes, memoryBytes);
    // Call 0 is the making of the instances, which step 0 is the end of.
    this.store.beginCall();
    this.store.endCall(null, memoryBytes);
    this.recorded(null);
  }

  /** Takes in records. Those of the making of instances are left: step 0 is what it led to. */
  private *append(records: Uint8Array, stop: Stop | null): Generator<void> {
    if (!this.decoding || !this.current) return;
    const pauses = decodeInParts(this.decoding.recorded, records, this.appender(this.current.instance), stop);
    while (!this.leaving) {
      if (pauses.next().done) return;
      yield;
    }
    this.unread += records.length; // a part of them may have been read
  }

  /** The records that were in the log when the worker was ended in the middle of a call. */
  private *appendRest(memory: Uint8Array | null): Generator<void> {
    const records = this.log?.rest();
    if (!records?.length) return;
    yield* this.append(records, {
      offset: null,
      memoryBytes: memory?.length ?? this.store.memoryBytes,
      ...(memory && { memory }),
      toldShort: () => {
        this.loopToldShort = true;
      },
    });
  }

  private endCall(memory: ComparedMemory): void {
    const call = this.current;
    if (!call) return;
    if (this.decoding) {
      this.store.endCall(memory.changes, memory.memoryBytes, memory.lookedAt);
    } else {
      this.addChanges(call.instance, memory.changes, memory.memoryBytes);
      this.store.endCall(null, memory.memoryBytes);
    }
    this.placed(call);
  }

  /** Tells where a call that has ended lies. */
  private placed(call: CurrentCall): void {
    this.current = null;
    const { stepBefore, lastStep, firstAccess, endAccess } = this.store.calls.span(
      call.index,
      this.store.lastStep,
      this.store.timeline.accessCount,
    );
    this.recorded({
      index: call.index,
      stepBefore: step(stepBefore),
      step: step(lastStep),
      accesses: this.decoding ? endAccess - firstAccess : 0,
    });
  }

  /** Without single accesses, each range that a call changed counts as one write of its instance. */
  private addChanges(instance: number, changes: PageChanges, memoryBytes: number): void {
    const owner = ownerCode({ kind: 'instance', instance });
    const grown = (memoryBytes - this.store.memoryBytes) / WASM_PAGE_BYTES;
    if (grown > 0) this.store.grow(owner, NO_SITE, grown);
    for (const [page, contents] of eachPage(changes)) {
      const ranges = changedRanges(this.store.pages.get(page)?.live.contents ?? null, contents);
      for (let i = 0; i < ranges.length; i += 2) {
        const [from, to] = [ranges[i], ranges[i + 1]];
        this.store.write(owner, NO_SITE, page * SHOWN_PAGE_BYTES + from, to - from, contents, from);
      }
    }
  }

  private appender(instance: number): LogAppender {
    let appender = this.appenders.get(instance);
    if (!appender) {
      appender = new LogAppender(this.store, instance, segment => this.segment(segment));
      this.appenders.set(instance, appender);
    }
    return appender;
  }

  private segment(index: number): Uint8Array {
    const segment = this.decoding?.module.dataSegments[index];
    if (!segment) throw new RangeError(`the module has no data segment ${index}`);
    return segment.bytes;
  }
}

function decodingOf(bytes: Uint8Array, level: Exclude<RecordLevel, 'calls'>): Decoding {
  const module = readModule(bytes);
  return { module, recorded: recordAccesses(module, { level, log: 'compact' }) };
}
