// Takes part in the making of every instance of a program, whichever way of the JavaScript API it is made. Modules stay what
// they are: only what is instantiated may be another module, so that all that a program can ask a module is as it would be.

import { types } from 'node:util';
import { fileOfCaller } from './errorProperties.ts';
import { fileNameOf } from './fileNames.ts';
import { isObject } from './functionWrappers.ts';
import { classInPlaceOf, replaceMethods } from './nativeFunctions.ts';
import type { MakeCall } from './programStacks.ts';

/** What a module was compiled from. */
export interface ModuleSource {
  readonly bytes: Uint8Array;
  /** Name of the file that they were read from; null where that is not known. */
  readonly file: string | null;
  /** How it is compiled, as the program says (`builtins`, `importedStringConstants`): what V8 makes of them is part of the module. */
  readonly options: unknown;
}

/**
 * Makes an instance of a module.
 * @param source null where it is none of the program; `unknown` where the program has not compiled it here
 * @returns null where the instance is to be made as it always is
 */
export type MakeInstance = (
  module: WebAssembly.Module,
  source: ModuleSource | 'unknown' | null,
  imports: unknown,
) => WebAssembly.Instance | null;

/** Whether it is a buffer or a view of one, also of another realm. */
const isBuffer = (source: unknown): boolean => ArrayBuffer.isView(source) || types.isAnyArrayBuffer(source);

/** A copy of what a program gives as a module's bytes; null where it has none, which V8 then says. */
function copyOf(source: unknown): Uint8Array | null {
  try {
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
    return types.isAnyArrayBuffer(source) ? new Uint8Array(source).slice() : null; // also one of another realm
  } catch {
    return null; // it was handed over, or its end was cut off
  }
}

/** Packages that are a part of Node, such as its `fetch`, are none of the program, though they have modules of their own. */
const NODES_PACKAGES = 'node:internal/deps/';

/** Whether code of {@link NODES_PACKAGES} has called the function of the JavaScript API that runs. */
const isOfNode = (): boolean => fileOfCaller()?.startsWith(NODES_PACKAGES) === true;

/** What a program gives for a module's imports, read once, in V8's order: it may have getters. What is no object V8 is to see. */
function readImports(module: WebAssembly.Module, imports: unknown): unknown {
  if (!isObject(imports)) return imports;
  const read: Record<string, unknown> = Object.create(null);
  for (const { module: name, name: field } of WebAssembly.Module.imports(module)) {
    const from: unknown = Object(imports)[name]; // a getter that throws tells of no other function
    if (!isObject(from)) {
      read[name] = from;
      break; // V8 says so
    }
    const fields = Object(read[name] ?? Object.create(null));
    fields[field] = Object(from)[field];
    read[name] = fields;
  }
  return read;
}

const SAID = /^WebAssembly\.(Module|Instance|compile|instantiate|compileStreaming|instantiateStreaming)\(\)/;

function setText(error: Error, name: 'message' | 'stack', value: string): void {
  Object.defineProperty(error, name, { value, writable: true, configurable: true });
}

/** V8's messages begin with the function that the program has called: the one that it knows of, not those that it was made of. */
function asCalled(name: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error && SAID.test(thrown.message))) return thrown;
  const { message } = thrown;
  const stack: unknown = thrown.stack;
  const told = message.replace(SAID, `WebAssembly.${name}()`);
  setText(thrown, 'message', told);
  if (typeof stack === 'string')
    setText(
      thrown,
      'stack',
      stack.replace(message, () => told),
    );
  return thrown;
}

/** V8's own, whatever a program puts in its place. */
const OwnPromise = Promise;

// They are settled when they are made, as those of V8 are.
const resolved = async <Value>(value: Value): Promise<Value> => value;
const rejected = async (thrown: unknown): Promise<never> => {
  throw thrown;
};

/** Puts itself in the place of WebAssembly's functions, for good. */
export function hookWebAssembly(make: MakeInstance, within: MakeCall = call => call()): void {
  const { Module, Instance, compile, compileStreaming, instantiate, instantiateStreaming } = WebAssembly;
  const sources = new WeakMap<WebAssembly.Module, ModuleSource | null>();

  const remember = (
    module: WebAssembly.Module,
    bytes: Uint8Array | null,
    of: Omit<ModuleSource, 'bytes'>,
  ): WebAssembly.Module => {
    sources.set(module, bytes && { bytes, ...of });
    return module;
  };
  const makeOf = (module: WebAssembly.Module, imports: unknown): WebAssembly.Instance | null =>
    make(module, sources.has(module) ? (sources.get(module) ?? null) : 'unknown', imports);

  const compileAndKeep = async (...args: Parameters<typeof compile>): Promise<WebAssembly.Module> => {
    const bytes = isOfNode() ? null : copyOf(args[0]); // before the program can change them
    return remember(await compile(...args), bytes, { file: fileNameOf(args[0]), options: args[1] });
  };
  const compileStreamAndKeep = async (...args: Parameters<typeof compileStreaming>): Promise<WebAssembly.Module> => {
    const [source, ...options] = args;
    const response = await source;
    const bytes = response instanceof Response ? new Uint8Array(await response.clone().arrayBuffer()) : null;
    const file = response instanceof Response ? response.url.split('/').at(-1) || null : null;
    return remember(await compileStreaming(response, ...options), bytes, { file, options: options[0] });
  };
  /** V8 makes an instance of a module at once: who waits for it gets it in the next turn. */
  const instanceOf = (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports | undefined,
  ): Promise<WebAssembly.Instance> => {
    try {
      const read = readImports(module, imports);
      const made = within(() => makeOf(module, read));
      return made ? resolved(made) : instantiate(module, read as WebAssembly.Imports); // whatever it is: V8 checks it
    } catch (thrown) {
      return rejected(asCalled('instantiate', thrown));
    }
  };
  /**
   * Nobody waits for the function in which the instance is made, since V8 tells of nobody in the stacks of what is thrown there.
   * @param name of the function that the program called, which V8 names where it can't compile
   */
  const instantiateCompiled = (
    name: string,
    compiling: Promise<WebAssembly.Module>,
    imports: WebAssembly.Imports | undefined,
  ): Promise<WebAssembly.WebAssemblyInstantiatedSource> =>
    new OwnPromise((resolve, reject) => {
      const make = async (): Promise<void> => {
        let module: WebAssembly.Module;
        try {
          module = await compiling;
        } catch (thrown) {
          reject(asCalled(name, thrown));
          return;
        }
        try {
          resolve({ module, instance: await instanceOf(module, imports) });
        } catch (thrown) {
          reject(thrown);
        }
      };
      void make();
    });
  /** What is no object V8 refuses before anything else. */
  const areRefused = (imports: unknown): boolean => imports !== undefined && !isObject(imports);

  replaceMethods(WebAssembly, {
    Module: classInPlaceOf('Module', Module, (args, construct) => {
      const bytes = isOfNode() ? null : copyOf(args[0]);
      const of = { file: fileNameOf(args[0]), options: args[1] };
      return remember(
        within(() => construct(args)),
        bytes,
        of,
      );
    }),
    Instance: classInPlaceOf('Instance', Instance, (args, construct, newTarget) => {
      const [module, imports, ...more] = args;
      const isModule = module instanceof Module;
      const read = isModule ? readImports(module, imports) : imports;
      const made = isModule ? within(() => makeOf(module, read)) : null;
      const given = [module, read, ...more].slice(0, args.length);
      if (!made) return within(() => construct(given));
      // A class that extends it.
      const prototype: unknown = Reflect.get(newTarget, 'prototype');
      if (typeof prototype === 'object' && prototype !== Instance.prototype) Object.setPrototypeOf(made, prototype);
      return made;
    }),
    compile: compileAndKeep,
    compileStreaming: compileStreamAndKeep,
    instantiate: (
      source: BufferSource | WebAssembly.Module,
      imports?: WebAssembly.Imports,
      ...options: CompileOptions
    ) => {
      // V8 says what it wants.
      if (areRefused(imports) || !(source instanceof Module || isBuffer(source)))
        return instantiate(source as WebAssembly.Module, imports);
      if (source instanceof Module) return instanceOf(source, imports);
      return instantiateCompiled('instantiate', compileAndKeep(source, ...options), imports);
    },
    instantiateStreaming: (
      source: Parameters<typeof compileStreaming>[0],
      imports?: WebAssembly.Imports,
      ...options: CompileOptions
    ) =>
      areRefused(imports)
        ? instantiateStreaming(source, imports)
        : instantiateCompiled('instantiateStreaming', compileStreamAndKeep(source, ...options), imports),
  });
}

type CompileOptions = Parameters<typeof WebAssembly.compile> extends [unknown, ...infer Options] ? Options : never;
