// The memory of a program that is recorded: the instances over it, of whatever modules, and the calls that the program makes of them.
import { now } from '../../platform/clock.ts';
import type { Trap } from '../../protocol/call.ts';
import { CODED_INSTANCES } from '../../protocol/owner.ts';
import type { ComparedMemory, ImportOf } from '../../protocol/recording.ts';
import { messageOf } from '../../protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { type Import, linearMemory } from '../../wasm/module.ts';
import { NO_FRAME } from '../../wasm/record/entries.ts';
import { SUSPENDING, suspendingModule } from '../../wasm/suspendingImport.ts';
import type { FunctionType } from '../../wasm/types.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { type Place, RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { SeenMemory, type TellFound } from '../../wire/seenMemory.ts';
import { attempt, CallRecorder, type NewCall, type Outcome, resultOf } from '../callRecorder.ts';
import type { HostFunction } from '../host/hostModule.ts';
import { recordResults } from '../host/imports.ts';
import { describeTrap } from '../traps.ts';
import { type BorderCounts, Borders } from './borders.ts';
import { type Fiber, Fibers, OUTSIDE } from './fibers.ts';
import {
  type FunctionWrappers,
  type GuestFunction,
  isExportedFunction,
  isGuestFunction,
  type SuspendingImport,
} from './functionWrappers.ts';
import type { ThreadNews } from './otherThreads.ts';
import { moduleOfFrame, type ProgramModule } from './programModule.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';
import { ProgramStacks } from './programStacks.ts';
import { RecordedPart } from './recordedPart.ts';
import { putSegments } from './segmentsInStep0.ts';
import { needStackRoom } from './stackRoom.ts';

/** How the making of an instance is called in the list of calls. */
const INSTANTIATION = '(instantiation)';

/** So many host functions under way are no sign of a recursion. */
const SHALLOW = 8;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * `proc_exit` of node:wasi with `returnOnExit: false`. In a thread it ends the whole process from outside of JavaScript, and the recording
 * with it; what the program wants is to end itself. Others who provide WASI may bind a function of that name, too: theirs stays, where
 * node:wasi was never used.
 */
function isNativeExit({ module, name }: Import, value: unknown): boolean {
  if (!(module.startsWith('wasi_') && name === 'proc_exit' && isGuestFunction(value))) return false;
  const loaded: unknown = Reflect.get(process, 'moduleLoadList');
  return value.name === `bound ${name}` && Array.isArray(loaded) && loaded.includes('Internal Binding wasi');
}

/** An instance that is recorded. */
interface ProgramInstance {
  readonly index: number;
  readonly of: ProgramModule;
}

export interface RecordedMemoryParts {
  readonly memory: WebAssembly.Memory;
  readonly wrappers: FunctionWrappers;
  readonly request: ProgramRequest;
  /** What other threads of the program tell. */
  readonly news: ThreadNews;
  /** Whether guests look for what the host wrote where they access memory: it must not be shared then. */
  readonly isExact: boolean;
  readonly emit: (event: ProgramEvent) => void;
  /** Told why nothing more is recorded. */
  readonly lost: (fault: string) => void;
}

export class RecordedMemory {
  private readonly known: KnownMemory;
  private readonly outlet: RecordingOutlet;
  private readonly recorder: CallRecorder;
  private readonly borders: Borders;
  private readonly modules: ProgramModule[] = [];
  private readonly stacks = new ProgramStacks(this.modules);
  /** The instances that have a table or were given it. Who else puts functions there is not known. */
  private readonly tables = new WeakMap<WebAssembly.Table, Set<ProgramInstance>>();
  /** What calls of a function are called. */
  private readonly names = new WeakMap<GuestFunction, string>();
  private instances = 0;
  /** Step 0 is told. */
  private hasBegun = false;
  /** Nothing is told now: only a part of the program is recorded. */
  private isOff = false;
  private readonly part: RecordedPart;
  /** Stacks of what was thrown out of calls, as they were first: then they become what the program is to see. */
  private readonly thrownStacks = new WeakMap<object, Trap['stack']>();
  /** An instance is being made, and what that puts into memory is not known. */
  private isUnsure = false;
  /** Size of the memory that was told last, in bytes. */
  private toldBytes = 0;
  private isLost = false;
  /** Host functions under way, the innermost one last. */
  private readonly under: { readonly of: ImportOf; readonly place: Place }[] = [];
  private readonly fibers: Fibers;
  /** Null where guests don't look for what the host wrote. */
  private readonly seen: SeenMemory | null;

  constructor(private readonly parts: RecordedMemoryParts) {
    const { memory, request, isExact } = parts;
    const { wire, record, part } = request;
    this.part = new RecordedPart(part);
    const kept = this.isShared ? memory : null;
    // The program writes, too: memory is compared to find that.
    this.outlet = new RecordingOutlet(wire, { level: record, memory: kept, isWhole: false, isExact, now });
    const tellFound: TellFound = found => {
      if (!this.isOff) this.outlet.hostFound(found, this.isWhole);
    };
    this.seen = isExact ? new SeenMemory(memory, tellFound) : null;
    this.fibers = new Fibers(this.outlet);
    this.known = new KnownMemory(memory, this.outlet.touched);
    this.borders = new Borders(memory, this.known, () => this.outlet.waitedNs, now);
    this.recorder = new CallRecorder({
      outlet: this.outlet,
      memory,
      describe: thrown => this.describe(thrown),
      now: () => now() - BigInt(this.borders.tookNs),
      look: () => this.lookAfter(),
      watched: () => null,
    });
    if (!this.part.isWhole) this.switchOff();
  }

  get memory(): WebAssembly.Memory {
    return this.parts.memory;
  }

  private get isShared(): boolean {
    return this.memory.buffer instanceof SharedArrayBuffer;
  }

  /** How often host and guest took turns, and how often only a part of memory was compared there. */
  get borderCounts(): BorderCounts {
    return this.borders.counts;
  }

  /** The host is about to run, in an import or where guests return. */
  hostRuns(): void {
    this.seen?.hostRuns();
  }

  /** Whether parts of memory were not looked at, since they lie far from all that is known. */
  get isSeenWhole(): boolean {
    return this.known.isSeenWhole;
  }

  /** No more instances can be told apart. */
  get isFull(): boolean {
    return this.instances >= CODED_INSTANCES;
  }

  /** The modules that are recorded, in the order of their first instances. */
  get recorded(): readonly ProgramModule[] {
    return this.modules;
  }

  /**
   * Makes an instance over the memory. What the first one's data segments put there belongs to step 0, which has no writers.
   * @param imports with which the module can be linked
   */
  makeInstance(of: ProgramModule, imports: object): WebAssembly.Instance {
    const instance = { index: this.instances++, of };
    const given = this.importObject(instance, imports);
    const placed = of.placedSegments(imports);
    this.addModule(of);
    if (!this.hasBegun && !this.isOff) this.begin(of, placed);
    else if (!placed) this.isUnsure = true;
    const isFirst = this.instances === 1;
    const segments = isFirst || this.isOff ? [] : (placed ?? []);
    const make = (): WebAssembly.Instance => {
      this.outlet.addImports(given, of.guest.rewritten, instance.index);
      this.seen?.addImports(given, of.guest.rewritten.addedImports);
      this.outlet.instance(of.index);
      this.putSegments(of, segments);
      try {
        return new WebAssembly.Instance(of.guest.compiled, given);
      } finally {
        this.hostRuns();
      }
    };
    try {
      // The making of the first instance is told where code ran in it.
      const isSilent = isFirst && !of.hasStart && placed !== null;
      const made = isSilent || this.isOff ? make() : this.recordMaking(instance, make);
      this.hideExports(made, instance);
      return made;
    } finally {
      this.isUnsure = false;
    }
  }

  /** The wrapper of a function that was in a table; the function itself where the table is none of recorded instances. */
  wrapEntry(table: WebAssembly.Table, entry: GuestFunction): GuestFunction {
    const sharers = this.tables.get(table);
    if (!sharers) return entry;
    const [instance] = sharers;
    if (sharers.size === 1 && instance) return this.wrap(entry, instance);
    // Whose it is, only its entry knows, which tells of its calls.
    return this.parts.wrappers.wrap(entry, entry.name, args => this.callUnknown(entry, args));
  }

  /** The program ends: what it wrote since the last call, or a call out of which it ended itself. */
  finish(): void {
    if (this.isLost || this.isOff) return;
    this.tell(this.known.look());
    if (this.recorder.isInCall) this.recorder.stop(this.memory.buffer.byteLength);
  }

  private addModule(of: ProgramModule): void {
    if (this.modules[of.index]) return;
    this.modules.push(of);
    const { guest, module, name } = of;
    this.outlet.module(name, module.bytes, guest.rewritten);
    const pages = this.memory.buffer.byteLength / WASM_PAGE_BYTES;
    const summaries = this.modules.map(each => each.summary(pages));
    const notes = new Set(this.modules.flatMap(each => each.guest.recordNote ?? []));
    this.parts.emit({
      type: 'modules',
      modules: summaries,
      importCalls: new Uint32Array(summaries.reduce((count, { imports }) => count + imports.length, 0)),
      record: guest.record,
      recordNote: notes.size === 0 ? null : [...notes].join(' '),
      notes: [],
    });
  }

  /** What is to be said of the part that is recorded; null where that is everything. */
  get partNote(): string | null {
    return this.part.note;
  }

  /** From here on nothing is told, until a call is to be recorded that the host makes by itself. */
  private switchOff(): void {
    this.isOff = true;
    this.outlet.divertRecords(() => {});
  }

  private switchOn(): void {
    this.isOff = false;
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
    this.hasBegun = true;
    this.toldBytes = this.memory.buffer.byteLength;
  }

  /** Whether a call is recorded that is about to be made: what is made in another one goes with it. */
  private takes(name: string): boolean {
    const isOutermost = !this.recorder.isInCall && this.under.length === 0;
    if (!isOutermost) return !this.isOff;
    const isTaken = this.part.takes(name);
    if (isTaken && this.isOff) this.switchOn();
    if (isTaken || this.isOff) return isTaken;
    this.border([]);
    this.switchOff();
    return false;
  }

  /** Step 0: memory as it is before the first instance is made, with its data segments in their places. */
  private begin(of: ProgramModule, placed: readonly (readonly [number, number])[] | null): void {
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
    this.hasBegun = true;
    this.toldBytes = this.memory.buffer.byteLength;
  }

  /** What is there before is lost, and so is looked at. */
  private putSegments({ module }: ProgramModule, placed: readonly (readonly [number, number])[]): void {
    if (placed.length === 0) return;
    for (const [segment, address] of placed) this.seen?.comeBetween(address, module.dataSegments[segment].size);
    this.outlet.segments(placed);
  }

  private recordMaking({ index }: ProgramInstance, make: () => WebAssembly.Instance): WebAssembly.Instance {
    let made: WebAssembly.Instance | null = null;
    this.record({ kind: 'instantiation', instance: index, function: INSTANTIATION, args: [] }, () => {
      made = make();
    });
    if (!made) throw new TypeError('an instance that was not made has thrown');
    return made;
  }

  private importObject(instance: ProgramInstance, imports: object): Record<string, WebAssembly.ModuleImports> {
    const { module, guest } = instance.of;
    const given: Record<string, WebAssembly.ModuleImports> = Object.create(null);
    module.imports.forEach((each, index) => {
      const from: unknown = Reflect.get(imports, each.module);
      if (!isObject(from)) return; // V8 says so
      given[each.module] ??= Object.create(null);
      const of = { instance: instance.index, import: index };
      given[each.module][each.name] = this.imported(each, instance, of, Reflect.get(from, each.name));
    });
    const { module: from, name } = guest.rewritten.memoryImport;
    if (!linearMemory(module)?.imported) given[from] = { ...given[from], [name]: this.memory };
    return given;
  }

  /** What the program gives for an import; of its own functions it is recorded what they give back. */
  private imported(each: Import, instance: ProgramInstance, of: ImportOf, value: unknown): WebAssembly.ImportValue {
    if (value instanceof WebAssembly.Table) this.shareTable(value, instance);
    if (isNativeExit(each, value)) return (code: number) => process.exit(code);
    const inner = this.parts.wrappers.unwrap(value);
    const suspending = each.kind === 'function' ? this.parts.wrappers.suspendingOf(value) : null;
    const between = suspending && each.kind === 'function' && this.suspending(suspending, each.type, instance, of);
    if (between) return between;
    // Calls of another instance are told by its entries.
    if (each.kind !== 'function' || !isGuestFunction(value) || isExportedFunction(inner))
      return inner as WebAssembly.ImportValue; // whatever the program gives: V8 checks it
    const number = instance.of.firstImport + of.import;
    return recordResults(
      this.watched(value, instance, of),
      number,
      each.type?.results ?? [],
      this.outlet.imports,
    ) as WebAssembly.ImportValue;
  }

  private shareTable(table: WebAssembly.Table, instance: ProgramInstance): void {
    const sharers = this.tables.get(table) ?? new Set();
    this.tables.set(table, sharers.add(instance));
  }

  /** The same host function: where it returns or throws, what it wrote is told. */
  private watched(call: HostFunction, instance: ProgramInstance, of: ImportOf): HostFunction {
    return (...args) => {
      this.checkStack();
      let returned: unknown;
      this.hostRuns();
      const { place } = this.outlet;
      this.under.push({ of, place });
      this.stacks.leaveGuest();
      try {
        const given = args.map(each => this.given(each, instance));
        returned = this.parts.wrappers.unwrap(Reflect.apply(call, undefined, given));
      } finally {
        this.stacks.enterGuest();
        this.border([...args, returned]);
        this.under.pop();
        this.fibers.goTo(place);
      }
      return returned;
    };
  }

  /** An import that may suspend its caller, with what tells when it goes on; null where that can't be made for its type. */
  private suspending(
    { host, wrap }: SuspendingImport,
    type: FunctionType | null,
    instance: ProgramInstance,
    of: ImportOf,
  ): WebAssembly.ImportValue | null {
    const bytes = type && suspendingModule(type);
    if (!bytes) return null;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      [SUSPENDING.host]: {
        [SUSPENDING.import]: wrap(this.watched(host, instance, of)),
        [SUSPENDING.leave]: () => this.fibers.leave(),
        [SUSPENDING.back]: (token: number) => {
          this.fibers.back(token);
          this.under.push({ of, place: this.outlet.place });
          this.border([]);
          this.under.pop();
        },
      },
    });
    return exports[SUSPENDING.call];
  }

  /** What `WebAssembly.promising` made of a function, of which the function's entry tells the calls. */
  promised(inner: GuestFunction, promising: GuestFunction): GuestFunction {
    const wrapper: GuestFunction = (...args) =>
      this.callPromising(promising, this.names.get(inner) ?? promising.name, args);
    Object.defineProperties(wrapper, {
      name: { value: promising.name, configurable: true },
      length: { value: inner.length, configurable: true },
    });
    return wrapper;
  }

  private callPromising(promising: GuestFunction, name: string, args: readonly unknown[]): unknown {
    const given = this.unwrapAll(args);
    const here = this.here();
    const isTaken = !this.isLost && this.takes(name);
    this.border(args);
    const fiber = isTaken ? this.fibers.begin() : null;
    if (!fiber) return this.left(() => promising(...given));
    let promise: unknown;
    try {
      promise = promising(...given);
    } finally {
      this.hostRuns();
      const isOver = fiber.waits === 0 && this.outlet.place.frame === NO_FRAME;
      this.fibers.goTo(here);
      if (isOver) this.fibers.end(fiber);
    }
    if (!(promise instanceof Promise) || !this.fibers.has(fiber)) return promise;
    return promise.then(
      value => {
        this.fibers.end(fiber);
        return value;
      },
      thrown => {
        this.endTrapped(fiber, thrown);
        throw thrown;
      },
    );
  }

  private describe(thrown: unknown): Trap {
    const trap = describeTrap(thrown, url => this.modules[moduleOfFrame(url) ?? -1]?.frames ?? null);
    if (!isObject(thrown)) return trap;
    const stack = this.thrownStacks.get(thrown) ?? trap.stack;
    this.thrownStacks.set(thrown, stack);
    return { ...trap, stack };
  }

  private endTrapped(fiber: Fiber, thrown: unknown): void {
    this.fibers.goTo({ thread: fiber.thread, frame: NO_FRAME });
    this.recorder.endTrapped(thrown);
    this.fibers.goTo(OUTSIDE);
    this.fibers.end(fiber);
  }

  /** Where the program is: in a host function that a guest called, or in none. */
  private here(): Place {
    const place = this.under.at(-1)?.place ?? OUTSIDE;
    this.fibers.goTo(place);
    return place;
  }

  /** Guests and host that call each other without an end run out of stack. */
  private checkStack(): void {
    if (this.under.length > SHALLOW) needStackRoom();
  }

  /** Puts wrappers in the place of an instance's functions. */
  private hideExports(made: WebAssembly.Instance, instance: ProgramInstance): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(made.exports)) {
      if (value instanceof WebAssembly.Table) this.shareTable(value, instance);
      exports[name] = isGuestFunction(value) ? this.wrap(value, instance, name) : value;
      if (isGuestFunction(value) && this.names.get(value) !== name) this.tellName(exports, name, value);
    }
    Object.defineProperty(made, 'exports', { value: Object.freeze(exports), enumerable: true, configurable: true });
  }

  /** A function that has several names: its calls have the one by which the program took it last. */
  private tellName(exports: Record<string, unknown>, name: string, inner: GuestFunction): void {
    const wrapper = exports[name];
    for (const each of Object.keys(exports).filter(other => exports[other] === wrapper))
      Object.defineProperty(exports, each, {
        enumerable: true,
        configurable: true,
        get: () => {
          this.names.set(inner, each);
          return wrapper;
        },
      });
  }

  /** Nothing more is recorded, by a fault of the recorder's own; the program goes on. */
  private lose(error: unknown): void {
    if (this.isLost) return;
    this.isLost = true;
    this.outlet.close();
    this.parts.lost(messageOf(error));
  }

  private call(instance: ProgramInstance, name: string, args: readonly unknown[], enter: GuestFunction): unknown {
    const call = { kind: 'call', instance: instance.index, function: name, args } as const;
    const given = this.unwrapAll(args);
    const returned = this.record(call, () => enter(...given), instance.of.indexOf(enter));
    // Several results are an array that V8 makes; a single one may be an array of the program's, which stays what it is.
    const { functions } = instance.of.module;
    const several = Array.isArray(returned) && (functions[instance.of.indexOf(enter)]?.results.length ?? 0) > 1;
    return several ? returned.map(each => this.given(each, instance)) : this.given(returned, instance);
  }

  /** A function of an unknown instance. */
  private callUnknown(enter: GuestFunction, args: readonly unknown[]): unknown {
    this.here();
    this.border(args);
    const { wrappers } = this.parts;
    const returned = this.left(() => enter(...this.unwrapAll(args)));
    return Array.isArray(returned) ? returned.map(each => wrappers.wrapper(each)) : wrappers.wrapper(returned);
  }

  private unwrapAll(args: readonly unknown[]): readonly unknown[] {
    return args.some(isGuestFunction) ? this.parts.wrappers.unwrapAll(args) : args;
  }

  /** What a function of an instance gave to the program: of a function, its wrapper. */
  private given(value: unknown, instance: ProgramInstance): unknown {
    const known = this.parts.wrappers.wrapper(value);
    if (known !== value || !isGuestFunction(value) || !isExportedFunction(value)) return known;
    return this.wrap(value, instance);
  }

  /** @param exported the name by which the program has it; its calls are called so */
  private wrap(inner: GuestFunction, instance: ProgramInstance, exported: string | null = null): GuestFunction {
    const index = instance.of.indexOf(inner);
    const ownName = index === NO_FUNCTION ? inner.name : String(index);
    const name = exported ?? instance.of.nameOf(index);
    if (!this.names.has(inner)) this.names.set(inner, name);
    return this.parts.wrappers.wrap(inner, ownName, args =>
      this.call(instance, this.names.get(inner) ?? name, args, inner),
    );
  }

  /** @param entered index of the function in its module; absent while an instance is made */
  private record(call: NewCall, enter: () => unknown, entered = NO_FUNCTION): unknown {
    const made = this.isLost ? attempt(enter) : this.attemptRecorded(call, enter, entered);
    if ('thrown' in made) this.stacks.restore(made.thrown);
    return resultOf(made);
  }

  private attemptRecorded(call: NewCall, enter: () => unknown, entered: number): Outcome {
    this.checkStack();
    let outcome: Outcome | null = null;
    const enterOnce = (): unknown => {
      this.stacks.enterGuest();
      outcome = attempt(enter);
      this.stacks.leaveGuest();
      this.hostRuns();
      return resultOf(outcome);
    };
    try {
      this.here();
      if (this.takes(call.function)) {
        this.border(call.args);
        if (this.recorder.isInCall) this.outlet.imports.entered(call.instance, entered, call.args);
        this.recorder.record(call, enterOnce);
      } else {
        const frame = this.outlet.enterInstance(call.instance);
        attempt(enterOnce);
        this.outlet.leaveInstance(frame);
      }
    } catch (error) {
      this.lose(error);
    }
    return outcome ?? attempt(() => this.left(enter));
  }

  /** Enters guests; when they are left, the host runs. */
  private left<T>(enter: () => T): T {
    try {
      return enter();
    } finally {
      this.hostRuns();
    }
  }

  /** Guests go on: what the host wrote until now stands before what they do. @param values what is told them */
  private border(values: readonly unknown[]): void {
    if (!this.hasBegun || this.isLost || this.isOff) return;
    try {
      this.borders.pass(values, look => this.tell(look));
    } catch (error) {
      this.lose(error);
    }
  }

  private tell(look: ComparedMemory): void {
    const within = this.under.at(-1)?.of ?? null;
    const isNews = look.changes.pages.length > 0 || look.memoryBytes !== this.toldBytes;
    this.toldBytes = look.memoryBytes;
    const isThreaded = this.isShared && !this.parts.news.isEmpty;
    if (isNews) this.outlet.hostWrote(look, within, isThreaded);
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

  /** Whether the log tells of all that guests write. */
  private get isWhole(): boolean {
    return !this.isUnsure && this.modules.every(({ guest }) => guest.rewritten.plan?.isWhole);
  }
}
