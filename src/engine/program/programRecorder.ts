// Chooses the memory of a program that is recorded, and says what is not.
import { readBranchHints } from '../../platform/branchHints.ts';
import { bufferOf, exportsOf, Instance } from '../../platform/plainApi.ts';
import { CODED_INSTANCES } from '../../protocol/owner.ts';
import { messageOf } from '../../protocol/text.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { writesFurther } from '../../wasm/furtherMemories.ts';
import { linearMemory, type Module } from '../../wasm/module.ts';
import { READ_WHOLE_BYTES } from '../../wire/comparePages.ts';
import { unmetNote } from '../input/compile.ts';
import { InputError } from '../input/errors.ts';
import { readInput } from '../input/inspect.ts';
import { declaredMemory } from '../input/memory.ts';
import type { BorderCounts } from './borders.ts';
import { type Crossing, untold } from './crossings.ts';
import { type AroundHost, FunctionWrappers, isObject } from './functionWrappers.ts';
import type { ThreadInstance } from './otherThreads.ts';
import { memoryGiven, nameOfModule, ProgramModule } from './programModule.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';
import { ProgramStacks } from './programStacks.ts';
import type { ProgramThreads } from './programThreads.ts';
import { ReadBuffers } from './readBuffers.ts';
import { RecordedMemory } from './recordedMemory.ts';
import type { ModuleSource } from './webAssemblyHooks.ts';

const FULL_NOTE = `A recording tells ${CODED_INSTANCES} instances apart, #0 to #${CODED_INSTANCES - 1}: later ones are not recorded, and what they wrote is told as the host's.`;

const FAR_NOTE = `The memory is larger than ${READ_WHOLE_BYTES / 2 ** 20} MiB: behind that, parts that nobody was seen to touch were not looked at, so what the program itself wrote there is missing or is told later.`;

/** How little was compared, where the program would have been held up. */
const nearNote = ({ all, near, skipped }: BorderCounts, isExact: boolean): string =>
  `Host and guest took turns ${all} times. To compare memory each time would have held the program up for too long: ${near} times only what they had pointed to was compared${skipped === 0 ? '' : `, and ${skipped} times nothing`}. What the host wrote elsewhere is told ${isExact ? 'where a guest came to it' : 'later'}, and says so.`;

const UNKNOWN =
  'An instance was made of a module that the script has from elsewhere (a copy by structuredClone, or a message): its code is not known, and so';

/** What is said of an instance of a module whose code is not known; null where it has no memory that others see. */
function unknownNote(module: WebAssembly.Module): string | null {
  const isMemory = ({ kind }: { readonly kind: string }): boolean => kind === 'memory';
  if (WebAssembly.Module.imports(module).some(isMemory))
    return `${UNKNOWN} it is not recorded. What it wrote is told as the host’s.`;
  return WebAssembly.Module.exports(module).some(isMemory) ? `${UNKNOWN} neither it nor its memory is recorded.` : null;
}

/** Whether a function of a recorded instance may be an argument. */
const takesFunction = (each: Module['exports'][number]): boolean =>
  each.kind === 'function' && (each.type?.params.includes('funcref') ?? false);

const SHARED_NOTE =
  'What the script wrote is not found exactly: the memory is shared, and other threads may write to it while the module runs.';

/** @param given undefined where the module defines its memory */
function isShared(module: Module, given: WebAssembly.Memory | undefined): boolean {
  return given ? bufferOf(given) instanceof SharedArrayBuffer : linearMemory(module)?.limits.shared === true;
}

const SHARED_THREADS_NOTE =
  'The script has worker threads, which may have the memory, too: it is shared. What they wrote is told as that of another thread, as is from then on what the host wrote, since nothing tells them apart.';

const furtherNote = (module: string): string =>
  `The memory is a further memory of ${module}, too, and only what modules write to their first one is recorded. What it wrote is told as unrecorded where it was found, and is missing where guests wrote over it before.`;

const lostNote = (fault: string): string =>
  `From some call on nothing is recorded, by a fault of the recorder itself (${fault}): please report it. The program was not held up.`;

/** Instances of other threads that a note names. */
const NAMED_INSTANCES = 3;

function threadsNote(instances: readonly ThreadInstance[], recorded: WebAssembly.Memory | null): string {
  const texts = new Set(instances.map(({ thread, module }) => `worker thread ${thread} made an instance of ${module}`));
  const named = [...texts].slice(0, NAMED_INSTANCES).join('; ');
  const more = texts.size > NAMED_INSTANCES ? `; and ${texts.size - NAMED_INSTANCES} more` : '';
  const isShared = recorded && bufferOf(recorded) instanceof SharedArrayBuffer && instances.some(each => each.isShared);
  const effect = isShared
    ? ' What they wrote is told as that of another thread, as is from then on what the host wrote, since nothing tells them apart.'
    : '';
  return `Instances in worker threads are not recorded yet: ${named}${more}.${effect}`;
}

/** Memories that a note names. */
const NAMED_MEMORIES = 3;

/** A memory that modules with code use, and that is not recorded. */
interface OtherMemory {
  readonly number: number;
  /** Of the first instance over it. */
  readonly module: string;
  instances: number;
}

export class ProgramRecorder {
  private readonly wrappers = new FunctionWrappers();
  readonly stacks = new ProgramStacks();
  private readonly buffers = new ReadBuffers();
  private recorded: RecordedMemory | null = null;
  /** Memories have numbers from 1 on, in the order in which a module with code first uses them. */
  private readonly numbers = new WeakMap<WebAssembly.Memory, number>();
  private memories = 0;
  private recordedNumber = 0;
  private readonly others = new Map<number, OtherMemory>();
  /** Memories that a module has behind its first one, with what the user calls the module: what it writes there is not recorded. */
  private readonly further = new WeakMap<WebAssembly.Memory, string>();
  /** Whether the memory that is recorded is looked at wherever guests access it. */
  private isExact: boolean;

  constructor(
    private readonly request: ProgramRequest,
    private readonly emit: (event: ProgramEvent) => void,
    private readonly threads: ProgramThreads,
  ) {
    this.isExact = request.exact;
    if (request.exact) readBranchHints();
    this.buffers.hookMemories();
    this.wrappers.hookJavaScriptApi(
      (table, entry) => this.recorded?.exported.wrapEntry(table, entry) ?? entry,
      (inner, promising) => this.recorded?.exported.promised(inner, promising) ?? promising,
      call => this.stacks.within(call),
    );
  }

  /** Makes an instance over the memory that is recorded, or one that is given functions of these; null for any other. */
  makeInstance(
    compiled: WebAssembly.Module,
    source: ModuleSource | 'unknown' | null,
    imports: unknown,
  ): WebAssembly.Instance | null {
    const given = imports === undefined && WebAssembly.Module.imports(compiled).length === 0 ? {} : imports;
    if (!isObject(given)) return null; // V8 says what is wrong with it
    const note = source === 'unknown' ? unknownNote(compiled) : null;
    if (note !== null) this.noteUnrecorded(note);
    const made = isObject(source) ? this.make(compiled, source, given) : null;
    return made ?? this.makeOther(compiled, given, false);
  }

  /** The program ends. */
  finish(): void {
    try {
      this.tellEnd();
    } catch (error) {
      this.note(lostNote(messageOf(error)));
    }
  }

  private tellEnd(): void {
    const { recorded } = this;
    const { news } = this.threads;
    const inThreads = news.of('instance');
    if (inThreads.length > 0) this.note(threadsNote(inThreads, recorded?.told.memory ?? null));
    else if (news.hasThreads && recorded?.told.isShared) this.note(SHARED_THREADS_NOTE);
    if (this.others.size > 0) this.note(this.othersNote());
    if (!recorded) return;
    const { told } = recorded;
    told.finish();
    const unmet = unmetNote(told.modules.map(({ module }) => module));
    if (unmet !== null) this.note(unmet);
    const writer = this.further.get(told.memory);
    if (writer !== undefined) this.note(furtherNote(writer));
    if (told.partNote !== null) this.note(told.partNote);
    if (!told.isSeenWhole) this.note(FAR_NOTE);
    const { borderCounts } = told;
    if (borderCounts.near + borderCounts.skipped > 0) this.note(nearNote(borderCounts, this.isExact));
  }

  private readonly enterOther = (args: readonly unknown[]): Crossing =>
    this.recorded?.exported.enterUnknown(args) ?? untold(this.wrappers.unwrapAll(args));

  /** A module that is not recorded calls its own host: often it stands between a guest and a host function, and guests may be entered there. */
  private readonly calledByOther: AroundHost = args => {
    const { recorded, stacks } = this;
    recorded?.told.hostRuns();
    const { given, returned, threw } = recorded?.imported.callByOther(args) ?? untold(args);
    stacks.enterGuest(); // one of the frames that V8 keeps is the recorder's
    return {
      given,
      returned: value => {
        stacks.leaveGuest();
        return returned(value);
      },
      threw: thrown => {
        stacks.leaveGuest();
        threw(thrown);
        stacks.restore(thrown);
      },
    };
  };

  /** An instance that is not recorded, and may call functions that are, or of the program; null for any other. */
  private makeOther(
    compiled: WebAssembly.Module,
    imports: object,
    hasMemory: boolean,
    takesFunctions = false,
  ): WebAssembly.Instance | null {
    const { wrappers, recorded } = this;
    const tables = wrappers.tablesIn(compiled, imports);
    recorded?.exported.othersEntries(tables, false);
    const hasTables = recorded !== null && tables.length > 0;
    const made = wrappers.makeOther(compiled, imports, {
      enter: this.enterOther,
      around: this.calledByOther,
      mayGetOurs: hasTables || takesFunctions,
      isAdapter: !hasMemory || this.request.exact,
    });
    recorded?.exported.othersEntries(tables, true);
    return made;
  }

  private make(compiled: WebAssembly.Module, source: ModuleSource, imports: object): WebAssembly.Instance | null {
    const module = this.readModule(source.bytes);
    if (!module || module.functions.length === module.importedFunctions) return null; // it has no code
    const memory = memoryGiven(module, imports);
    if (memory === null) return null; // V8 says what is wrong with it
    if (this.recorded?.isFull && memory === this.recorded.told.memory) {
      this.noteUnrecorded(FULL_NOTE);
      return null;
    }
    const of = this.wanted(module, source, memory);
    if (!of) return this.makeUnrecorded(compiled, nameOfModule(module, source), module, memory, imports);
    if ('reason' in of) {
      this.noteUnrecorded(`A module can't be recorded: ${of.reason}. It is ${nameOfModule(module, source)}.`);
      return null;
    }
    if (!of.canLink(this.wrappers.plainImports(module.imports, imports))) return null; // V8 says why
    this.recorded ??= this.begin(module, memory);
    const made = this.recorded.makeInstance(of, imports);
    this.seeFurther(nameOfModule(module, source), module, imports, made);
    return made;
  }

  /** The module, where its instance is to be recorded; or why it can't be; null where it is not. */
  private wanted(
    module: Module,
    source: ModuleSource,
    memory: WebAssembly.Memory | undefined,
  ): ReturnType<typeof ProgramModule.compile> | null {
    const modules = this.recorded?.told.modules ?? [];
    if (!this.recorded) this.isExact = this.request.exact && !isShared(module, memory);
    const isWanted = this.recorded ? memory === this.recorded.told.memory : this.isWanted(module, memory);
    if (!isWanted) return null;
    return (
      modules.find(each => each.isSame(source)) ??
      ProgramModule.compile(module, source, this.request.record, modules, this.isExact)
    );
  }

  private begin(module: Module, given: WebAssembly.Memory | undefined): RecordedMemory {
    const limits = linearMemory(module)?.limits;
    const memory = given ?? (limits && declaredMemory(limits));
    if (!memory) throw new RangeError('the module has no memory');
    const { request, wrappers, stacks, buffers, emit, threads, isExact } = this;
    if (request.exact && !isExact) this.note(SHARED_NOTE);
    this.recordedNumber = this.numberOf(memory);
    const lost = (fault: string): void => this.note(lostNote(fault));
    const recorded = new RecordedMemory({ memory, wrappers, stacks, buffers, request, isExact, threads, emit, lost });
    recorded.told.hasOtherWriter = this.further.has(memory);
    return recorded;
  }

  private makeUnrecorded(
    compiled: WebAssembly.Module,
    name: string,
    module: Module,
    memory: WebAssembly.Memory | undefined,
    imports: object,
  ): WebAssembly.Instance {
    const before = this.memories;
    const number = memory ? this.numberOf(memory) : ++this.memories; // its start function may make others
    let made: WebAssembly.Instance;
    try {
      made =
        this.makeOther(compiled, imports, true, module.exports.some(takesFunction)) ??
        new Instance(compiled, this.wrappers.plainImports(module.imports, imports));
    } catch (error) {
      // What V8 does not link has used none.
      const isRefused = error instanceof WebAssembly.LinkError || error instanceof TypeError;
      if (isRefused && number > before && this.memories === number) {
        this.memories = before;
        if (memory) this.numbers.delete(memory);
      }
      throw error;
    }
    const exported = module.exports.find(({ kind, index }) => kind === 'memory' && index === 0);
    const own: unknown = exported && exportsOf(made)[exported.name];
    if (own instanceof WebAssembly.Memory) this.numbers.set(own, number);
    this.seeFurther(name, module, imports, made);
    const other = this.others.get(number) ?? { number, module: name, instances: 0 };
    other.instances++;
    this.others.set(number, other);
    return made;
  }

  /** Remembers the memories behind its first one that an instance may write to, as far as others can have them. */
  private seeFurther(name: string, module: Module, imports: object, made: WebAssembly.Instance): void {
    if (!writesFurther(module)) return;
    const given = module.imports.filter(({ kind }) => kind === 'memory');
    const exported = module.exports.filter(({ kind, index }) => kind === 'memory' && index > 0);
    const all: unknown[] = [
      ...given.slice(1).map(each => Object(Object(imports)[each.module])[each.name]),
      ...exported.map(each => exportsOf(made)[each.name]),
    ];
    for (const memory of all) if (memory instanceof WebAssembly.Memory) this.further.set(memory, name);
    if (this.recorded) this.recorded.told.hasOtherWriter = this.further.has(this.recorded.told.memory);
  }

  private numberOf(memory: WebAssembly.Memory): number {
    const number = this.numbers.get(memory) ?? ++this.memories;
    this.numbers.set(memory, number);
    return number;
  }

  private othersNote(): string {
    const others = [...this.others.values()];
    const named = others
      .slice(0, NAMED_MEMORIES)
      .map(
        ({ number, module, instances }) =>
          `memory ${number}, of ${module}${instances > 1 ? ` (${instances} instances)` : ''}`,
      );
    const more = others.length > named.length ? `, and ${others.length - named.length} more` : '';
    const recorded = this.recorded ? `Memory ${this.recordedNumber} of the program is recorded. ` : '';
    return `${recorded}Not recorded: ${named.join('; ')}${more}. With --memory ${others[0].number} that one is recorded instead.`;
  }

  /** Null where it has no memory to record, or one that can't be recorded. */
  private readModule(bytes: Uint8Array): Module | null {
    try {
      return readInput(bytes, this.request.allocators);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof WasmFormatError)) throw error;
      if (error instanceof InputError && error.problem.kind !== 'no-memory')
        this.note(`A module is not recorded: ${error.problem.message}`);
      return null;
    }
  }

  /** Whether the memory that an instance of the module is to have is the one to record. */
  private isWanted({ exports, imports }: Module, memory: WebAssembly.Memory | undefined): boolean {
    const { moduleName, memoryNumber } = this.request;
    if (memoryNumber !== null) {
      const number = (memory && this.numbers.get(memory)) ?? this.memories + 1;
      if (number !== memoryNumber) return false;
    }
    if (moduleName === null) return true;
    const names = [...exports.map(({ name }) => name), ...imports.map(({ module, name }) => `${module}.${name}`)];
    return names.some(name => name.includes(moduleName));
  }

  /** Code is not recorded that may write to the memory that is. */
  private noteUnrecorded(text: string): void {
    this.buffers.distrust();
    this.note(text);
  }

  private note(text: string): void {
    this.emit({ type: 'note', text });
  }
}
