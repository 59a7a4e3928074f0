// The end of the wire where guests run: tells the recording thread what happens to memory, in order.

import type { EndedCall, Trap } from '../protocol/call.ts';
import type { CallStack } from '../protocol/callStack.ts';
import type { PageChanges, Printed } from '../protocol/engine.ts';
import type { LostViews } from '../protocol/lostViews.ts';
import type {
  ComparedMemory,
  FoundWrite,
  GuestStop,
  HostWrite,
  ImportOf,
  Looked,
  RecordingEvent,
} from '../protocol/recording.ts';
import type { RecordLevel } from '../protocol/run.ts';
import type { ThreadDuplicate } from '../protocol/threadAllocations.ts';
import type { Address } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';
import { NO_FRAME } from '../wasm/record/entries.ts';
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { type RewrittenModule, stateOf } from '../wasm/record/recordAccesses.ts';
import { AccessLog } from './accessLog.ts';
import { type Backlog, backlogLimit, bytesOnTheWay, send, waitForBacklog } from './backlog.ts';
import { type EventPort, type EventRingMemory, EventWriter } from './eventRing.ts';
import { GuestStacks } from './guestStacks.ts';
import { type GuestTime, guestEntered, guestGoesOn, guestPaused } from './guestTime.ts';
import { ImportLog } from './importLog.ts';
import { newTouchedPages, type TouchedPages } from './knownMemory.ts';

/** So many bytes of what imports gave back go as text. */
const RECORDS_IN_LINE = 128;

/** What both ends of the wire share. */
export interface Wire {
  readonly events: EventRingMemory;
  readonly backlog: Backlog;
}

/** The end where guests run has these, too. */
export interface OutletWire extends Wire {
  readonly port: EventPort;
  readonly time: GuestTime;
}

export interface OutletOptions {
  readonly level: RecordLevel;
  /** Null where it is not shared, so that another thread can't have it. */
  readonly memory: WebAssembly.Memory | null;
  /** See the event `attached`. */
  readonly isWhole: boolean;
  readonly isExact?: boolean;
  /** Nanoseconds of the clock that all threads share. */
  readonly now: () => bigint;
}

/** Whose code the log takes records of. */
export interface Place {
  /** Of the recording: a stack of guests. */
  readonly thread: number;
  /** See `entries.ts`. */
  readonly frame: number;
}

/** Where a guest was stopped by a trap in its code: `somewhere` where nothing tells where; null where there was none. */
export type Stopped = GuestStop | 'somewhere' | null;

/** Takes records of the making of instances: they are no part of the history. */
export type TakeRecords = (records: Uint8Array, stop: GuestStop | null) => void;

export class RecordingOutlet {
  /** What host functions give back. */
  readonly imports: ImportLog;
  readonly stacks = new GuestStacks();
  /** Where the recording has seen writes. */
  readonly touched: TouchedPages = newTouchedPages();
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
  private readonly events: EventWriter<RecordingEvent>;
  /** Of the log, as many as may be on their way: a chunk is never written while somebody needs what is in it. */
  private readonly chunks: number;
  private thread = 0;
  private takeRecords: TakeRecords | null = null;
  private isClosed = false;
  private waited = 0;
  private waitingSince = 0n;
  private wasRunning = false;

  constructor(
    private readonly wire: OutletWire,
    private readonly options: OutletOptions,
  ) {
    const { level, memory, isWhole, isExact = false } = options;
    this.events = new EventWriter(wire.events, wire.port, waits => this.countWaiting(waits));
    this.imports = new ImportLog((records, end) => {
      // A message takes ten times as long as a line, and guests that call the host in each call have a record or two in each.
      if (records.length <= RECORDS_IN_LINE) this.events.write({ type: 'imports', records: [...records], end });
      else this.events.post({ type: 'imports', records, end }, [records.buffer]);
    });
    this.chunks = Math.max(2, Math.floor(backlogLimit(wire.backlog) / CHUNK_BYTES));
    const keep = (records: Uint8Array, stop: GuestStop | null): void => this.keep(records, stop);
    this.log = level === 'calls' ? null : new AccessLog(keep, this.chunks, start => this.leaveChunk(start));
    const taken = this.log?.takenWord ?? new Int32Array(new SharedArrayBuffer(4));
    const [log, imports] = [this.log?.memory ?? null, this.imports.memory];
    this.events.post({ type: 'attached', level, memory, log, taken, imports, touched: this.touched, isWhole, isExact });
  }

  /** Nanoseconds that guests have waited for the recording thread. */
  get waitedNs(): number {
    return this.waited;
  }

  /** Nothing more is told, and nobody waits for the recording. */
  close(): void {
    this.isClosed = true;
    this.events.close();
  }

  /** What an instance of a recorded module imports beside the module's own imports. */
  addImports(
    imports: WebAssembly.Imports,
    rewritten: Pick<RewrittenModule, 'addedImports' | 'stackPointer' | 'shared'>,
    instance: number,
  ): void {
    this.log?.addImports(imports, rewritten.addedImports, instance);
    this.stacks.addImports(imports, rewritten, instance);
  }

  /** @param module its bytes, and the functions of allocators that the user names */
  module(
    name: string,
    { bytes, allocators }: Pick<Module, 'bytes' | 'allocators'>,
    rewritten: Pick<RewrittenModule, 'plan' | 'shared'>,
  ): void {
    const { plan } = rewritten;
    this.events.post({ type: 'module', name, bytes, plan, instanceState: stateOf(rewritten), allocators });
  }

  /** @param module index of the module of which an instance is being made */
  instance(module: number): void {
    this.events.write({ type: 'instance', thread: this.thread, module });
  }

  /** @param placed index and address of the data segments that instantiation puts into memory */
  segments(placed: readonly (readonly [segment: number, address: number])[]): void {
    this.flush(null);
    this.events.write({ type: 'segments', placed });
  }

  /** Until step 0, or until they are told again, records go to `take`. */
  divertRecords(take: TakeRecords): void {
    this.flush(null);
    this.takeRecords = take;
  }

  /** Records are told again, from here on. What guests did meanwhile is found by comparing memory. */
  goOnTelling(): void {
    this.flush(null);
    this.takeRecords = null;
    this.recordsLeftOut();
  }

  /** Guests may have written until now what no record tells: what is found next is not the host's. */
  recordsLeftOut(): void {
    this.events.write({ type: 'records-left-out' });
  }

  /**
   * Step 0.
   * @param stop where the guest trapped while instances were made
   * @param segments address and size of what data segments put into memory
   */
  begin(
    memory: () => { readonly changes: PageChanges; readonly memoryBytes: number },
    stop: Stopped,
    segments: readonly (readonly [address: number, size: number])[] = [],
  ): void {
    this.flush(stop);
    this.takeRecords = null;
    const { changes, memoryBytes } = memory();
    this.postChanges({ type: 'begun', changes, memoryBytes, segments }, changes);
  }

  /** A function is entered. @param call without its thread: that is the one under way */
  beginCall(call: Omit<Extract<RecordingEvent, { type: 'call-begun' }>['call'], 'thread'>): void {
    this.flush(null); // what the calling one has done so far
    this.events.write({ type: 'call-begun', call: { ...call, thread: this.thread } });
  }

  /** Code of an instance is entered, by the call that was told last. @returns what {@link leaveInstance} takes */
  enterInstance(instance: number): number {
    return this.log?.goInto(instance) ?? NO_FRAME;
  }

  leaveInstance(frame: number): void {
    this.log?.goBack(frame);
  }

  get place(): Place {
    return { thread: this.thread, frame: Number(this.log?.frame.value ?? NO_FRAME) };
  }

  /**
   * Code of another place runs next.
   * @param hasTrapped the code that ran until now, at an unknown place: the records that it had not saved are left out
   */
  goTo({ thread, frame }: Place, hasTrapped = false): void {
    if (hasTrapped) this.leaveOutRest();
    if (thread !== this.thread) {
      this.flush(null);
      this.stacks.forget();
    }
    this.thread = thread;
    this.log?.goBack(frame);
  }

  /** Guest code runs from here on, which counts as its time. */
  guestEntered(): void {
    guestEntered(this.wire.time, this.options.now());
  }

  watch(address: Address): void {
    this.events.write({ type: 'watched', address });
  }

  print(printed: Printed): void {
    this.events.write({ type: 'printed', thread: this.thread, printed });
  }

  /** Guest code has returned, and what follows is no time of its own. */
  guestLeft(): void {
    guestPaused(this.wire.time, this.options.now());
  }

  /**
   * The innermost call ends.
   * @param memory null where it was not compared
   * @param stop where the guest trapped; null where it returned or threw an exception
   */
  endCall(call: EndedCall, memory: ComparedMemory | null, stop: Stopped, stack: CallStack | null = null): void {
    this.flush(stop);
    if (stack) this.events.write({ type: 'call-stack', thread: this.thread, stack });
    const event = { type: 'call-ended', thread: this.thread, call, memory } as const;
    if (memory) this.postChanges(event, memory.changes);
    else this.events.write(event);
  }

  /**
   * Code that was entered without a call that is told has trapped.
   * @param depth of the frame that it was entered from
   * @param stop where
   */
  endEntered(trap: Trap, depth: number, memoryBytes: number, stop: Stopped): void {
    this.flush(stop);
    this.events.write({ type: 'entered-trapped', thread: this.thread, depth, trap, memoryBytes });
  }

  /** Before guests go on: what the host changed since they were left. @param within the host function that returns */
  hostWrote(memory: ComparedMemory, within: ImportOf | null, isThreaded = false): void {
    this.flush(null);
    this.postChanges({ type: 'host-wrote', within, isThreaded, ...memory }, memory.changes);
  }

  /** The same where it changed nothing. */
  looked({ lookedAt, skipped }: Looked, isThreaded = false): void {
    this.flush(null);
    this.events.write({ type: 'looked', lookedAt, skipped, isThreaded });
  }

  /** The host writes by views that it may have lost, or does so no more. */
  viewsLost(lost: LostViews): void {
    this.flush(null);
    this.events.write({ type: 'views-lost', thread: this.thread, lost });
  }

  /** Two threads of a program were handed out the same. */
  allocatedTwice(duplicate: ThreadDuplicate): void {
    this.flush(null);
    this.events.write({ type: 'allocated-twice', thread: this.thread, duplicate });
  }

  /**
   * A guest came upon what the host wrote.
   * @param position as its code tells it
   * @param isHosts whether nobody else can have written it
   */
  hostFound({ at: position, ...found }: FoundWrite, isHosts: boolean): void {
    const at = this.log?.placeOf(position) ?? 0;
    this.events.write({ type: 'host-found', at, ...found, isHosts });
  }

  /** A host function, or the user between calls, has written to memory just now. The bytes are handed over, not copied. */
  hostWroteBytes(write: HostWrite): void {
    this.flush(null);
    this.waitFor(backlogLimit(this.wire.backlog));
    send(this.wire.backlog, write.bytes.length);
    this.events.post({ type: 'host-wrote-bytes', ...write }, [write.bytes.buffer]);
  }

  private flush(stop: Stopped): void {
    this.imports.flush();
    if (stop === 'somewhere') this.leaveOutRest();
    if (stop && stop !== 'somewhere') this.log?.flushStopped(stop);
    else this.log?.flush();
  }

  /** Code has trapped, nobody knows where: what it had not saved of its records can't be read. */
  private leaveOutRest(): void {
    this.log?.leaveOutRest();
    this.recordsLeftOut();
  }

  private keep(records: Uint8Array, stop: GuestStop | null): void {
    const { byteOffset: start, length: bytes } = records;
    if (this.takeRecords) this.takeRecords(records, stop);
    else this.events.write({ type: 'log', thread: this.thread, start, bytes, stop });
  }

  /** The recording thread clears the chunk once it is read. The next one is free where not all others are on their way. */
  private leaveChunk(start: number): void {
    send(this.wire.backlog, CHUNK_BYTES);
    this.events.write({ type: 'chunk-left', start });
    this.waitFor((this.chunks - 1) * CHUNK_BYTES);
  }

  /** Contents are handed over, not copied: a call may change hundreds of MiB. */
  private postChanges(event: RecordingEvent, { contents }: PageChanges): void {
    this.waitFor(backlogLimit(this.wire.backlog));
    send(this.wire.backlog, contents.length);
    this.events.post(event, [contents.buffer]);
  }

  /**
   * A guest may write faster than it can be recorded: it waits rather than fill the host's memory.
   * @param most bytes that may still be on their way
   */
  private waitFor(most: number): void {
    if (this.isClosed || bytesOnTheWay(this.wire.backlog) <= most) return;
    this.countWaiting(true);
    this.events.wake();
    waitForBacklog(this.wire.backlog, most);
    this.countWaiting(false);
  }

  /** What a guest waits is none of its time. */
  private countWaiting(waits: boolean): void {
    const now = this.options.now();
    if (waits) {
      this.waitingSince = now;
      this.wasRunning = guestPaused(this.wire.time, now);
      return;
    }
    this.waited += Number(now - this.waitingSince);
    if (this.wasRunning) guestGoesOn(this.wire.time, now);
  }
}
