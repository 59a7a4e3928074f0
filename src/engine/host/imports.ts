// The import object of one instance.

import type { Module } from '../../wasm/module.ts';
import type { RewrittenModule } from '../../wasm/record/recordAccesses.ts';
import type { ValueType } from '../../wasm/types.ts';
import type { ImportLog } from '../../wire/importLog.ts';
import type { HostFunction, ImportHost } from './hostModule.ts';
import { provisionsFor } from './hostModules.ts';
import { converted, convertedAll } from './values.ts';

/** Takes what an import gives back. */
export interface ImportResults {
  /**
   * What V8 gets of what the host function returned. This may run code of the program's, as V8 would.
   * @throws what that throws
   */
  convert(value: unknown): unknown;
  /** @param given what V8 gets */
  returned(given: unknown): void;
  threw(): void;
}

/**
 * Records what an import gives back.
 * @param index of the import, among all of the module
 * @param types of its results
 */
export function importResults(index: number, types: readonly ValueType[], log: ImportLog): ImportResults {
  return {
    convert: value => {
      if (types.length === 0) return value;
      if (types.length === 1) return converted(value, types[0]);
      // Several results may come from an iterator that is gone over once only: V8 gets what it gave.
      if (!isIterable(value)) return value; // V8 says so
      const list = listOf(value);
      return list.length === types.length ? convertedAll(list, types) : list;
    },
    returned: given => {
      const isTaken = types.length < 2 || (Array.isArray(given) && given.length === types.length);
      if (isTaken) log.returned(index, types, given);
      else log.threw(index); // V8 does, into the guest
    },
    threw: () => log.threw(index),
  };
}

/** The same function, of which it is recorded what it gives back: see {@link importResults}. */
export function recordResults(call: HostFunction, ...of: Parameters<typeof importResults>): HostFunction {
  const results = importResults(...of);
  return (...args) => {
    let given: unknown;
    try {
      given = results.convert(call(...args));
    } catch (error) {
      results.threw();
      throw error;
    }
    results.returned(given);
    return given;
  };
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  value !== null && value !== undefined && typeof Reflect.get(Object(value), Symbol.iterator) === 'function';

/** What an iterator gives. In a list that has only ever held numbers V8 makes a signaling NaN a quiet one. */
function listOf(given: Iterable<unknown>): unknown[] {
  const list = [null, ...given];
  list.shift();
  return list;
}

/** The host of one instance, which is told which of its imports wrote to memory. */
export interface InstanceHost extends Omit<ImportHost, 'wrote'> {
  /** Number of the module's first import among those of all modules. */
  readonly firstImport: number;
  wrote(address: number, length: number, index: number): void;
}

/**
 * Builds the import object.
 * @throws InputError where an import can't be provided
 */
export function importObject(module: Module, rewritten: RewrittenModule, host: InstanceHost): WebAssembly.Imports {
  const imports: Record<string, WebAssembly.ModuleImports> = Object.create(null);
  const provide = (from: string, name: string, value: WebAssembly.ImportValue): void => {
    imports[from] ??= Object.create(null);
    imports[from][name] = value;
  };
  provisionsFor(module).forEach((provision, index) => {
    const each = module.imports[index];
    const wrote: ImportHost['wrote'] = (address, length) => host.wrote(address, length, index);
    const ofImport: ImportHost = { ...host, wrote };
    const types = each.kind === 'function' ? (each.type?.results ?? []) : [];
    const value =
      'makeFunction' in provision
        ? recordResults(provision.makeFunction(ofImport, index), host.firstImport + index, types, host.results)
        : provision.make(ofImport);
    provide(each.module, each.name, value);
  });
  provide(rewritten.memoryImport.module, rewritten.memoryImport.name, host.memory);
  return imports;
}
