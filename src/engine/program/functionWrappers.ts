// A program gets each exported function in a wrapper that records its calls. WebAssembly takes only functions of its own into tables,
// globals and parameters, so there the function itself goes in, and comes out as its wrapper: the program sees one function throughout.

import { exportsOf, Instance } from '../../platform/plainApi.ts';
import type { HostFunction } from '../host/hostModule.ts';
import { across, type Crossing } from './crossings.ts';
import { asExported, asNative, classInPlaceOf, replaceGetter, replaceMethods } from './nativeFunctions.ts';
import type { MakeCall } from './programStacks.ts';

export type GuestFunction = (...args: unknown[]) => unknown;

export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

export const isGuestFunction = (value: unknown): value is GuestFunction => typeof value === 'function';

/**
 * The same values, with others in the place of functions. Not by `map`: V8 puts numbers into arrays of numbers alone, in which a signaling NaN
 * becomes a quiet one, and a program that looks at the bits would see that.
 */
export function mapFunctions(values: readonly unknown[], of: (given: GuestFunction) => unknown): readonly unknown[] {
  if (!values.some(isGuestFunction)) return values;
  const mapped = values.slice(); // of the same kind
  values.forEach((value, index) => {
    if (isGuestFunction(value)) mapped[index] = of(value);
  });
  return mapped;
}

/** The class, of which TypeScript does not know. */
const isSuspending = (value: unknown): value is new (host: HostFunction) => WebAssembly.ImportValue & object =>
  typeof value === 'function';

const scratch = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
const { get, set } = WebAssembly.Table.prototype;

/** Whether a function is one of WebAssembly's own: an export of an instance. */
export function isExportedFunction(value: unknown): boolean {
  try {
    Reflect.apply(set, scratch, [0, value]);
    return true;
  } catch {
    return false;
  }
}

/** A function of the program is about to be called. */
export type AroundHost = (args: readonly unknown[]) => Crossing;

/** What becomes of the calls by which an instance that is not recorded comes into the program's code, and is come into. */
interface OtherCalls {
  readonly enter: (args: readonly unknown[]) => Crossing;
  readonly around: AroundHost;
  readonly mayGetOurs: boolean;
  /** Whether calls of what it exports are told also where it has none of our functions. */
  readonly isAdapter: boolean;
}

/** What a program made by `new WebAssembly.Suspending(host)`. */
export interface SuspendingImport {
  readonly host: GuestFunction;
  readonly wrap: (host: HostFunction) => WebAssembly.ImportValue;
}

export class FunctionWrappers {
  private readonly wrappers = new WeakMap<GuestFunction, GuestFunction>();
  private readonly wrapped = new WeakMap<GuestFunction, GuestFunction>();
  /** Functions that the program has as they are, so that it is to find them again: of instances that are not recorded. */
  private readonly plain = new WeakSet<GuestFunction>();
  /** What the program sees of instances in the place of their exports. */
  private readonly shown = new WeakMap<object, object>();
  private readonly suspending = new WeakMap<object, SuspendingImport>();

  /**
   * The wrapper of a function, always the same one.
   * @param name which V8 would give the function: its index in the module as the program has it
   * @param cross told of its calls, for the first wrapper
   */
  wrap(inner: GuestFunction, name: string, cross: (args: readonly unknown[]) => Crossing): GuestFunction {
    const known = this.wrappers.get(inner);
    if (known) return known;
    const wrapper = asExported(name, inner.length, across(inner, cross));
    this.wrappers.set(inner, wrapper);
    this.wrapped.set(wrapper, inner);
    return wrapper;
  }

  /** The functions that are in a table. */
  *entriesOf(table: WebAssembly.Table): Generator<GuestFunction> {
    for (let index = 0; index < table.length; index++) {
      const entry: unknown = Reflect.apply(get, table, [index]);
      if (isGuestFunction(entry)) yield entry;
    }
  }

  /** What a wrapper wraps; anything else as it is. */
  unwrap(value: unknown): unknown {
    if (!isGuestFunction(value)) return value;
    const inner = this.wrapped.get(value);
    if (!inner) this.plain.add(value);
    return inner ?? value;
  }

  unwrapAll(values: readonly unknown[]): readonly unknown[] {
    return mapFunctions(values, value => this.unwrap(value));
  }

  /** The same values, of whatever has a length, as V8 takes them: nothing is read until V8 reads it. */
  private unwrapEach(values: unknown): unknown {
    if (!isObject(values) || !('length' in values)) return values;
    return new Proxy({}, { get: (_, name) => this.unwrap(Reflect.get(values, name)) });
  }

  /**
   * What a module imports, with WebAssembly's own functions in the place of their wrappers.
   * @param around told of the calls of functions of the program
   */
  plainImports(
    wanted: readonly Pick<WebAssembly.ModuleImportDescriptor, 'module' | 'name'>[],
    imports: object,
    around: AroundHost | null = null,
  ): Record<string, WebAssembly.ModuleImports> {
    const plain: Record<string, WebAssembly.ModuleImports> = Object.create(null);
    for (const { module, name } of wanted) {
      const from: unknown = Reflect.get(imports, module);
      if ((typeof from !== 'object' || from === null) && typeof from !== 'function') continue; // V8 says so
      plain[module] ??= Object.create(null);
      const value = this.unwrap(Reflect.get(from, name));
      const isHost = isGuestFunction(value) && !isExportedFunction(value);
      const watched = around && isHost ? across(value, around) : value;
      plain[module][name] = watched as WebAssembly.ImportValue; // whatever it is: V8 checks it
    }
    return plain;
  }

  /** The tables that a module is given. */
  tablesIn(module: WebAssembly.Module, imports: object): WebAssembly.Table[] {
    const wanted = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'table');
    return wanted
      .map(({ module: from, name }): unknown => Object(Reflect.get(imports, from))[name])
      .filter(value => value instanceof WebAssembly.Table);
  }

  /**
   * An instance of a module that is not recorded, and is given functions that are recorded or the program's; null where it is given none.
   * @param enter told of calls of its functions, which may call recorded ones
   * @param around told of its calls of functions of the program
   * @param mayGetOurs whether it is given tables, in which there may be recorded ones, or takes functions as arguments
   */
  makeOther(
    module: WebAssembly.Module,
    imports: object,
    { enter, around, mayGetOurs, isAdapter }: OtherCalls,
  ): WebAssembly.Instance | null {
    const wanted = WebAssembly.Module.imports(module);
    const given = wanted.map(({ module: from, name }): unknown => Object(Reflect.get(imports, from))[name]);
    const isGivenHosts = given.some(isGuestFunction);
    const mayCallOurs = mayGetOurs || given.some(each => this.isWrapper(each));
    if (!mayCallOurs && !isGivenHosts) return null;
    const made = new Instance(module, this.plainImports(wanted, imports, around));
    if (mayCallOurs || isAdapter) this.hide(made, enter);
    return made;
  }

  /** Puts wrappers in the place of the functions of an instance that was given recorded ones, some of which it may export. */
  private hide(instance: WebAssembly.Instance, enter: OtherCalls['enter']): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(exportsOf(instance)))
      exports[name] = isGuestFunction(value) ? this.wrap(value, value.name, enter) : value;
    this.showExports(instance, Object.freeze(exports));
  }

  /** From now on these are an instance's exports. */
  showExports(instance: WebAssembly.Instance, exports: object): void {
    this.shown.set(instance, exports);
  }

  private isWrapper(value: unknown): boolean {
    return isGuestFunction(value) && this.wrapped.has(value);
  }

  /** The wrapper of a function that has one; anything else as it is. */
  wrapper(value: unknown): unknown {
    return isGuestFunction(value) ? (this.wrappers.get(value) ?? value) : value;
  }

  /**
   * Puts itself in the place of what of the JavaScript API takes functions of WebAssembly or gives them, for good.
   * @param wrapEntry gives the wrapper of a function that was in a table; the function itself where it is none of ours
   * @param promised gives what `WebAssembly.promising` makes of a function of ours, which V8 calls past its wrapper
   * @param within makes a call of V8 that the program has asked for
   */
  hookJavaScriptApi(
    wrapEntry: (table: WebAssembly.Table, entry: GuestFunction) => GuestFunction,
    promised: (inner: GuestFunction, promising: GuestFunction) => GuestFunction,
    within: MakeCall,
  ): void {
    const { Table, Global, Exception } = WebAssembly;
    const { get, set, grow } = Table.prototype;
    const value = Object.getOwnPropertyDescriptor(Global.prototype, 'value');
    const globalValue = Global.prototype.valueOf;
    const { getArg } = Exception.prototype;
    const wrappers = this;
    replaceGetter(Instance.prototype, 'exports', (from, original) => this.shown.get(from) ?? original());
    replaceMethods(Table.prototype, {
      get(this: WebAssembly.Table, ...args: Parameters<typeof get>): unknown {
        const entry: unknown = Reflect.apply(get, this, args);
        const known = wrappers.wrapper(entry);
        const isNew = known === entry && isGuestFunction(entry) && !wrappers.plain.has(entry);
        return isNew ? wrapEntry(this, entry) : known;
      },
      set(this: WebAssembly.Table, ...args: unknown[]): void {
        Reflect.apply(set, this, wrappers.unwrapAll(args));
      },
      grow(this: WebAssembly.Table, ...args: unknown[]): number {
        return Reflect.apply(grow, this, wrappers.unwrapAll(args));
      },
    });
    const accessors = {
      get(this: WebAssembly.Global): unknown {
        return wrappers.wrapper(value?.get?.call(this));
      },
      set(this: WebAssembly.Global, given: unknown): void {
        value?.set?.call(this, wrappers.unwrap(given));
      },
    };
    Object.defineProperty(Global.prototype, 'value', {
      ...value,
      get: asNative('get value', 0, accessors.get),
      set: asNative('set value', 1, accessors.set),
    });
    replaceMethods(Global.prototype, {
      valueOf(this: WebAssembly.Global): unknown {
        return wrappers.wrapper(Reflect.apply(globalValue, this, []));
      },
    });
    replaceMethods(Exception.prototype, {
      getArg(this: WebAssembly.Exception, ...args: unknown[]): unknown {
        return wrappers.wrapper(Reflect.apply(getArg, this, args));
      },
    });
    replaceMethods(WebAssembly, {
      Table: classInPlaceOf('Table', Table, (args, construct) => within(() => construct(this.unwrapAll(args)))),
      Global: classInPlaceOf('Global', Global, (args, construct) => within(() => construct(this.unwrapAll(args)))),
      Exception: classInPlaceOf('Exception', Exception, ([tag, payload, ...more], construct) =>
        within(() => construct([tag, this.unwrapEach(payload), ...more])),
      ),
    });
    const promising: unknown = Reflect.get(WebAssembly, 'promising');
    const Suspending: unknown = Reflect.get(WebAssembly, 'Suspending');
    if (!isGuestFunction(promising) || !isSuspending(Suspending)) return; // this JavaScript engine has none
    replaceMethods(WebAssembly, {
      promising(given: unknown, ...others: unknown[]): unknown {
        const inner = wrappers.unwrap(given);
        const made: unknown = promising(inner, ...others);
        return inner !== given && isGuestFunction(inner) && isGuestFunction(made) ? promised(inner, made) : made;
      },
      Suspending: classInPlaceOf('Suspending', Suspending, (args, construct) => {
        const made = construct(args);
        const [host] = args;
        if (isGuestFunction(host)) this.suspending.set(made, { host, wrap: by => new Suspending(by) });
        return made;
      }),
    });
  }

  /** An import that may suspend its caller: the host function, and what makes one of another; null for anything else. */
  suspendingOf(value: unknown): SuspendingImport | null {
    return typeof value === 'object' && value !== null ? (this.suspending.get(value) ?? null) : null;
  }
}
