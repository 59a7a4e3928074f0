// The module of a program that is recorded: its instances over one memory, and the calls that the program makes of them.
import type { EndedCall } from '../../protocol/engine.ts';
import type { GuestStop } from '../../protocol/recording.ts';
import type { Trap } from '../../protocol/run.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { linearMemory, type Module } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import type { CompiledGuest } from '../compile.ts';
import { summarize } from '../inspect.ts';
import { KnownMemory } from '../knownMemory.ts';
import { RecordingOutlet } from '../recordingOutlet.ts';
import { describeTrap, stopOf } from '../traps.ts';
import { toResults, toWasmValue } from '../values.ts';
import { type FunctionWrappers, type GuestFunction, isGuestFunction } from './functionWrappers.ts';
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
    this.outlet = new RecordingOutlet(recording, backlog, record, kept);
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
    const original = this.guest.rewritten.originalFunction(Number(entry.name)); // V8 names it by its index
    const name = original === null ? entry.name : this.nameOf(original);
    return this.wrappers.wrap(entry, args => this.call(0, name, args, () => entry(...args)));
  }

  /** The program ends: what it wrote since the last call, or a call out of which it ended itself. */
  finish(): void {
    if (this.open) this.endCall(this.open, { results: [], end: 'stopped', trap: null }, null);
    else this.outlet.hostWrote(this.known.look());
  }

  private make(imports: object): WebAssembly.Instance {
    const { compiled, rewritten } = this.guest;
    const given: Record<string, WebAssembly.ModuleImports> = {};
    for (const { module: from, name, kind } of this.module.imports) {
      given[from] ??= Reflect.get(imports, from);
      const value: unknown = kind === 'table' && given[from] ? Reflect.get(given[from], name) : null;
      if (value instanceof WebAssembly.Table) this.tables.add(value);
    }
    const { module: from, name } = rewritten.memoryImport;
    if (!linearMemory(this.module)?.imported) given[from] = { ...given[from], [name]: this.memory };
    this.outlet.addImports(given);
    const instance = new WebAssembly.Instance(compiled, given);
    this.hideExports(instance, this.instances++);
    return instance;
  }

  /** Puts wrappers in the place of an instance's functions. */
  private hideExports(instance: WebAssembly.Instance, index: number): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(instance.exports)) {
      if (value instanceof WebAssembly.Table) this.tables.add(value);
      exports[name] = isGuestFunction(value)
        ? this.wrappers.wrap(value, args => this.call(index, name, args, () => value(...args)))
        : value;
    }
    Object.defineProperty(instance, 'exports', { value: Object.freeze(exports), enumerable: true, configurable: true });
  }

  private call(instance: number, name: string, args: readonly unknown[], enter: () => unknown): unknown {
    if (this.open) return this.callWithin(instance, enter);
    const call = this.beginCall(instance, name, args);
    try {
      const returned = enter();
      this.endCall(call, { results: toResults(returned), end: 'returned', trap: null }, null);
      return returned;
    } catch (thrown) {
      const trap = this.describe(thrown);
      this.endCall(call, { results: [], end: 'trapped', trap }, this.stopOf(thrown, trap));
      throw thrown;
    }
  }

  /** A call that an import makes while another is under way. */
  private callWithin(instance: number, enter: () => unknown): unknown {
    const caller = this.running;
    if (caller !== instance) this.run(instance);
    try {
      return enter();
    } catch (thrown) {
      const stop = this.stopOf(thrown, this.describe(thrown));
      if (stop) this.outlet.stopped(stop);
      throw thrown;
    } finally {
      if (caller !== instance) this.run(caller);
    }
  }

  private run(instance: number): void {
    this.running = instance;
    this.outlet.switchInstance(instance);
  }

  private beginCall(instance: number, name: string, args: readonly unknown[]): OpenCall {
    this.known.mayWrite(args);
    const look = this.calls % CALLS_BETWEEN_LOOKS === 0 ? this.known.look() : this.known.lookNear();
    if (look.changes.pages.length > 0 || look.lookedAt === null) this.outlet.hostWrote(look);
    const open: OpenCall = {
      index: ++this.calls,
      instance,
      function: name,
      args: args.map(toWasmValue),
      startNs: Number(process.hrtime.bigint() - this.startedAt),
      memoryBytes: look.memoryBytes,
    };
    this.open = open;
    this.running = instance;
    this.outlet.beginCall(open.index, instance);
    this.emit({ type: 'guest-entered', call: { ...open, valueBefore: null } });
    return open;
  }

  private endCall(open: OpenCall, outcome: Outcome, stop: GuestStop | null): void {
    const durationNs = Number(process.hrtime.bigint() - this.startedAt) - open.startNs;
    this.open = null;
    this.known.mayWrite(outcome.results);
    const look = this.known.lookNear();
    this.outlet.endCall(look, stop);
    const { memoryBytes, bytesChanged } = look;
    const grownPages = (memoryBytes - open.memoryBytes) / WASM_PAGE_BYTES;
    const nothingOfTheDemo = { printed: [], valueBefore: null, valueAfter: null, difference: null };
    const call = { ...open, ...outcome, ...nothingOfTheDemo, bytesChanged, durationNs, grownPages, memoryBytes };
    this.emit({ type: 'call-ended', call, address: null });
  }

  private describe(thrown: unknown): Trap {
    return describeTrap(thrown, this.nameOf, this.guest.rewritten);
  }

  private stopOf(thrown: unknown, trap: Trap): GuestStop | null {
    return stopOf(thrown, trap, this.memory.buffer.byteLength);
  }
}
