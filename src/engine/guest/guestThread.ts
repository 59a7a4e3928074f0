// The instances of a run over their one memory: makes them, calls their exports, and records what each call did.

import { now } from '../../platform/clock.ts';
import { INSTANTIATION, type Trap, type WatchedValue } from '../../protocol/call.ts';
import type { Printed } from '../../protocol/engine.ts';
import type { ComparedMemory, GuestStop, ImportOf } from '../../protocol/recording.ts';
import { type Address, address, SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { ReturnedCall, ScenarioCall, Value } from '../../scenario/scenario.ts';
import { globalValues, type Module } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { decodeLog, logReader } from '../../wasm/record/decodeLog.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { PrintedTexts } from '../../wire/printedTexts.ts';
import type { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { WrittenPages } from '../../wire/touchedPages.ts';
import { CallRecorder, type Outcome } from '../callRecorder.ts';
import { importObject } from '../host/imports.ts';
import { type CompiledGuest, WAIT_REFUSED } from '../input/compile.ts';
import { inputError } from '../input/errors.ts';
import { describeTrap, type FramesOf, STACK_FRAMES, stopOf } from '../traps.ts';
import { SharedGlobals } from './sharedGlobals.ts';

/** The one module of a run. */
const MODULE = 0;

/** What a call came to: it returned, or it trapped and ended the run. */
export type GuestCall = ReturnedCall | { readonly index: number; readonly trap: Trap };

export class GuestThread {
  private readonly instances: WebAssembly.Instance[] = [];
  /** Mutable globals that all instances have; null where each has its own. */
  private readonly globals: SharedGlobals | null;
  /** As of the last step; looked at only where the log does not tell of all writes. */
  private readonly known: KnownMemory;
  private readonly frames: FramesOf;
  private readonly recorder: CallRecorder;
  private calls = 0;
  private printed = new PrintedTexts();
  /** Pages that are written while instances are made; null after that. */
  private making: WrittenPages | null = new WrittenPages();
  private place: Address | null = null;
  private wanted: ScenarioCall['watch'];
  private valueBefore: number | null = null;

  constructor(
    private readonly module: Module,
    private readonly guest: CompiledGuest,
    private readonly memory: WebAssembly.Memory,
    private readonly importCalls: Uint32Array,
    private readonly outlet: RecordingOutlet,
  ) {
    this.known = new KnownMemory(memory, outlet.touched);
    const { rewritten } = guest;
    this.globals = rewritten.shared && new SharedGlobals(module, rewritten, rewritten.shared);
    this.frames = { module: MODULE, nameOf: functionNamer(module), original: guest.rewritten };
    this.recorder = new CallRecorder({
      outlet,
      memory,
      describe: thrown => this.describe(thrown),
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
   * @returns the trap that ended it (in a start function, or a data segment outside memory), or null
   * @throws InputError where V8 can't link the module
   */
  instantiate(count: number): { readonly where: string; readonly trap: Trap } | null {
    const { outlet } = this;
    const written = this.making ?? new WrittenPages();
    const importedGlobals = this.module.imports.filter(({ kind }) => kind === 'global').length;
    // They are placeholders of 0.
    const isKnown = written.addSegments(this.module, global => (global < importedGlobals ? 0 : null));
    const { plan } = this.guest.rewritten;
    let isWritten = this.isWhole && isKnown;
    outlet.divertRecords((records, stop) => {
      // A small memory is compared in less time than its log is read, which tells of stores one by one.
      if (this.known.isSeenWhole) isWritten = false;
      else if (plan) decodeLog(logReader(this.module, plan), records, written, stop);
    });
    let failed: { readonly where: string; readonly trap: Trap } | null = null;
    let stop: GuestStop | null = null;
    outlet.guestEntered();
    for (let index = 0; index < count && !failed; index++) {
      const make = this.maker();
      outlet.instance(MODULE);
      try {
        make();
      } catch (error) {
        if (error instanceof WebAssembly.LinkError) throw linkError(error);
        const trap = this.describe(error);
        failed = { where: `Instance #${index}, while it was made,`, trap };
        stop = stopOf(error, trap, this.memory.buffer.byteLength);
      }
    }
    outlet.guestLeft();
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
    const make = this.maker();
    const instance = this.instances.length;
    const { ended } = this.recorder.record(
      { kind: 'instantiation', instance, function: INSTANTIATION, args: [] },
      () => {
        this.outlet.instance(MODULE);
        // At level `calls` what a call changed counts as its writes; with shared state no late instance has segments to put.
        if (this.guest.rewritten.plan && !this.globals) this.outlet.segments(this.placedSegments());
        make();
      },
    );
    if (ended.trap) return { index, trap: ended.trap };
    return { results: [], memoryBytes: ended.memoryBytes, watched: this.watchedNow };
  }

  /** Data segments with the addresses where instantiation puts them. Imported globals are placeholders of 0. */
  private placedSegments(): (readonly [segment: number, address: number])[] {
    const globals = globalValues(this.module, () => 0);
    return this.module.dataSegments.flatMap((segment, index) => {
      const at = segment.memory === 0 ? segment.addressWith(globals) : null;
      return at === null ? [] : [[index, at] as const];
    });
  }

  /** @returns makes the next instance */
  private maker(): () => void {
    const { compiled, later, rewritten } = this.guest;
    const { instances, outlet } = this;
    const index = instances.length;
    const imports = importObject(this.module, rewritten, {
      memory: this.memory,
      importCalls: this.importCalls,
      results: outlet.imports,
      printed: printed => this.print(printed),
      wrote: (at, length, by) => this.hostWrote(address(at), length, { instance: index, import: by }),
    });
    outlet.addImports(imports, rewritten, index);
    this.globals?.provide(imports);
    return () => instances.push(new WebAssembly.Instance(index === 0 ? compiled : later, imports));
  }

  /** Calls an export and records it. */
  call({ instance, function: name, args, watch }: ScenarioCall): GuestCall {
    const index = ++this.calls;
    this.printed = new PrintedTexts();
    this.wanted = watch;
    this.valueBefore = this.value;
    const exported = this.instances[instance].exports[name];
    if (typeof exported !== 'function') throw new RangeError(`${name} is not an exported function`);
    const { ended, outcome } = this.recorder.record({ kind: 'call', instance, function: name, args }, () =>
      exported(...args),
    );
    if (ended.trap) return { index, trap: ended.trap };
    return { results: resultsOf(outcome), memoryBytes: ended.memoryBytes, watched: this.watchedNow };
  }

  private get watchedNow(): ReturnedCall['watched'] {
    const { value, place } = this;
    return place === null || value === null ? null : { address: place, value };
  }

  /** The log tells of every write that guests make. */
  private get isWhole(): boolean {
    return this.guest.rewritten.plan?.isWhole ?? false;
  }

  /** The log tells of all that guests write, and nothing that the host provides writes by itself. */
  private look(): ComparedMemory | null {
    return this.isWhole ? null : this.known.look();
  }

  private watched(outcome: Outcome): WatchedValue | null {
    if (this.wanted && 'returned' in outcome) this.watch(this.wanted(resultsOf(outcome)));
    if (this.place === null) return null;
    return { before: this.valueBefore, after: this.value, printed: this.printed.value };
  }

  private watch(place: number): void {
    if (!(place >= 0 && place + 4 <= this.memory.buffer.byteLength)) return;
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
    this.outlet.hostWroteInCall({ address: at, bytes, memoryBytes: buffer.byteLength, within });
  }

  private describe(thrown: unknown): Trap {
    const trap = describeTrap(thrown, () => this.frames);
    const waited = this.guest.trappingWaits.has(trap.stack[0]?.offset ?? -1);
    return waited ? { ...trap, message: WAIT_REFUSED } : trap;
  }
}

/** What a function returned, as a list. */
function resultsOf(outcome: Outcome): Value[] {
  const returned = 'returned' in outcome ? outcome.returned : [];
  const values: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  return values.filter(value => typeof value === 'number' || typeof value === 'bigint');
}

function linkError(error: Error): Error {
  const reason = error.message.replace(/^WebAssembly\.Instance\(\): /, '');
  return inputError(
    'link-error',
    `The module can't be linked; V8 says: ${reason}.`,
    'Build the module so that it does not import what can not be provided.',
  );
}
