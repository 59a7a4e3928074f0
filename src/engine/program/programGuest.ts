// The module of a program that is recorded: its instances over one memory, and the calls that the program makes of them.

import { sameBytes } from '../../platform/bytes.ts';
import { now } from '../../platform/clock.ts';
import { CODED_INSTANCES } from '../../protocol/owner.ts';
import type { ComparedMemory, ImportOf } from '../../protocol/recording.ts';
import type { ModuleSummary } from '../../protocol/run.ts';
import { messageOf } from '../../protocol/text.ts';
import { SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { globalValues, type Import, linearMemory, type Module } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { decodeLog, logReader } from '../../wasm/record/decodeLog.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { WrittenPages } from '../../wire/touchedPages.ts';
import { attempt, CallRecorder, type NewCall, type Outcome, resultOf } from '../callRecorder.ts';
import type { HostFunction } from '../host/hostModule.ts';
import { recordResults } from '../host/imports.ts';
import type { CompiledGuest } from '../input/compile.ts';
import { summarize } from '../input/inspect.ts';
import { describeTrap } from '../traps.ts';
import { type BorderCounts, Borders } from './borders.ts';
import { type FunctionWrappers, type GuestFunction, isExportedFunction, isGuestFunction } from './functionWrappers.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';
import { needStackRoom } from './stackRoom.ts';

/** How the making of an instance is called in the list of calls. */
const INSTANTIATION = '(instantiation)';

/** So many host functions under way are no sign of a recursion. */
const SHALLOW = 8;

/** The one module that is recorded. */
const MODULE = 0;

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

export class ProgramGuest {
  private readonly known: KnownMemory;
  private readonly outlet: RecordingOutlet;
  private readonly nameOf: (functionIndex: number) => string;
  private readonly tables = new WeakSet<WebAssembly.Table>();
  private readonly recorder: CallRecorder;
  private readonly borders: Borders;
  private instances = 0;
  /** Step 0 is told. */
  private hasBegun = false;
  /** An instance is being made, and what that puts into memory is not known. */
  private isUnsure = false;
  /** Size of the memory that was told last, in bytes. */
  private toldBytes = 0;
  private isLost = false;
  /** Host functions under way, the innermost one last. */
  private readonly under: ImportOf[] = [];

  /**
   * @param name what the user calls the module
   * @param memory the one that the instances are made over
   */
  constructor(
    private readonly module: Module,
    name: string,
    private readonly guest: CompiledGuest,
    private readonly memory: WebAssembly.Memory,
    private readonly wrappers: FunctionWrappers,
    { wire }: ProgramRequest,
    emit: (event: ProgramEvent) => void,
    /** Told why nothing more is recorded. */
    private readonly lost: (fault: string) => void,
  ) {
    this.nameOf = functionNamer(module);
    const { record, recordNote } = guest;
    const summary = summarize(module, name);
    const pages = memory.buffer.byteLength / WASM_PAGE_BYTES;
    const asGiven: ModuleSummary = {
      ...summary,
      memory: { ...summary.memory, pages },
      imports: summary.imports.map(each => ({ ...each, provided: 'program' })),
    };
    // Whom the program calls is its own affair.
    const importCalls = new Uint32Array(summary.imports.length);
    emit({ type: 'modules', modules: [asGiven], importCalls, record, recordNote, notes: [] });
    const kept = linearMemory(module)?.limits.shared ? memory : null;
    // The program writes, too: memory is compared to find that.
    this.outlet = new RecordingOutlet(wire, { level: record, memory: kept, isWhole: false, now });
    this.outlet.module(name, module.bytes, guest.rewritten);
    this.known = new KnownMemory(memory, this.outlet.touched);
    this.borders = new Borders(memory, this.known, () => this.outlet.waitedNs, now);
    this.recorder = new CallRecorder({
      outlet: this.outlet,
      memory,
      describe: thrown => describeTrap(thrown, this.nameOf, guest.rewritten),
      now: () => now() - BigInt(this.borders.tookNs),
      look: () => this.lookAfter(),
      watched: () => null,
    });
  }

  /** How often host and guest took turns, and how often only a part of memory was compared there. */
  get borderCounts(): BorderCounts {
    return this.borders.counts;
  }

  /** Whether parts of memory were not looked at, since they lie far from all that is known. */
  get isSeenWhole(): boolean {
    return this.known.isSeenWhole;
  }

  /** The first instance: what memory holds when it is made is step 0. */
  makeFirst(imports: object): WebAssembly.Instance {
    const written = new WrittenPages();
    const { plan } = this.guest.rewritten;
    this.outlet.divertRecords((records, stop) => {
      if (plan && !this.known.isSeenWhole) decodeLog(logReader(this.module, plan), records, written, stop);
    });
    written.addSegments(this.module, global => this.globalGiven(imports, global));
    const instance = this.make(imports);
    this.outlet.begin(
      () => {
        this.known.mayWrite(Array.from(written.pages, page => page * SHOWN_PAGE_BYTES));
        return this.known.look();
      },
      null,
      written.segments,
    );
    this.hasBegun = true;
    this.toldBytes = this.memory.buffer.byteLength;
    return instance;
  }

  /** One more instance over the same memory: its data segments and its start function write there. */
  makeFurther(imports: object): WebAssembly.Instance {
    let made: WebAssembly.Instance | null = null;
    const placed = this.placedSegments(imports);
    const call = { kind: 'instantiation', instance: this.instances, function: INSTANTIATION, args: [] } as const;
    try {
      this.record(call, () => {
        this.isUnsure = true; // V8 may refuse to link it, and then nothing is put anywhere
        made = this.make(imports, placed);
        this.isUnsure = placed.length < this.module.dataSegments.filter(({ memory }) => memory === 0).length;
      });
    } finally {
      this.isUnsure = false;
    }
    if (!made) throw new TypeError('an instance that was not made has thrown');
    return made;
  }

  /** No more instances can be told apart. */
  get isFull(): boolean {
    return this.instances >= CODED_INSTANCES;
  }

  /** Whether a module, by its bytes, is this one, and is to run over this memory. */
  isSame(bytes: Uint8Array, memory: unknown): boolean {
    return memory === this.memory && sameBytes(bytes, this.module.bytes);
  }

  /** The wrapper of a function that was in a table; the function itself where the table is none of this module's. */
  wrapEntry(table: WebAssembly.Table, entry: GuestFunction): GuestFunction {
    if (!this.tables.has(table)) return entry;
    return this.wrap(entry, 0, this.nameOf(this.indexOf(entry)));
  }

  /** The program ends: what it wrote since the last call, or a call out of which it ended itself. */
  finish(): void {
    if (this.isLost) return;
    this.tell(this.known.look(), this.under.at(-1) ?? null);
    if (this.recorder.isInCall) this.recorder.stop(this.memory.buffer.byteLength);
  }

  /** @param placed its data segments, where they are told one by one */
  private make(imports: object, placed: readonly [number, number][] = []): WebAssembly.Instance {
    const { compiled, rewritten } = this.guest;
    const given: Record<string, WebAssembly.ModuleImports> = Object.create(null);
    const made = this.instances++; // it counts also where it can't be made
    this.module.imports.forEach((each, index) => {
      const from: unknown = Reflect.get(imports, each.module);
      if (!isObject(from)) return; // V8 says so
      given[each.module] ??= Object.create(null);
      const of = { instance: made, import: index };
      given[each.module][each.name] = this.imported(each, of, Reflect.get(from, each.name));
    });
    const { module: from, name } = rewritten.memoryImport;
    if (!linearMemory(this.module)?.imported) given[from] = { ...given[from], [name]: this.memory };
    this.outlet.addImports(given, rewritten);
    this.outlet.instance(MODULE);
    if (placed.length > 0) this.outlet.segments(placed);
    const instance = new WebAssembly.Instance(compiled, given);
    this.hideExports(instance, made);
    return instance;
  }

  /** What the program gives for an import; of its own functions it is recorded what they give back. */
  private imported(each: Import, of: ImportOf, value: unknown): WebAssembly.ImportValue {
    if (value instanceof WebAssembly.Table) this.tables.add(value);
    const isRecorded =
      each.kind === 'function' && isGuestFunction(value) && !isExportedFunction(this.wrappers.unwrap(value));
    if (isNativeExit(each, value)) return (code: number) => process.exit(code);
    const types = each.kind === 'function' ? (each.type?.results ?? []) : [];
    const given = isRecorded ? recordResults(this.watched(value, of), of.import, types, this.outlet.imports) : value;
    return given as WebAssembly.ImportValue; // whatever the program gives: V8 checks it
  }

  /** The same host function: where it returns or throws, what it wrote is told. */
  private watched(call: HostFunction, of: ImportOf): HostFunction {
    return (...args) => {
      this.checkStack();
      let returned: unknown;
      this.under.push(of);
      try {
        returned = this.wrappers.unwrap(
          Reflect.apply(
            call,
            undefined,
            args.map(each => this.given(each, of.instance)),
          ),
        );
      } finally {
        this.border([...args, returned]);
        this.under.pop();
      }
      return returned;
    };
  }

  /** Guests and host that call each other without an end run out of stack. */
  private checkStack(): void {
    if (this.under.length > SHALLOW) needStackRoom();
  }

  /** Puts wrappers in the place of an instance's functions. */
  private hideExports(instance: WebAssembly.Instance, index: number): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(instance.exports)) {
      if (value instanceof WebAssembly.Table) this.tables.add(value);
      exports[name] = isGuestFunction(value) ? this.wrap(value, index, name) : value;
    }
    Object.defineProperty(instance, 'exports', { value: Object.freeze(exports), enumerable: true, configurable: true });
  }

  /** Nothing more is recorded, by a fault of the recorder's own; the program goes on. */
  private lose(error: unknown): void {
    if (this.isLost) return;
    this.isLost = true;
    this.outlet.close();
    this.lost(messageOf(error));
  }

  private call(instance: number, name: string, args: readonly unknown[], enter: GuestFunction): unknown {
    const given = args.some(isGuestFunction) ? this.wrappers.unwrapAll(args) : args;
    const call = { kind: 'call', instance, function: name, args } as const;
    const returned = this.record(call, () => enter(...given), enter);
    // Several results are an array that V8 makes; a single one may be an array of the program's, which stays what it is.
    const several = Array.isArray(returned) && (this.module.functions[this.indexOf(enter)]?.results.length ?? 0) > 1;
    return several ? returned.map(each => this.given(each, instance)) : this.given(returned, instance);
  }

  /** What a function of the module gave to the program: of a function, its wrapper. */
  private given(value: unknown, instance: number): unknown {
    const known = this.wrappers.wrapper(value);
    if (known !== value || !isGuestFunction(value) || !isExportedFunction(value)) return known;
    return this.wrap(value, instance, this.nameOf(this.indexOf(value)));
  }

  /** @param name what its calls are called */
  private wrap(inner: GuestFunction, instance: number, name: string): GuestFunction {
    const index = this.indexOf(inner);
    const ownName = index === NO_FUNCTION ? inner.name : String(index);
    return this.wrappers.wrap(inner, ownName, args => this.call(instance, name, args, inner));
  }

  /** @param entered the function of the module; absent while an instance is made */
  private record(call: NewCall, enter: () => unknown, entered?: GuestFunction): unknown {
    let outcome: Outcome | null = null;
    const enterOnce = (): unknown => {
      outcome = attempt(enter);
      return resultOf(outcome);
    };
    if (!this.isLost) {
      this.checkStack();
      try {
        this.border(call.args);
        if (this.recorder.isInCall) this.outlet.imports.entered(call.instance, this.indexOf(entered), call.args);
        this.recorder.record(call, enterOnce);
      } catch (error) {
        this.lose(error);
      }
    }
    return outcome === null ? enter() : resultOf(outcome);
  }

  /** Index of a function in the module as the program has it; of the making of an instance the one that no function has. */
  private indexOf(entered: GuestFunction | undefined): number {
    if (!entered || !isExportedFunction(entered)) return NO_FUNCTION;
    const index = Number(entered.name); // so V8 names it
    return this.guest.rewritten.originalFunction(index) ?? index;
  }

  /** The data segments that the making of an instance puts into memory, in order; of an unknown place none, nor those behind it. */
  private placedSegments(imports: object): [segment: number, address: number][] {
    const globals = globalValues(this.module, global => this.globalGiven(imports, global));
    const placed: [number, number][] = [];
    for (const [index, segment] of this.module.dataSegments.entries()) {
      if (segment.memory !== 0) continue;
      const address = segment.addressWith(globals);
      if (address === null) break;
      placed.push([index, address]);
    }
    return placed;
  }

  /** The value of an imported global as the program gives it, as an unsigned i32; null where it is none. */
  private globalGiven(imports: object, global: number): number | null {
    const each = this.module.imports.filter(({ kind }) => kind === 'global')[global];
    const from: unknown = each && Reflect.get(imports, each.module);
    const given: unknown = each && isObject(from) ? Reflect.get(from, each.name) : null;
    const value: unknown = given instanceof WebAssembly.Global ? given.value : given;
    return typeof value === 'number' ? value >>> 0 : null;
  }

  /** Guests go on: what the host wrote until now stands before what they do. @param values what is told them */
  private border(values: readonly unknown[]): void {
    if (!this.hasBegun || this.isLost) return;
    try {
      this.borders.pass(values, look => this.tell(look, this.under.at(-1) ?? null));
    } catch (error) {
      this.lose(error);
    }
  }

  private tell(look: ComparedMemory, within: ImportOf | null): void {
    const isNews = look.changes.pages.length > 0 || look.memoryBytes !== this.toldBytes;
    this.toldBytes = look.memoryBytes;
    if (isNews) this.outlet.hostWrote(look, within);
    else this.outlet.looked(look);
  }

  /** What guests write is in the log, but for what the log can't tell. */
  private lookAfter(): ComparedMemory | null {
    return this.guest.rewritten.plan?.isWhole && !this.isUnsure ? null : this.known.lookNear();
  }
}
