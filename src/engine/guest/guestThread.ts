// The instances of a run over their one memory: makes them, calls their exports, and records what each call did.

import type { EndedCall } from '../../protocol/engine.ts';
import type { GuestStop } from '../../protocol/recording.ts';
import type { CallEnd, Difference, Trap, WasmValue } from '../../protocol/run.ts';
import { type Address, address, pageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import type { DemoCall } from '../../scenario/demo.ts';
import type { Module } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import type { CompiledGuest } from '../input/compile.ts';
import type { Emit } from './execute.ts';
import { importObject } from '../host/imports.ts';
import { inputError } from '../input/inspect.ts';
import { KnownMemory } from '../../wire/knownMemory.ts';
import { printedValue } from '../host/print.ts';
import type { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { describeTrap, STACK_FRAMES, stopOf } from './traps.ts';
import { toResults, toWasmValue } from '../host/values.ts';

/** Printed texts kept of one call: a guest that prints for ever must not fill the host's memory. */
const MAX_PRINTS_PER_CALL = 1000;

/** What a call of an export came to. */
interface Outcome {
  readonly end: CallEnd;
  readonly results: WasmValue[];
  readonly trap: Trap | null;
  /** Where it trapped; null where it returned or threw an exception. */
  readonly stop: GuestStop | null;
  readonly durationNs: number;
}

export class GuestThread {
  private readonly instances: WebAssembly.Instance[] = [];
  /** As of the last step. */
  private readonly known: KnownMemory;
  private printed: string[] = [];
  private calls = 0;
  private startedAt = 0n;
  private place: Address | null = null;
  private readonly nameOf: (functionIndex: number) => string;

  constructor(
    private readonly module: Module,
    private readonly guest: CompiledGuest,
    private readonly memory: WebAssembly.Memory,
    private readonly importCalls: Uint32Array,
    private readonly recording: RecordingOutlet,
    private readonly emit: Emit,
  ) {
    this.known = new KnownMemory(memory);
    this.nameOf = functionNamer(module);
    Error.stackTraceLimit = STACK_FRAMES;
  }

  /** Where the demo's i32 lives; null until a guest returned an address inside memory. */
  get address(): Address | null {
    return this.place;
  }

  /** The i32 at the address now; null where there is no address. */
  currentValue(): number | null {
    return this.place === null ? null : this.readI32(this.place);
  }

  /**
   * Makes the instances, one after the other, and tells step 0.
   * @returns the trap that ended it (in a start function, or a data segment outside memory), or null
   * @throws InputError where V8 can't link the module
   */
  instantiate(count: number, expected: number | null): { readonly where: string; readonly trap: Trap } | null {
    this.emit({ type: 'guest-entered', call: null });
    let failed: { readonly where: string; readonly trap: Trap } | null = null;
    let stop: GuestStop | null = null;
    for (let index = 0; index < count && !failed; index++) {
      const imports = importObject(this.module, this.guest.rewritten, {
        memory: this.memory,
        importCalls: this.importCalls,
        results: this.recording.imports,
        printed: text => this.keepPrinted(text),
      });
      this.recording.addImports(imports);
      try {
        this.instances.push(new WebAssembly.Instance(this.guest.compiled, imports));
      } catch (error) {
        if (error instanceof WebAssembly.LinkError) throw linkError(error);
        failed = { where: `Instance #${index}, while it was made,`, trap: this.describe(error) };
        stop = this.stopOf(error, failed.trap);
      }
    }
    this.emit({ type: 'guest-left' });
    const { changes, memoryBytes } = this.known.look();
    this.recording.begin(changes, memoryBytes, stop);
    this.emit({ type: 'instantiated', instances: count, memoryBytes, expected });
    this.startedAt = process.hrtime.bigint();
    return failed;
  }

  /**
   * Calls an export and records it.
   * @param addressIn where the call's results hold the address of the demo's i32
   */
  call(request: DemoCall, addressIn?: (results: readonly WasmValue[]) => number): EndedCall {
    const index = ++this.calls;
    const { instance, function: name } = request;
    const args = request.args.map(toWasmValue);
    const sizeBefore = this.memory.buffer.byteLength;
    const valueKnownBefore = this.currentValue();
    this.printed = [];
    const startNs = Number(process.hrtime.bigint() - this.startedAt);
    this.recording.beginCall(index, instance);
    this.emit({
      type: 'guest-entered',
      call: { index, instance, function: name, args, valueBefore: valueKnownBefore, startNs },
    });
    const outcome = this.enter(request);
    this.emit({ type: 'guest-left' });

    if (addressIn && outcome.end === 'returned') this.place = this.inMemory(addressIn(outcome.results));
    // The address is known only now: what was there before is what was known of the page.
    const valueBefore = addressIn ? this.knownI32() : valueKnownBefore;
    const look = this.known.look();
    const { memoryBytes, bytesChanged } = look;
    const valueAfter = this.currentValue();
    const record: EndedCall = {
      index,
      instance,
      function: name,
      args,
      results: outcome.results,
      end: outcome.end,
      printed: this.printed,
      valueBefore,
      valueAfter,
      difference: difference(this.printed, valueAfter),
      bytesChanged,
      startNs,
      durationNs: outcome.durationNs,
      grownPages: (memoryBytes - sizeBefore) / WASM_PAGE_BYTES,
      memoryBytes,
      trap: outcome.trap,
    };
    this.recording.endCall(look, outcome.stop);
    this.emit({ type: 'call-ended', call: record, address: this.place });
    return record;
  }

  private enter({ instance, function: name, args }: DemoCall): Outcome {
    const exported = this.instances[instance].exports[name];
    if (typeof exported !== 'function') throw new RangeError(`${name} is not an exported function`);
    const start = process.hrtime.bigint();
    const { waitedMs } = this.recording;
    // What the guest waited for its recording is none of its time.
    const elapsedNs = (): number =>
      Number(process.hrtime.bigint() - start) - Math.round((this.recording.waitedMs - waitedMs) * 1e6);
    let durationNs: number;
    try {
      const returned: unknown = exported(...args);
      durationNs = elapsedNs();
      return { end: 'returned', results: toResults(returned), trap: null, stop: null, durationNs };
    } catch (thrown) {
      durationNs = elapsedNs();
      const trap = this.describe(thrown);
      return { end: 'trapped', results: [], trap, stop: this.stopOf(thrown, trap), durationNs };
    }
  }

  private describe(thrown: unknown): Trap {
    return describeTrap(thrown, this.nameOf, this.guest.rewritten);
  }

  private stopOf(thrown: unknown, trap: Trap): GuestStop | null {
    return stopOf(thrown, trap, this.memory.buffer.byteLength);
  }

  private keepPrinted(text: string): void {
    if (this.printed.length > MAX_PRINTS_PER_CALL) return;
    const kept = this.printed.length < MAX_PRINTS_PER_CALL ? text : '(more was printed and is left out)';
    this.printed.push(kept);
    this.emit({ type: 'printed', text: kept });
  }

  private inMemory(place: number): Address | null {
    return place + 4 <= this.memory.buffer.byteLength ? address(place) : null;
  }

  private readI32(at: Address): number {
    return new DataView(this.memory.buffer).getInt32(at, true);
  }

  /** The i32 at the address as of the last step. */
  private knownI32(): number | null {
    if (this.place === null) return null;
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const at = this.place + i;
      const page = this.known.page(pageIndex(Math.floor(at / SHOWN_PAGE_BYTES)));
      value |= (page?.[at % SHOWN_PAGE_BYTES] ?? 0) << (8 * i);
    }
    return value;
  }
}

function linkError(error: Error): Error {
  const reason = error.message.replace(/^WebAssembly\.Instance\(\): /, '');
  return inputError(
    'link-error',
    `The module can't be linked; V8 says: ${reason}.`,
    'Build the module so that it does not import what can not be provided.',
  );
}

/** What the guest printed last against what memory holds, where the two differ. */
function difference(printed: readonly string[], memory: number | null): Difference | null {
  const value = printedValue(printed);
  return value === null || value === memory ? null : { printed: value, memory };
}
