// A program gets each exported function in a wrapper that records its calls. WebAssembly takes only functions of its own into tables,
// globals and parameters, so there the function itself goes in, and comes out as its wrapper: the program sees one function throughout.

export type GuestFunction = (...args: unknown[]) => unknown;

export const isGuestFunction = (value: unknown): value is GuestFunction => typeof value === 'function';

const scratch = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
const { set } = WebAssembly.Table.prototype;

/** Whether a function is one of WebAssembly's own: an export of an instance. */
export function isExportedFunction(value: unknown): boolean {
  try {
    Reflect.apply(set, scratch, [0, value]);
    return true;
  } catch {
    return false;
  }
}

export class FunctionWrappers {
  private readonly wrappers = new WeakMap<GuestFunction, GuestFunction>();
  private readonly wrapped = new WeakMap<GuestFunction, GuestFunction>();

  /**
   * The wrapper of a function, always the same one.
   * @param name which V8 would give the function: its index in the module as the program has it
   * @param call makes a call of it, for the first wrapper
   */
  wrap(inner: GuestFunction, name: string, call: (args: unknown[]) => unknown): GuestFunction {
    const known = this.wrappers.get(inner);
    if (known) return known;
    const wrapper: GuestFunction = (...args) => call(args);
    Object.defineProperties(wrapper, {
      name: { value: name, configurable: true },
      length: { value: inner.length, configurable: true },
    });
    this.wrappers.set(inner, wrapper);
    this.wrapped.set(wrapper, inner);
    return wrapper;
  }

  /** What a wrapper wraps; anything else as it is. */
  unwrap(value: unknown): unknown {
    return isGuestFunction(value) ? (this.wrapped.get(value) ?? value) : value;
  }

  unwrapAll(values: readonly unknown[]): unknown[] {
    return values.map(value => this.unwrap(value));
  }

  /** The wrapper of a function that has one; anything else as it is. */
  wrapper(value: unknown): unknown {
    return isGuestFunction(value) ? (this.wrappers.get(value) ?? value) : value;
  }

  /**
   * Puts itself in the place of what of the JavaScript API takes functions of WebAssembly or gives them, for good.
   * @param wrapEntry gives the wrapper of a function that was in a table; the function itself where it is none of ours
   * @param promised told when a function of ours is to be called by JavaScript Promise Integration, past its wrapper
   */
  hookJavaScriptApi(
    wrapEntry: (table: WebAssembly.Table, entry: GuestFunction) => GuestFunction,
    promised: () => void,
  ): void {
    const { Table, Global } = WebAssembly;
    const { get, set, grow } = Table.prototype;
    const value = Object.getOwnPropertyDescriptor(Global.prototype, 'value');
    const globalValue = Global.prototype.valueOf;
    const wrappers = this;
    const unwrapping = <Class extends object>(of: Class): Class =>
      new Proxy(of, {
        construct: (target, args: unknown[], newTarget) =>
          // A class of WebAssembly, of which what is made is an object.
          Reflect.construct(target as never, wrappers.unwrapAll(args), newTarget) as object,
      });
    Object.assign(Table.prototype, {
      get(this: WebAssembly.Table, ...args: Parameters<typeof get>): unknown {
        const entry: unknown = Reflect.apply(get, this, args);
        const known = wrappers.wrapper(entry);
        return known === entry && isGuestFunction(entry) ? wrapEntry(this, entry) : known;
      },
      set(this: WebAssembly.Table, ...args: unknown[]): void {
        Reflect.apply(set, this, wrappers.unwrapAll(args));
      },
      grow(this: WebAssembly.Table, ...args: unknown[]): number {
        return Reflect.apply(grow, this, wrappers.unwrapAll(args));
      },
    });
    Object.defineProperty(Global.prototype, 'value', {
      ...value,
      get(this: WebAssembly.Global): unknown {
        return wrappers.wrapper(value?.get?.call(this));
      },
      set(this: WebAssembly.Global, given: unknown): void {
        value?.set?.call(this, wrappers.unwrap(given));
      },
    });
    Object.assign(Global.prototype, {
      valueOf(this: WebAssembly.Global): unknown {
        return wrappers.wrapper(Reflect.apply(globalValue, this, []));
      },
    });
    Object.assign(WebAssembly, { Table: unwrapping(Table), Global: unwrapping(Global) });
    const promising: unknown = Reflect.get(WebAssembly, 'promising');
    if (!isGuestFunction(promising)) return; // this JavaScript engine has none
    Object.assign(WebAssembly, {
      promising(given: unknown, ...others: unknown[]): unknown {
        const inner = wrappers.unwrap(given);
        if (inner !== given) promised();
        return promising(inner, ...others);
      },
    });
  }
}
