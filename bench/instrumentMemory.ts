// The peer of recording accesses: binaryen's pass that calls a hook for each load and store, with hooks that do nothing.
import binaryen from 'binaryen';

export const INSTRUMENTED = 'binaryen instrument-memory, with hooks that do nothing';

export interface InstrumentedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it imports from `env` beside its own imports. */
  readonly hooks: Readonly<Record<string, (...args: unknown[]) => unknown>>;
}

/** A hook gives the address or value that it was told back. */
const HOOKS: InstrumentedModule['hooks'] = {
  load_ptr: (_id, _bytes, _offset, address) => address,
  store_ptr: (_id, _bytes, _offset, address) => address,
  value: (_id, value) => value,
};

export function instrumentMemory(bytes: Uint8Array): InstrumentedModule {
  const module = binaryen.readBinary(bytes);
  module.runPasses(['instrument-memory']);
  const result = new Uint8Array(module.emitBinary());
  module.dispose();
  const own = new Set(WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(bytes))).map(nameOf));
  const added = WebAssembly.Module.imports(new WebAssembly.Module(result)).filter(each => !own.has(nameOf(each)));
  return { bytes: result, hooks: Object.fromEntries(added.map(({ name }) => [name, HOOKS[name] ?? HOOKS.value])) };
}

const nameOf = ({ module, name }: WebAssembly.ModuleImportDescriptor): string => `${module}.${name}`;
