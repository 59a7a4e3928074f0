// Chooses the module of a program that is recorded, and says which are not.
import { CODED_INSTANCES } from '../../protocol/owner.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { linearMemory, type Module } from '../../wasm/module.ts';
import { READ_WHOLE_BYTES } from '../../wire/comparePages.ts';
import { compileRecorded } from '../input/compile.ts';
import { InputError } from '../input/errors.ts';
import { readInput } from '../input/inspect.ts';
import { declaredMemory } from '../input/memory.ts';
import type { BorderCounts } from './borders.ts';
import { FunctionWrappers } from './functionWrappers.ts';
import { ProgramGuest } from './programGuest.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';
import type { ModuleSource } from './webAssemblyHooks.ts';

/** A module by what it exports, so that the user can tell which one is meant. */
function nameOf({ bytes, exports }: Module): string {
  const names = exports.slice(0, 3).map(({ name }) => name);
  return `the module of ${bytes.length} bytes that exports ${names.join(', ') || 'nothing'}${exports.length > 3 ? ' …' : ''}`;
}

const FULL_NOTE = `A recording tells ${CODED_INSTANCES} instances apart, #0 to #${CODED_INSTANCES - 1}: later ones are not recorded, and what they wrote is told as the host's.`;

const FAR_NOTE = `The memory is larger than ${READ_WHOLE_BYTES / 2 ** 20} MiB: behind that, parts that nobody was seen to touch were not looked at, so what the program itself wrote there is missing or is told later.`;

const PROMISING_NOTE =
  'The program calls functions by WebAssembly.promising: those calls are not recorded yet, and what they wrote is shown as unrecorded.';

/** How little was compared, where the program would have been held up. */
const nearNote = ({ all, near, skipped }: BorderCounts): string =>
  `Host and guest took turns ${all} times. To compare memory each time would have taken longer than the program: ${near} times only what they had pointed to was compared, and ${skipped} times nothing. What the host wrote elsewhere is told later, and says so.`;

const lostNote = (fault: string): string =>
  `From some call on nothing is recorded, by a fault of the recorder itself (${fault}): please report it. The program was not held up.`;

export class ProgramRecorder {
  private readonly wrappers = new FunctionWrappers();
  private guest: ProgramGuest | null = null;
  /** What is instantiated for the recording itself is none of the program's. */
  private busy = false;

  constructor(
    private readonly request: ProgramRequest,
    private readonly emit: (event: ProgramEvent) => void,
  ) {
    this.wrappers.hookJavaScriptApi(
      (table, entry) => this.guest?.wrapEntry(table, entry) ?? entry,
      () => this.note(PROMISING_NOTE),
    );
  }

  /** Makes an instance of the module that is recorded; null for any other module. */
  makeInstance(source: ModuleSource | null, imports: unknown): WebAssembly.Instance | null {
    if (!source || this.busy) return null;
    this.busy = true;
    let failed = false;
    try {
      return this.make(source, imports);
    } catch (error) {
      // Where the first instance can't be made, V8 has said why, and there is nothing to record.
      failed = this.guest === null;
      throw error;
    } finally {
      this.busy = failed;
    }
  }

  finish(): void {
    const { guest } = this;
    if (!guest) return;
    guest.finish();
    if (!guest.isSeenWhole) this.note(FAR_NOTE);
    const { borderCounts } = guest;
    if (borderCounts.near + borderCounts.skipped > 0) this.note(nearNote(borderCounts));
  }

  private make({ bytes, options }: ModuleSource, imports: unknown): WebAssembly.Instance | null {
    const module = this.readModule(bytes);
    if (!module) return null;
    const { guest } = this;
    const given = typeof imports === 'object' && imports !== null ? imports : {};
    const memory = memoryGiven(module, given);
    if (memory === null) return null; // V8 says what is wrong with it
    if (!guest) return this.isWanted(module) ? this.begin(module, options, memory, given) : null;
    if (guest.isSame(bytes, memory)) {
      if (!guest.isFull) return guest.makeFurther(given);
      this.note(FULL_NOTE);
      return null;
    }
    this.note(`Only one module over one memory is recorded: ${nameOf(module)} was instantiated, too, and is not.`);
    return null;
  }

  private begin(
    module: Module,
    options: unknown,
    memory: WebAssembly.Memory | undefined,
    imports: object,
  ): WebAssembly.Instance | null {
    const compiled = compileRecorded(module, this.request.record, { keepLimits: true, options });
    if ('reason' in compiled) {
      this.note(`A module can't be recorded: ${compiled.reason}. It is ${nameOf(module)}.`);
      return null;
    }
    const limits = linearMemory(module)?.limits;
    if (!limits) return null;
    const { request, wrappers, emit } = this;
    const guest = new ProgramGuest(
      module,
      nameOf(module),
      compiled,
      memory ?? declaredMemory(limits),
      wrappers,
      request,
      emit,
      fault => this.note(lostNote(fault)),
    );
    const instance = guest.makeFirst(imports);
    this.guest = guest;
    return instance;
  }

  /** Null where it has no memory to record, or one that can't be recorded. */
  private readModule(bytes: Uint8Array): Module | null {
    try {
      return readInput(bytes);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof WasmFormatError)) throw error;
      if (error instanceof InputError && error.problem.kind !== 'no-memory')
        this.note(`A module is not recorded: ${error.problem.message}`);
      return null;
    }
  }

  private isWanted({ exports, imports }: Module): boolean {
    const { moduleName } = this.request;
    if (moduleName === null) return true;
    const names = [...exports.map(({ name }) => name), ...imports.map(({ module, name }) => `${module}.${name}`)];
    return names.some(name => name.includes(moduleName));
  }

  private note(text: string): void {
    this.emit({ type: 'note', text });
  }
}

/** The memory that the program gives; undefined where the module defines its own, null where what is given is none. */
function memoryGiven(module: Module, imports: object): WebAssembly.Memory | null | undefined {
  const imported = linearMemory(module)?.imported;
  if (!imported) return undefined;
  const from: unknown = Reflect.get(imports, imported.module);
  const given: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, imported.name) : null;
  return given instanceof WebAssembly.Memory ? given : null;
}
