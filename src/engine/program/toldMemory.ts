// What is told of the memory that is recorded, and of calls as they begin and end: step 0, what the host wrote before guests went on, and, where only a
// part of the program is recorded, nothing outside of it. Nothing more, either, after a fault of the recorder's own.
import { now } from '../../platform/clock.ts';
import { bufferOf } from '../../platform/plainApi.ts';
import type { Writer } from '../../protocol/lostViews.ts';
import type { ComparedMemory, ImportOf } from '../../protocol/recording.ts';
import { messageOf } from '../../protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { type Place, RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { SeenMemory, type TellFound } from '../../wire/seenMemory.ts';
import { CallRecorder } from '../callRecorder.ts';
import { type BorderCounts, Borders } from './borders.ts';
import { Fibers, OUTSIDE } from './fibers.ts';
import { LostViewsTeller } from './lostViews.ts';
import type { ProgramModule } from './programModule.ts';
import type { ProgramRequest } from './programRequest.ts';
import type { ProgramStacks } from './programStacks.ts';
import type { ProgramThreads } from './programThreads.ts';
import type { ReadBuffers } from './readBuffers.ts';
import { RecordedPart } from './recordedPart.ts';
import { putSegments } from './segmentsInStep0.ts';

/** Data segments with the addresses where they are put. */
export type PlacedSegments = readonly (readonly [segment: number, address: number])[];

export interface ToldMemoryParts {
  readonly memory: WebAssembly.Memory;
  readonly request: ProgramRequest;
  readonly stacks: ProgramStacks;
  /** The program's threads, of which only the one is recorded that makes this. */
  readonly threads: ProgramThreads;
  /** Whether guests look for what the host wrote where they access memory: it must not be shared then. */
  readonly isExact: boolean;
  /** Which buffers of memories the program has read. */
  readonly buffers: ReadBuffers;
  /** Told why nothing more is recorded. */
  readonly lost: (fault: string) => void;
}

/** A host function under way. */
interface HostRun {
  /** Which import of a recorded module it is; null for any other. */
  readonly of: ImportOf | null;
  readonly place: Place;
  /** Whether the host was seen to write meanwhile, and whether all of memory was compared for that. */
  wrote: boolean;
  isLookedAt: boolean;
}

export const newHostRun = (of: HostRun['of'], place: Place): HostRun => ({ of, place, wrote: false, isLookedAt: true });

export class ToldMemory {
  readonly outlet: RecordingOutlet;
  readonly recorder: CallRecorder;
  readonly fibers: Fibers;
  /** Null where guests don't look for what the host wrote. */
  readonly seen: SeenMemory | null;
  /** Host functions under way, the innermost one last. */
  readonly under: HostRun[] = [];
  /** Who writes by views that may be lost. */
  readonly views: LostViewsTeller;
  /** An instance is being made, and what that puts into memory is not known. */
  isUnsure = false;
  /** An instance that is not recorded has the memory, too, and writes to it. */
  hasOtherWriter = false;
  private readonly known: KnownMemory;
  private readonly borders: Borders;
  private readonly part: RecordedPart;
  /** What the host did since the last call that it made by itself. */
  private outside = newHostRun(null, OUTSIDE);
  /** All of memory was compared at the last border. */
  private wasWhole = true;
  /** Step 0 is told. */
  private hasStep0 = false;
  /** Nothing is told now: only a part of the program is recorded. */
  private isSwitchedOff = false;
  private isFaulty = false;
  /** Size of the memory that was told last, in bytes. */
  private toldBytes = 0;

  constructor(private readonly parts: ToldMemoryParts) {
    const { memory, request, isExact, buffers } = parts;
    const { wire, record, part } = request;
    this.part = new RecordedPart(part);
    const kept = this.isShared ? memory : null;
    // The program writes, too: memory is compared to find that.
    this.outlet = new RecordingOutlet(wire, { level: record, memory: kept, isWhole: false, isExact, now });
    const tellFound: TellFound = found => {
      if (!this.isOff) this.outlet.hostFound(found, this.isWhole);
    };
    this.seen = isExact ? new SeenMemory(memory, tellFound) : null;
    this.fibers = new Fibers(this.outlet, thread => this.under.some(({ place }) => place.thread === thread));
    this.views = new LostViewsTeller(memory, buffers, lost => this.outlet.viewsLost(lost));
    this.known = new KnownMemory(memory, this.outlet.touched);
    this.borders = new Borders(memory, this.known, () => this.outlet.waitedNs, now);
    this.recorder = new CallRecorder({
      outlet: this.outlet,
      memory,
      describe: thrown => this.stacks.describe(thrown),
      now: () => now() - BigInt(this.borders.tookNs),
      look: () => this.lookAfter(),
      watched: () => null,
    });
    if (!this.part.isWhole) this.switchOff();
  }

  get memory(): WebAssembly.Memory {
    return this.parts.memory;
  }

  get stacks(): ProgramStacks {
    return this.parts.stacks;
  }

  /** The modules that are recorded, in the order of their first instances. */
  get modules(): ProgramModule[] {
    return this.stacks.modules;
  }

  /** Whether step 0 is told. */
  get hasBegun(): boolean {
    return this.hasStep0;
  }

  /** Whether nothing is told now: only a part of the program is recorded. */
  get isOff(): boolean {
    return this.isSwitchedOff;
  }

  get isLost(): boolean {
    return this.isFaulty;
  }

  /** How often host and guest took turns, and how often only a part of memory was compared there. */
  get borderCounts(): BorderCounts {
    return this.borders.counts;
  }

  /** Whether parts of memory were not looked at, since they lie far from all that is known. */
  get isSeenWhole(): boolean {
    return this.known.isSeenWhole;
  }

  /** What is to be said of the part that is recorded; null where that is everything. */
  get partNote(): string | null {
    return this.part.note;
  }

  get isShared(): boolean {
    return bufferOf(this.memory) instanceof SharedArrayBuffer;
  }

  /** Whether the log tells of all that guests write. */
  private get isWhole(): boolean {
    return !this.isUnsure && this.modules.every(({ guest }) => guest.rewritten.plan?.isWhole);
  }

  /** Step 0: memory as it is before the first instance is made, with its data segments in their places. */
  begin(of: ProgramModule, placed: PlacedSegments | null): void {
    this.isUnsure = placed === null;
    const segments = (placed ?? []).map(
      ([segment, address]) => [address, of.module.dataSegments[segment].size] as const,
    );
    this.outlet.begin(
      () => {
        const look = this.known.look();
        this.seen?.know(look.changes);
        for (const [segment, address] of placed ?? []) this.seen?.put(address, of.module.dataSegments[segment].bytes);
        return { ...look, changes: putSegments(look, of.module, placed ?? []) };
      },
      null,
      segments,
    );
    for (const [address, size] of segments)
      for (let at = address; at < address + size; at += WASM_PAGE_BYTES) this.known.mayWrite([at, address + size - 1]);
    this.hasStep0 = true;
    this.toldBytes = bufferOf(this.memory).byteLength;
  }

  /** A late instance puts them there. What is there before is lost, and so is looked at. */
  putSegments({ module }: ProgramModule, placed: PlacedSegments): void {
    if (placed.length === 0) return;
    for (const [segment, address] of placed) this.seen?.comeBetween(address, module.dataSegments[segment].size);
    this.outlet.segments(placed);
  }

  /** Whether a call is recorded that is about to be made: what is made in another one goes with it. */
  takes(name: string): boolean {
    const isOutermost = !this.recorder.isInCall && this.under.length === 0;
    if (!isOutermost) return !this.isOff;
    const isTaken = this.part.takes(name);
    if (isTaken && this.isOff) this.switchOn();
    if (isTaken || this.isOff) return isTaken;
    this.border([]);
    this.switchOff();
    return false;
  }

  /** Where the program is: in a host function that a guest called, or in none. */
  here(): Place {
    const place = this.under.at(-1)?.place ?? OUTSIDE;
    this.fibers.goTo(place);
    return place;
  }

  /** A guest calls the host. What it wrote of which the log can't tell is found now, or it would count as the host's. */
  lookBeforeHost(): void {
    if (this.isWhole || !this.hasBegun || this.isLost || this.isOff) return;
    this.outlet.recordsLeftOut();
    this.border([]);
  }

  /** The host is about to run, in an import or where guests return. */
  hostRuns(): void {
    this.seen?.hostRuns();
  }

  /** Guests go on: what the host wrote until now stands before what they do. @param values what is told them */
  border(values: readonly unknown[]): void {
    if (!this.hasBegun || this.isLost || this.isOff) return;
    try {
      for (const each of this.parts.threads.duplicates()) this.outlet.allocatedTwice(each);
      const isWhole = this.borders.pass(values, look => this.tell(look));
      if (!(isWhole && this.wasWhole)) this.hostRun.isLookedAt = false;
      this.wasWhole = isWhole;
    } catch (error) {
      this.lose(error);
    }
  }

  /** A host function has returned, and what it wrote is told. */
  importReturned(by: Writer, { wrote, isLookedAt }: HostRun): void {
    if (this.knowsHost) this.views.called(by, isLookedAt ? wrote : null);
  }

  /** A call that the host makes by itself has begun. */
  callBegun(instance: number, name: string): void {
    const { wrote, isLookedAt } = this.outside;
    this.outside = newHostRun(null, OUTSIDE);
    if (this.knowsHost) this.views.called(this.views.writer('export', instance, name), isLookedAt ? wrote : null);
  }

  /** The host function under way, or what the host does by itself. */
  private get hostRun(): HostRun {
    return this.under.at(-1) ?? this.outside;
  }

  /** Whether all is the host's that is found to have changed while it ran. */
  private get knowsHost(): boolean {
    return this.hasBegun && !this.isOff && !this.isLost && this.isWhole && !this.hasOtherWriter;
  }

  /** Nothing more is recorded, by a fault of the recorder's own; the program goes on. */
  lose(error: unknown): void {
    if (this.isLost) return;
    this.isFaulty = true;
    this.outlet.close();
    this.parts.lost(messageOf(error));
  }

  /** The program ends: what it wrote since the last call, or a call out of which it ended itself. */
  finish(): void {
    if (this.isLost || this.isOff) return;
    this.tell(this.known.look());
    this.views.finish();
    for (const each of this.parts.threads.atEnd()) this.outlet.allocatedTwice(each);
    if (this.recorder.isInCall) this.recorder.stop(bufferOf(this.memory).byteLength);
  }

  /** From here on nothing is told, until a call is to be recorded that the host makes by itself. */
  private switchOff(): void {
    this.isSwitchedOff = true;
    this.outlet.divertRecords(() => {});
  }

  private switchOn(): void {
    this.isSwitchedOff = false;
    if (this.hasBegun) {
      this.outlet.goOnTelling();
      this.tell(this.known.look());
      return;
    }
    this.outlet.begin(() => {
      const look = this.known.look();
      this.seen?.know(look.changes);
      return look;
    }, null);
    this.hasStep0 = true;
    this.toldBytes = bufferOf(this.memory).byteLength;
  }

  private tell(look: ComparedMemory): void {
    const { hostRun: run } = this;
    const hasChanged = look.changes.pages.length > 0;
    if (hasChanged) run.wrote = true;
    const isNews = hasChanged || look.memoryBytes !== this.toldBytes;
    this.toldBytes = look.memoryBytes;
    const isThreaded = this.isShared && this.parts.threads.news.hasThreads;
    if (this.hasOtherWriter) this.outlet.recordsLeftOut();
    if (isNews) this.outlet.hostWrote(look, run.of, isThreaded);
    else this.outlet.looked(look, isThreaded);
    this.seen?.know(look.changes);
  }

  /** What guests write is in the log, but for what the log can't tell. */
  private lookAfter(): ComparedMemory | null {
    if (this.isWhole) return null;
    const look = this.known.lookNear();
    this.seen?.know(look.changes);
    return look;
  }
}
