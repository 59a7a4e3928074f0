// A program gets each exported function in a wrapper that records its calls. WebAssembly takes only functions of its own into a
// table, so there the function itself goes in, and comes out as its wrapper: the program sees one function throughout.

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
   * @param call makes a call of it, for the first wrapper
   */
  wrap(inner: GuestFunction, call: (args: unknown[]) => unknown): GuestFunction {
    const known = this.wrappers.get(inner);
    if (known) return known;
    const wrapper: GuestFunction = (...args) => call(args);
    Object.defineProperties(wrapper, {
      name: { value: inner.name, configurable: true },
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

  /**
   * Puts itself in the place of the methods of all tables, for good.
   * @param wrapEntry gives the wrapper of a function that was in a table; the function itself where it is none of ours
   */
  hookTables(wrapEntry: (table: WebAssembly.Table, entry: GuestFunction) => GuestFunction): void {
    const { get, set, grow } = WebAssembly.Table.prototype;
    const unwrapAll = (values: unknown[]): unknown[] => values.map(value => this.unwrap(value));
    Object.assign(WebAssembly.Table.prototype, {
      get(this: WebAssembly.Table, ...args: Parameters<typeof get>): unknown {
        const entry: unknown = Reflect.apply(get, this, args);
        return isGuestFunction(entry) ? wrapEntry(this, entry) : entry;
      },
      set(this: WebAssembly.Table, ...args: unknown[]): void {
        Reflect.apply(set, this, unwrapAll(args));
      },
      grow(this: WebAssembly.Table, ...args: unknown[]): number {
        return Reflect.apply(grow, this, unwrapAll(args));
      },
    });
  }
}
