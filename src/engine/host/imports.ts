// The import object of one instance.

import { type Import, linearMemory, type Module } from '../../wasm/module.ts';
import type { SharedMemoryModule } from '../../wasm/shareMemory.ts';
import type { ValueType } from '../../wasm/types.ts';
import type { ImportLog } from '../../wire/importLog.ts';
import { inputError, providedFor } from '../input/inspect.ts';
import { abortMessage, GuestAbort } from './abort.ts';
import { decodePrint } from './print.ts';
import { zeroOf, zeroResult } from './values.ts';

export interface ImportHost {
  readonly memory: WebAssembly.Memory;
  /** Calls by index of the import; stubs count here. */
  readonly importCalls: Uint32Array;
  /** Takes what the functions give back. */
  readonly results: ImportLog;
  printed(text: string): void;
}

const bytesOf = (memory: WebAssembly.Memory): Uint8Array => new Uint8Array(memory.buffer);

export type HostFunction = (...args: (number | bigint)[]) => unknown;

function functionFor(
  module: Module,
  each: Import & { kind: 'function' },
  index: number,
  host: ImportHost,
): HostFunction {
  switch (providedFor(module, each)) {
    case 'abort':
      return (...args) => {
        throw new GuestAbort(abortMessage(args.map(Number), bytesOf(host.memory)));
      };
    case 'print':
      return (...args) => host.printed(decodePrint(args, bytesOf(host.memory)));
    default: {
      const results = each.type?.results ?? [];
      return () => {
        host.importCalls[index]++;
        return zeroResult(results);
      };
    }
  }
}

/**
 * The same function, of which it is recorded what it gives back.
 * @param index of the import, among all of the module
 * @param types of its results
 */
export function recordResults(
  call: HostFunction,
  index: number,
  types: readonly ValueType[],
  log: ImportLog,
): HostFunction {
  return (...args) => {
    let returned: unknown;
    try {
      returned = call(...args);
    } catch (error) {
      log.threw(index);
      throw error;
    }
    // Several results may come from an iterator that is gone over once only: V8 gets what it gave.
    if (types.length > 1) returned = [...(returned as Iterable<unknown>)]; // V8 takes nothing else, either
    log.returned(index, types, returned);
    return returned;
  };
}

/** A table, global, tag or further memory of the declared type with zero contents. */
function placeholderFor(each: Import): unknown {
  switch (each.kind) {
    case 'memory': {
      const { minimum, maximum, shared } = each.type;
      const limits: WebAssembly.MemoryDescriptor = { initial: Number(minimum), shared };
      if (maximum !== null) limits.maximum = Number(maximum);
      return new WebAssembly.Memory(limits);
    }
    case 'table': {
      const { element, limits } = each.type;
      const descriptor: WebAssembly.TableDescriptor = {
        element: element === 'externref' ? 'externref' : 'anyfunc',
        initial: Number(limits.minimum),
      };
      if (limits.maximum !== null) descriptor.maximum = Number(limits.maximum);
      return new WebAssembly.Table(descriptor);
    }
    case 'global': {
      const { type, mutable } = each.type;
      // The JavaScript API writes funcref as 'anyfunc'; V8 takes the other names as the text format writes them.
      const value = (type === 'funcref' ? 'anyfunc' : type) as WebAssembly.ValueType;
      return new WebAssembly.Global({ value, mutable }, zeroOf(type));
    }
    case 'tag':
      // The text format's value types are the ones that the JavaScript API takes.
      return new WebAssembly.Tag({ parameters: [...(each.type?.params ?? [])] as WebAssembly.ValueType[] });
    case 'function':
      return undefined;
  }
}

function placeholderOrExplain(each: Import): unknown {
  try {
    return placeholderFor(each);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw inputError(
      'link-error',
      `The module imports the ${each.kind} '${each.module}.${each.name}', which can't be provided; V8 says: ${reason}.`,
      'Build the module so that it does not import it.',
    );
  }
}

/**
 * Builds the import object.
 * @throws InputError where an import can't be provided
 */
export function importObject(module: Module, rewritten: SharedMemoryModule, host: ImportHost): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
  const provide = (from: string, name: string, value: unknown): void => {
    imports[from] ??= Object.create(null);
    imports[from][name] = value as WebAssembly.ImportValue; // what the cases above made
  };
  const shared = linearMemory(module)?.imported;
  module.imports.forEach((each, index) => {
    if (each === shared) return;
    const value =
      each.kind === 'function'
        ? recordResults(functionFor(module, each, index, host), index, each.type?.results ?? [], host.results)
        : placeholderOrExplain(each);
    provide(each.module, each.name, value);
  });
  provide(rewritten.memoryImport.module, rewritten.memoryImport.name, host.memory);
  return imports;
}
