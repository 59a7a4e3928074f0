// The module of a program that is recorded: its instances over one memory, and the calls that the program makes of them.
import type { EndedCall } from '../../protocol/engine.ts';
import type { GuestStop } from '../../protocol/recording.ts';
import type { Trap } from '../../protocol/run.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { type Import, linearMemory, type Module } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { describeTrap, stopOf } from '../guest/traps.ts';
import { recordResults } from '../host/imports.ts';
import { toResults, toWasmValue } from '../host/values.ts';
import type { CompiledGuest } from '../input/compile.ts';
import { summarize } from '../input/inspect.ts';
import { type FunctionWrappers, type GuestFunction, isExportedFunction, isGuestFunction } from './functionWrappers.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';

/** How the making of an instance is called in the list of calls. */
const INSTANTIATION = '(instantiation)';

/** All of memory is compared before the first of so many calls; before the others, what lies near to what is known. */
const CALLS_BETWEEN_LOOKS = 64;

/** A call that the program made and that is under way; calls that its imports make in turn belong to it. */
interface OpenCall {
  readonly index: number;
  readonly instance: number;
  readonly function: string;
  readonly args: EndedCall['args'];
  readonly startNs: number;
  readonly memoryBytes: number;
}

type Outcome = Pick<EndedCall, 'results' | 'end' | 'trap'>;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

export class ProgramGuest {
  private readonly known: KnownMemory;
  private readonly outlet: RecordingOutlet;
  private readonly nameOf: (functionIndex: number) => string;
  private readonly tables = new WeakSet<WebAssembly.Table>();
  private readonly startedAt = process.hrtime.bigint();
  private instances = 0;
  private calls = 0;
  private open: OpenCall | null = null;
  /** The instance whose code runs. */
  private running = 0;

  /** @param memory the one that the instances are made over */
  constructor(
    private readonly module: Module,
    private readonly guest: CompiledGuest,
    private readonly memory: WebAssembly.Memory,
    private readonly wrappers: FunctionWrappers,
    { recording, backlog }: ProgramRequest,
    private readonly emit: (event: ProgramEvent) => void,
  ) {
    this.nameOf = functionNamer(module);
    this.known = new KnownMemory(memory);
    const kept = linearMemory(module)?.limits.shared ? memory : null;
    const { record, recordNote } = guest;
    const summary = summarize(module);
    const pages = memory.buffer.byteLength / WASM_PAGE_BYTES;
    this.emit({ type: 'module-chosen', bytes: module.bytes });
    this.emit({
      type: 'module',
      module: {
        ...summary,
        memory: { ...summary.memory, pages },
        imports: summary.imports.map(each => ({ ...each, provided: 'program' })),
      },
      memory: kept,
      importCalls: new Uint32Array(summary.imports.length), // whom the program calls is its own affair
      record,
      recordNote,
    });
    this.outlet = new RecordingOutlet(recording, backlog, record, kept, () => {}); // nobody limits a program's time
  }

  /** The first instance: what memory holds when it is made is step 0. */
  makeFirst(imports: object): WebAssembly.Instance {
    const instance = this.make(imports);
    const { changes, memoryBytes } = this.known.look();
    this.outlet.begin(changes, memoryBytes, null);
    this.emit({ type: 'instantiated', instances: this.instances, memoryBytes, expected: null });
    return instance;
  }

  /** One more instance over the same memory: its data segments and its start function write there. */
  makeFurther(imports: object): WebAssembly.Instance {
    let made: WebAssembly.Instance | null = null;
    this.call(this.instances, INSTANTIATION, [], () => {
      made = this.make(imports);
    });
    if (!made) throw new TypeError('an instance that was not made has thrown');
    const memoryBytes = this.memory.buffer.byteLength;
    this.emit({ type: 'instantiated', instances: this.instances, memoryBytes, expected: null });
    return made;
  }

  /** Whether a module, by its bytes, is this one, and is to run over this memory. */
  isSame(bytes: Uint8Array, memory: unknown): boolean {
    return memory === this.memory && Buffer.compare(bytes, this.module.bytes) === 0;
  }

  /** The wrapper of a function that was in a table; the function itself where the table is none of this module's. */
  wrapEntry(table: WebAssembly.Table, entry: GuestFunction): GuestFunction {
    if (!this.tables.has(table)) return entry;
    const name = this.nameOf(this.indexOf(entry));
    return this.wrappers.wrap(entry, args => this.call(0, name, args, entry));
  }

  /** The program ends: what it wrote since the last call, or a call out of which it ended itself. */
  finish(): void {
    if (this.open) this.endCall(this.open, { results: [], end: 'stopped', trap: null }, null);
    else this.outlet.hostWrote(this.known.look());
  }

  private make(imports: object): WebAssembly.Instance {
    const { compiled, rewritten } = this.guest;
    const given: Record<string, WebAssembly.ModuleImports> = Object.create(null);
    this.module.imports.forEach((each, index) => {
      const from: unknown = Reflect.get(imports, each.module);
      if (!isObject(from)) return; // V8 says so
      given[each.module] ??= Object.create(null);
      given[each.module][each.name] = this.imported(each, index, Reflect.get(from, each.name));
    });
    const { module: from, name } = rewritten.memoryImport;
    if (!linearMemory(this.module)?.imported) given[from] = { ...given[from], [name]: this.memory };
    this.outlet.addImports(given);
    const instance = new WebAssembly.Instance(compiled, given);
    this.hideExports(instance, this.instances++);
    return instance;
  }

  /** What the program gives for an import; of its own functions it is recorded what they give back. */
  private imported(each: Import, index: number, value: unknown): WebAssembly.ImportValue {
    if (value instanceof WebAssembly.Table) this.tables.add(value);
    const isRecorded =
      each.kind === 'function' && isGuestFunction(value) && !isExportedFunction(this.wrappers.unwrap(value));
    const given = isRecorded ? recordResults(value, index, each.type?.results ?? [], this.outlet.imports) : value;
    return given as WebAssembly.ImportValue; // whatever the program gives: V8 checks it
  }

  /** Puts wrappers in the place of an instance's functions. */
  private hideExports(instance: WebAssembly.Instance, index: number): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(instance.exports)) {
      if (value instanceof WebAssembly.Table) this.tables.add(value);
      exports[name] = isGuestFunction(value)
        ? this.wrappers.wrap(value, args => this.call(index, name, args, value))
        : value;
    }
    Object.defineProperty(instance, 'exports', { value: Object.freeze(exports), enumerable: true, configurable: true });
  }

  private call(instance: number, name: string, args: readonly unknown[], enter: GuestFunction): unknown {
    if (this.open) return this.callWithin(instance, args, enter);
    const call = this.beginCall(instance, name, args);
    try {
      const returned = enter(...args);
      this.endCall(call, { results: toResults(returned), end: 'returned', trap: null }, null);
      return returned;
    } catch (thrown) {
      const trap = this.describe(thrown);
      this.endCall(call, { results: [], end: 'trapped', trap }, this.stopOf(thrown, trap));
      throw thrown;
    }
  }

  /** A call that an import makes while another is under way. */
  private callWithin(instance: number, args: readonly unknown[], enter: GuestFunction): unknown {
    this.outlet.imports.entered(instance, this.indexOf(enter), args);
    const caller = this.running;
    if (caller !== instance) this.run(instance);
    try {
      return enter(...args);
    } catch (thrown) {
      const stop = this.stopOf(thrown, this.describe(thrown));
      if (stop) this.outlet.stopped(stop);
      throw thrown;
    } finally {
      if (caller !== instance) this.run(caller);
    }
  }

  /** Index of a function in the module as the program has it; of the making of an instance the one that no function has. */
  private indexOf(entered: GuestFunction): number {
    if (!isExportedFunction(entered)) return NO_FUNCTION;
    const index = Number(entered.name); // so V8 names it
    return this.guest.rewritten.originalFunction(index) ?? index;
  }

  private run(instance: number): void {
    this.running = instance;
    this.outlet.switchInstance(instance);
  }

  /** Nanoseconds since the program began, without those that it waited for its recording. */
  private nowNs(): number {
    return Number(process.hrtime.bigint() - this.startedAt) - Math.round(this.outlet.waitedMs * 1e6);
  }

  private beginCall(instance: number, name: string, args: readonly unknown[]): OpenCall {
    this.known.mayWrite(args);
    const look = this.calls % CALLS_BETWEEN_LOOKS === 0 ? this.known.look() : this.known.lookNear();
    const before = look.changes.pages.length > 0 || look.lookedAt === null ? look : null;
    const open: OpenCall = {
      index: ++this.calls,
      instance,
      function: name,
      args: args.map(toWasmValue),
      startNs: this.nowNs(),
      memoryBytes: look.memoryBytes,
    };
    this.open = open;
    this.running = instance;
    this.outlet.beginCall(open.index, instance, before, [
      { type: 'guest-entered', call: { ...open, valueBefore: null } },
    ]);
    return open;
  }

  private endCall(open: OpenCall, outcome: Outcome, stop: GuestStop | null): void {
    const durationNs = this.nowNs() - open.startNs;
    this.open = null;
    this.known.mayWrite(outcome.results);
    // Nothing is looked at after a call out of which the program ends itself.
    const look = outcome.end === 'stopped' ? this.known.look() : this.known.lookNear();
    const { memoryBytes, bytesChanged } = look;
    const grownPages = (memoryBytes - open.memoryBytes) / WASM_PAGE_BYTES;
    const nothingOfTheDemo = { printed: [], valueBefore: null, valueAfter: null, difference: null };
    const call = { ...open, ...outcome, ...nothingOfTheDemo, bytesChanged, durationNs, grownPages, memoryBytes };
    this.outlet.endCall(look, stop, [{ type: 'call-ended', call, address: null }]);
  }

  private describe(thrown: unknown): Trap {
    return describeTrap(thrown, this.nameOf, this.guest.rewritten);
  }

  private stopOf(thrown: unknown, trap: Trap): GuestStop | null {
    return stopOf(thrown, trap, this.memory.buffer.byteLength);
  }
}
