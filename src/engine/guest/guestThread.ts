// The instances of a run over their one memory: makes them, calls their exports, and records what each call did.

import { now } from '../../platform/clock.ts';
import { INSTANTIATION, type Trap, type WatchedValue } from '../../protocol/call.ts';
import type { Printed } from '../../protocol/engine.ts';
import type { ComparedMemory, ImportOf } from '../../protocol/recording.ts';
import { hex } from '../../protocol/text.ts';
import { type Address, address, SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { ReturnedCall, ScenarioCall, Value } from '../../scenario/scenario.ts';
import { globalValues } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { decodeLog, newLogDecoder } from '../../wasm/record/decodeLog.ts';
import { Sites } from '../../wasm/record/sites.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { PrintedTexts } from '../../wire/printedTexts.ts';
import type { RecordingOutlet, Stopped } from '../../wire/recordingOutlet.ts';
import { WrittenPages } from '../../wire/touchedPages.ts';
import { CallRecorder, type Outcome } from '../callRecorder.ts';
import { importObject } from '../host/imports.ts';
import { WAIT_REFUSED } from '../input/compile.ts';
import type { RunModule } from '../input/compileTogether.ts';
import { inputError } from '../input/errors.ts';
import { describeTrap, type FramesOf, STACK_FRAMES, stackOf, stopOf } from '../traps.ts';
import { SharedGlobals } from './sharedGlobals.ts';

/** What a call came to: it returned, or it trapped and ended the run. */
export type GuestCall = ReturnedCall | { readonly index: number; readonly trap: Trap };

/** An instance that was not made: its start function trapped, or a data segment lay outside memory. */
export interface FailedMaking {
  readonly instance: number;
  readonly trap: Trap;
}

export class GuestThread {
  private readonly instances: WebAssembly.Instance[] = [];
  /** Of each module the mutable globals that all its instances have; null where each has its own. */
  private readonly globals: readonly (SharedGlobals | null)[];
  /** As of the last step; looked at only where the log does not tell of all writes. */
  private readonly known: KnownMemory;
  private readonly frames: readonly FramesOf[];
  /** Whose code runs, or ran last. */
  private current: RunModule;
  private readonly recorder: CallRecorder;
  private calls = 0;
  private printed = new PrintedTexts();
  /** Pages that are written while instances are made; null after that. */
  private making: WrittenPages | null = new WrittenPages();
  private place: Address | null = null;
  private wanted: ScenarioCall['watch'];
  private valueBefore: number | null = null;

  /** @param course the modules of the instances, by their indices, in the order in which they are made */
  constructor(
    private readonly modules: readonly RunModule[],
    private readonly course: readonly number[],
    private readonly memory: WebAssembly.Memory,
    private readonly importCalls: Uint32Array,
    private readonly outlet: RecordingOutlet,
  ) {
    this.known = new KnownMemory(memory, outlet.touched);
    this.current = modules[0];
    this.globals = modules.map(({ module, guest: { rewritten } }) =>
      rewritten.shared ? new SharedGlobals(module, rewritten, rewritten.shared) : null,
    );
    this.frames = modules.map(({ index, module, guest }) => ({
      module: index,
      nameOf: functionNamer(module),
      original: guest.rewritten,
    }));
    this.recorder = new CallRecorder({
      outlet,
      memory,
      describe: thrown => ({ trap: this.describe(thrown), stack: stackOf(thrown) }),
      now,
      look: () => this.look(),
      watched: outcome => this.watched(outcome),
    });
    Error.stackTraceLimit = STACK_FRAMES;
  }

  /** The watched i32 now; null where nothing is watched. */
  get value(): number | null {
    return this.place === null ? null : new DataView(this.memory.buffer).getInt32(this.place, true);
  }

  /**
   * Makes the instances, one after the other, and tells step 0.
   * @param making told before each, with its index, and null when all are made
   * @returns the trap that ended it (in a start function, or a data segment outside memory), or null
   * @throws InputError where V8 can't link the module
   */
  instantiate(count: number, making: (instance: number | null) => void = () => {}): FailedMaking | null {
    const { outlet } = this;
    const written = this.making ?? new WrittenPages();
    const made = new Set(this.course.slice(0, count));
    const areKnown = [...made].map(index => addSegments(written, this.modules[index]));
    let isWritten = this.isWhole && !areKnown.includes(false);
    outlet.divertRecords((records, stop) => {
      // A small memory is compared in less time than its log is read, which tells of stores one by one.
      if (this.known.isSeenWhole) isWritten = false;
      else decodeLog(this.logReader(), records, written, stop);
    });
    let failed: FailedMaking | null = null;
    let stop: Stopped = null;
    outlet.guestEntered();
    for (let index = 0; index < count && !failed; index++) {
      making(index);
      const make = this.maker();
      outlet.instance(this.current.index);
      const frame = outlet.enterInstance(index);
      try {
        make();
      } catch (error) {
        if (error instanceof WebAssembly.LinkError) throw this.linkError(error);
        const trap = this.describe(error);
        failed = { instance: index, trap };
        stop = stopOf(error, trap, this.memory.buffer.byteLength);
      } finally {
        outlet.leaveInstance(frame);
      }
    }
    outlet.guestLeft();
    making(null);
    outlet.begin(
      () => {
        if (isWritten) return this.known.lookAt(written.pages);
        this.known.mayWrite(Array.from(written.pages, page => page * SHOWN_PAGE_BYTES));
        return this.known.look();
      },
      stop,
      written.segments,
    );
    this.making = null;
    return failed;
  }

  /** Makes one more instance and records it as a call, in which its data segments and its start function write. */
  makeLate(): GuestCall {
    const index = ++this.calls;
    this.printed = new PrintedTexts();
    this.wanted = undefined;
    this.valueBefore = this.value;
    const instance = this.instances.length;
    const isFirst = this.isFirst(instance);
    const make = this.maker();
    const { ended } = this.recorder.record(
      { kind: 'instantiation', instance, function: INSTANTIATION, args: [] },
      () => {
        this.outlet.instance(this.current.index);
        // At level `calls` what a call changed counts as its writes; with shared state only a module's first instance has segments to put.
        const hasSegments = isFirst || !this.globals[this.current.index];
        if (this.current.guest.rewritten.plan && hasSegments) this.outlet.segments(placedSegments(this.current));
        make();
      },
    );
    if (ended.trap) return { index, trap: ended.trap };
    return { results: [], memoryBytes: ended.memoryBytes, watched: this.watchedNow };
  }

  /** Whether an instance is the first one of its module. */
  private isFirst(instance: number): boolean {
    return this.course.indexOf(this.course[instance]) === instance;
  }

  /** @returns makes the next instance */
  private maker(): () => void {
    const { instances, outlet } = this;
    const index = instances.length;
    const of = this.modules[this.course[index]];
    const { module, guest, firstImport } = of;
    this.current = of;
    const imports = importObject(module, guest.rewritten, {
      memory: this.memory,
      firstImport,
      importCalls: this.importCalls.subarray(firstImport, firstImport + module.imports.length),
      results: outlet.imports,
      printed: printed => this.print(printed),
      wrote: (at, length, by) => this.hostWrote(address(at), length, { instance: index, import: by }),
    });
    outlet.addImports(imports, guest.rewritten, index);
    this.globals[of.index]?.provide(imports);
    const isFirst = this.isFirst(index);
    return () => {
      const made = new WebAssembly.Instance(isFirst ? guest.compiled : guest.later, imports);
      outlet.stacks.made(index, made.exports);
      // Where instances share their state, the first one has set it up.
      if (isFirst || !this.globals[of.index]) initialize(made);
      instances.push(made);
    };
  }

  /** Calls an export and records it. */
  call({ instance, function: name, args, watch, watching }: ScenarioCall): GuestCall {
    const index = ++this.calls;
    this.current = this.modules[this.course[instance]];
    this.printed = new PrintedTexts();
    this.wanted = watch;
    if (watching !== undefined) this.watch(watching);
    // What lies at an address that is not known yet, the recording tells.
    this.valueBefore = watch ? null : this.value;
    const exported = this.instances[instance].exports[name];
    if (typeof exported !== 'function') throw new RangeError(`${name} is not an exported function`);
    const { ended, outcome } = this.recorder.record({ kind: 'call', instance, function: name, args }, () =>
      exported(...args),
    );
    if (ended.trap) return { index, trap: ended.trap };
    return { results: resultsOf(outcome), memoryBytes: ended.memoryBytes, watched: this.watchedNow };
  }

  /**
   * The user writes to memory, between calls.
   * @throws RangeError where the bytes do not lie in memory
   */
  write(at: Address, bytes: Uint8Array<ArrayBuffer>): void {
    const { buffer } = this.memory;
    const last = at + bytes.length - 1;
    if (last >= buffer.byteLength)
      throw new RangeError(
        `Nothing was written: ${hex(last)} is not in memory, whose last byte is ${hex(buffer.byteLength - 1)}.`,
      );
    new Uint8Array(buffer).set(bytes, at);
    this.outlet.hostWroteBytes({ address: at, bytes: bytes.slice(), memoryBytes: buffer.byteLength, within: null });
  }

  /** Watches the i32 at an address from here on. */
  lookAt(place: Address): ReturnedCall {
    this.watch(place);
    return { results: [], memoryBytes: this.memory.buffer.byteLength, watched: this.watchedNow };
  }

  private get watchedNow(): ReturnedCall['watched'] {
    const { value, place } = this;
    return place === null || value === null ? null : { address: place, value };
  }

  /** The log tells of every write that guests make. */
  private get isWhole(): boolean {
    return this.modules.every(({ guest }) => guest.rewritten.plan?.isWhole ?? false);
  }

  private logReader(): Parameters<typeof decodeLog>[0] {
    const decoder = newLogDecoder('compact');
    for (const { module, guest } of this.modules) {
      const { plan } = guest.rewritten;
      if (plan) decoder.add(module, plan, new Sites(module, plan.firstSites));
    }
    return { decoder };
  }

  /** The log tells of all that guests write, and nothing that the host provides writes by itself. */
  private look(): ComparedMemory | null {
    return this.isWhole ? null : this.known.look();
  }

  private watched(outcome: Outcome): WatchedValue | null {
    if (this.wanted && 'returned' in outcome) {
      this.place = null;
      this.watch(this.wanted(resultsOf(outcome)));
    }
    if (this.place === null) return null;
    return { before: this.valueBefore, after: this.value, printed: this.printed.value };
  }

  private watch(place: number): void {
    if (!(place >= 0 && place + 4 <= this.memory.buffer.byteLength) || place === this.place) return;
    this.place = address(place);
    this.outlet.watch(this.place);
    this.known.mayWrite([place]);
  }

  private print(printed: Printed): void {
    if (this.printed.add(printed)) this.outlet.print(printed);
  }

  private hostWrote(at: Address, length: number, within: ImportOf): void {
    this.making?.add(at, length);
    const { buffer } = this.memory;
    const bytes = new Uint8Array(buffer, at, length).slice();
    this.outlet.hostWroteBytes({ address: at, bytes, memoryBytes: buffer.byteLength, within });
  }

  /** No module of a run calls another one: all frames are of the one whose code runs. */
  private describe(thrown: unknown): Trap {
    const { index, guest } = this.current;
    const trap = describeTrap(thrown, () => this.frames[index]);
    const waited = guest.trappingWaits.has(trap.stack[0]?.offset ?? -1);
    return waited ? { ...trap, message: WAIT_REFUSED } : trap;
  }

  private linkError(error: Error): Error {
    const reason = error.message.replace(/^WebAssembly\.Instance\(\): /, '');
    const what = this.modules.length > 1 ? `${this.current.name}: the module` : 'The module';
    return inputError(
      'link-error',
      `${what} can't be linked; V8 says: ${reason}.`,
      'Build the module so that it does not import what can not be provided.',
    );
  }
}

/** Imported globals are placeholders of 0. @returns whether all places are known */
function addSegments(written: WrittenPages, { module }: RunModule): boolean {
  const imported = module.imports.filter(({ kind }) => kind === 'global').length;
  return written.addSegments(module, global => (global < imported ? 0 : null));
}

/** Data segments with the addresses where instantiation puts them. Imported globals are placeholders of 0. */
function placedSegments({ module }: RunModule): (readonly [segment: number, address: number])[] {
  const globals = globalValues(module, () => 0);
  return module.dataSegments.flatMap((segment, index) => {
    const at = segment.memory === 0 ? segment.addressWith(globals) : null;
    return at === null ? [] : [[index, at] as const];
  });
}

/** A reactor of WASI wants this to be called before any other export, once an instance (WASI application ABI, "Current Unstable ABI"). */
function initialize({ exports }: WebAssembly.Instance): void {
  const { _initialize } = exports;
  if (typeof _initialize === 'function') _initialize();
}

/** What a function returned, as a list. */
function resultsOf(outcome: Outcome): Value[] {
  const returned = 'returned' in outcome ? outcome.returned : [];
  const values: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  return values.filter(value => typeof value === 'number' || typeof value === 'bigint');
}
