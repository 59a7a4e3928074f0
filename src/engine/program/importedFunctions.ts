// What recorded instances import: the program's functions are told what they give back and what they wrote, WebAssembly's own go in as they are.

import { exportsOf, Instance, Module } from '../../platform/plainApi.ts';
import type { Writer } from '../../protocol/lostViews.ts';
import type { ImportOf } from '../../protocol/recording.ts';
import { importName } from '../../wasm/claims/places.ts';
import { type Import, linearMemory } from '../../wasm/module.ts';
import { NO_FRAME } from '../../wasm/record/entries.ts';
import { SUSPENDING, suspendingModule } from '../../wasm/suspendingImport.ts';
import type { FunctionType } from '../../wasm/types.ts';
import { type ImportResults, importResults } from '../host/imports.ts';
import { across, type Crossing, untold } from './crossings.ts';
import type { ExportedFunctions } from './exportedFunctions.ts';
import {
  type FunctionWrappers,
  isExportedFunction,
  isGuestFunction,
  isObject,
  mapFunctions,
  type SuspendingImport,
} from './functionWrappers.ts';
import type { ProgramInstance } from './programModule.ts';
import type { RecordedCalls } from './recordedCalls.ts';
import { newHostRun, type ToldMemory } from './toldMemory.ts';

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

interface Returned {
  readonly returned: unknown;
}

export class ImportedFunctions {
  constructor(
    private readonly told: ToldMemory,
    private readonly wrappers: FunctionWrappers,
    private readonly calls: RecordedCalls,
    private readonly exported: ExportedFunctions,
  ) {}

  /** @param imports what the program gives for an instance */
  importObject(instance: ProgramInstance, imports: object): Record<string, WebAssembly.ModuleImports> {
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
    if (!linearMemory(module)?.imported) given[from] = { ...given[from], [name]: this.told.memory };
    return given;
  }

  /** What the program gives for an import; of its own functions it is recorded what they give back. */
  private imported(each: Import, instance: ProgramInstance, of: ImportOf, value: unknown): WebAssembly.ImportValue {
    if (value instanceof WebAssembly.Table) this.exported.shareTable(value, instance);
    if (isNativeExit(each, value)) return (code: number) => process.exit(code);
    const inner = this.wrappers.unwrap(value);
    const suspending = each.kind === 'function' ? this.wrappers.suspendingOf(value) : null;
    const between = suspending && each.kind === 'function' && this.suspending(suspending, each.type, instance, of);
    if (between) return between;
    // Calls of another instance are told by its entries.
    if (each.kind !== 'function' || !isGuestFunction(value) || isExportedFunction(inner)) {
      if (isGuestFunction(inner)) instance.given.add(inner);
      return inner as WebAssembly.ImportValue; // whatever the program gives: V8 checks it
    }
    const results = importResults(
      instance.of.firstImport + of.import,
      each.type?.results ?? [],
      this.told.outlet.imports,
    );
    const by = this.told.views.writer('import', instance.index, importName(each));
    return across(value, args => this.enter(instance, of, args, results, by));
  }

  /** The program's function is called: where it returns or throws, what it wrote is told. */
  private enter(
    instance: ProgramInstance,
    of: ImportOf,
    args: readonly unknown[],
    results: ImportResults | null,
    by: Writer | null,
  ): Crossing {
    this.calls.checkStack();
    const leave = this.inHost(of, args, by);
    const threw = (): void => {
      leave(null);
      results?.threw();
    };
    return {
      given: mapFunctions(args, each => this.exported.given(each, instance)),
      returned: value => {
        let given = this.wrappers.unwrap(value);
        try {
          if (results) given = results.convert(given); // which may be the host's code, too
        } catch (error) {
          threw();
          throw error;
        }
        leave({ returned: given });
        results?.returned(given);
        return given;
      },
      threw,
    };
  }

  /**
   * A module that is not recorded calls a function of the program: one with a memory of its own, or without one, as Emscripten's `addFunction`
   * puts into tables. Where it was a guest that called there, what the host writes is found as in an import of its own.
   */
  callByOther(args: readonly unknown[]): Crossing {
    const { told } = this;
    const { frame } = told.outlet.place;
    const isGuests = frame !== NO_FRAME && told.under.at(-1)?.place.frame !== frame;
    if (!isGuests || told.isLost) return untold(args);
    const leave = this.inHost(null, args, null);
    return {
      given: args,
      returned: value => {
        leave({ returned: value });
        return value;
      },
      threw: () => leave(null),
    };
  }

  /**
   * A host function is called.
   * @param by as which it writes to memory; null where nobody follows that
   * @returns what is told what it returned; null where it threw
   */
  private inHost(of: ImportOf | null, args: readonly unknown[], by: Writer | null): (end: Returned | null) => void {
    const { told } = this;
    told.lookBeforeHost();
    told.hostRuns();
    const { place } = told.outlet;
    const run = newHostRun(of, place);
    told.under.push(run);
    return end => {
      told.border([...args, end?.returned]);
      told.fibers.goTo(place);
      told.under.pop();
      if (by && end) told.importReturned(by, run);
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
    const { told } = this;
    const made = new Instance(new Module(bytes), {
      [SUSPENDING.host]: {
        [SUSPENDING.import]: wrap(across(host, args => this.enter(instance, of, args, null, null))),
        [SUSPENDING.leave]: () => told.fibers.leave(),
        [SUSPENDING.back]: (token: number) => {
          told.fibers.back(token);
          told.under.push(newHostRun(of, told.outlet.place));
          told.border([]);
          told.under.pop();
        },
      },
    });
    return exportsOf(made)[SUSPENDING.call];
  }
}
