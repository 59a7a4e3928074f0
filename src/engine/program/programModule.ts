// A module of a program that is recorded, as it was and as it runs.
import { sameBytes } from '../../platform/bytes.ts';
import { Instance, Module as PlainModule } from '../../platform/plainApi.ts';
import type { ModuleSummary } from '../../protocol/run.ts';
import { globalValues, linearMemory, type Module, SECTION, sectionOf } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { lastNumber } from '../../wasm/record/decodeEntries.ts';
import { linkingModule } from '../../wasm/record/linkingModule.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import { type CompiledGuest, compileRecorded } from '../input/compile.ts';
import { summarize } from '../input/inspect.ts';
import type { FramesOf } from '../traps.ts';
import { type GuestFunction, isExportedFunction, isObject } from './functionWrappers.ts';
import type { ProgramRequest } from './programRequest.ts';
import type { ModuleSource } from './webAssemblyHooks.ts';

/** V8 names a module in stacks by this and a hash. */
const NAME = 'wasm-shared-memory';

/** Index of the recorded module that a frame of a stack is in, by what V8 calls it; null for one that is none. */
export function moduleOfFrame(url: string): number | null {
  const match = /^wasm:\/\/wasm\/wasm-shared-memory-(\d+)-[0-9a-f]{8}$/.exec(url);
  return match && Number(match[1]);
}

export class ProgramModule {
  readonly frames: FramesOf;
  private linking: WebAssembly.Module | null = null;

  private constructor(
    /** Among the modules of the recording. */
    readonly index: number,
    readonly module: Module,
    /** What the user calls it. */
    readonly name: string,
    readonly guest: CompiledGuest,
    private readonly source: ModuleSource,
    /** Number of its first import among those of all modules. */
    readonly firstImport: number,
  ) {
    this.frames = { module: index, nameOf: functionNamer(module), original: guest.rewritten };
  }

  /** @param before the modules that are recorded already */
  static compile(
    module: Module,
    source: ModuleSource,
    level: ProgramRequest['record'],
    before: readonly ProgramModule[],
    exact: boolean,
  ): ProgramModule | { readonly reason: string } {
    const last = before.at(-1);
    const plan = last?.guest.rewritten.plan;
    const among = { firstNumber: plan ? lastNumber(plan) + 1 : 1, name: `${NAME}-${before.length}` };
    const compiled = compileRecorded(module, level, {
      keepLimits: true,
      options: source.options,
      among,
      exact,
    });
    if ('reason' in compiled) return compiled;
    const firstImport = last ? last.firstImport + last.module.imports.length : 0;
    return new ProgramModule(before.length, module, nameOfModule(module, source), compiled, source, firstImport);
  }

  isSame({ bytes, options }: ModuleSource): boolean {
    return sameBytes(bytes, this.source.bytes) && JSON.stringify(options) === JSON.stringify(this.source.options);
  }

  /** @param pages size of the recorded memory when the first instance is made, in pages of 64 KiB */
  summary(pages: number): ModuleSummary {
    const summary = summarize(this.module, this.name);
    return {
      ...summary,
      memory: { ...summary.memory, pages },
      // Whom the program calls is its own affair.
      imports: summary.imports.map(each => ({ ...each, provided: 'program' })),
    };
  }

  get hasStart(): boolean {
    return sectionOf(this.module.sections, SECTION.start) !== undefined;
  }

  nameOf(functionIndex: number): string {
    return this.frames.nameOf(functionIndex);
  }

  /** Index in the module as the program has it of a function that an instance gave out; `NO_FUNCTION` for anything else. */
  indexOf(given: GuestFunction | undefined): number {
    if (!given || !isExportedFunction(given)) return NO_FUNCTION;
    const index = Number(given.name); // so V8 names it
    return this.guest.rewritten.originalFunction(index) ?? index;
  }

  /** Whether V8 links these imports: nothing runs, and nothing is written. */
  canLink(given: WebAssembly.Imports): boolean {
    const linking: WebAssembly.Module =
      this.linking ?? Reflect.construct(PlainModule, [linkingModule(this.module), this.source.options]);
    this.linking = linking;
    try {
      new Instance(linking, given);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The data segments that the making of an instance puts into memory, in order; null where the place of one is not known.
   * @param imports as the program gives them
   */
  placedSegments(imports: object): (readonly [segment: number, address: number])[] | null {
    const globals = globalValues(this.module, global => this.globalGiven(imports, global));
    const placed: (readonly [number, number])[] = [];
    for (const [index, segment] of this.module.dataSegments.entries()) {
      if (segment.memory !== 0) continue;
      const address = segment.addressWith(globals);
      if (address === null) return null;
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
}

/** An instance that is recorded. */
export interface ProgramInstance {
  readonly index: number;
  readonly of: ProgramModule;
  /** Those that it exports or was given. */
  readonly tables: Set<WebAssembly.Table>;
  /** Functions of other instances that it imports, without wrappers: what it exports of them stays what it is. */
  readonly given: Set<GuestFunction>;
}

/** A module by its file, or by what it exports, so that the user can tell which one is meant. */
export function nameOfModule({ bytes, exports }: Module, { file }: Pick<ModuleSource, 'file'>): string {
  if (file !== null) return file;
  const text = exportingModule(exports.map(({ name }) => name));
  return text.replace('the module', `the module of ${bytes.length} bytes`);
}

/** The same where nothing more is known. */
export function exportingModule(names: readonly string[]): string {
  return `the module that exports ${names.slice(0, 3).join(', ') || 'nothing'}${names.length > 3 ? ' …' : ''}`;
}

/** The memory that the program gives; undefined where the module defines its own, null where what is given is none. */
export function memoryGiven(module: Module, imports: object): WebAssembly.Memory | null | undefined {
  const imported = linearMemory(module)?.imported;
  if (!imported) return undefined;
  const from: unknown = Reflect.get(imports, imported.module);
  const given: unknown = isObject(from) ? Reflect.get(from, imported.name) : null;
  return given instanceof WebAssembly.Memory ? given : null;
}
