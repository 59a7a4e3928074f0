// The functions of recorded instances as the program has them: by their exports, by tables, and by what other functions give it. Each has one
// wrapper, which records its calls.
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import {
  type FunctionWrappers,
  type GuestFunction,
  isExportedFunction,
  isGuestFunction,
  mapFunctions,
} from './functionWrappers.ts';
import type { ProgramInstance } from './programModule.ts';
import type { RecordedCalls } from './recordedCalls.ts';

export class ExportedFunctions {
  /** The instances that have a table or were given it. Who else puts functions there is not known. */
  private readonly tables = new WeakMap<WebAssembly.Table, Set<ProgramInstance>>();
  /** What calls of a function are called. */
  private readonly names = new WeakMap<GuestFunction, string>();

  constructor(
    private readonly wrappers: FunctionWrappers,
    private readonly calls: RecordedCalls,
  ) {}

  /** Puts wrappers in the place of an instance's functions. */
  hide(made: WebAssembly.Instance, instance: ProgramInstance): void {
    const exports: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(made.exports)) {
      if (value instanceof WebAssembly.Table) this.shareTable(value, instance);
      exports[name] = isGuestFunction(value) ? this.wrap(value, instance, name) : value;
      if (isGuestFunction(value) && this.names.get(value) !== name) this.tellName(exports, name, value);
    }
    Object.defineProperty(made, 'exports', { value: Object.freeze(exports), enumerable: true, configurable: true });
  }

  shareTable(table: WebAssembly.Table, instance: ProgramInstance): void {
    const sharers = this.tables.get(table) ?? new Set();
    this.tables.set(table, sharers.add(instance));
  }

  /** The wrapper of a function that was in a table; the function itself where the table is none of recorded instances. */
  wrapEntry(table: WebAssembly.Table, entry: GuestFunction): GuestFunction {
    const sharers = this.tables.get(table);
    if (!sharers) return entry;
    const [instance] = sharers;
    if (sharers.size === 1 && instance) return this.wrap(entry, instance);
    // Whose it is, only its entry knows, which tells of its calls.
    return this.wrappers.wrap(entry, entry.name, args => this.callUnknown(entry, args));
  }

  /** What `WebAssembly.promising` made of a function, of which the function's entry tells the calls. */
  promised(inner: GuestFunction, promising: GuestFunction): GuestFunction {
    const wrapper: GuestFunction = (...args) =>
      this.calls.promising(promising, this.names.get(inner) ?? promising.name, args, this.wrappers.unwrapAll(args));
    Object.defineProperties(wrapper, {
      name: { value: promising.name, configurable: true },
      length: { value: inner.length, configurable: true },
    });
    return wrapper;
  }

  /** What a function of an instance gave to the program: of a function, its wrapper. */
  given(value: unknown, instance: ProgramInstance): unknown {
    const known = this.wrappers.wrapper(value);
    if (known !== value || !isGuestFunction(value) || !isExportedFunction(value)) return known;
    return this.wrap(value, instance);
  }

  /** A function that has several names: its calls have the one by which the program took it last. */
  private tellName(exports: Record<string, unknown>, name: string, inner: GuestFunction): void {
    const wrapper = exports[name];
    for (const each of Object.keys(exports).filter(other => exports[other] === wrapper))
      Object.defineProperty(exports, each, {
        enumerable: true,
        configurable: true,
        get: () => {
          this.names.set(inner, each);
          return wrapper;
        },
      });
  }

  /** @param exported the name by which the program has it; its calls are called so */
  private wrap(inner: GuestFunction, instance: ProgramInstance, exported: string | null = null): GuestFunction {
    const index = instance.of.indexOf(inner);
    const ownName = index === NO_FUNCTION ? inner.name : String(index);
    const name = exported ?? instance.of.nameOf(index);
    if (!this.names.has(inner)) this.names.set(inner, name);
    return this.wrappers.wrap(inner, ownName, args => this.call(instance, this.names.get(inner) ?? name, args, inner));
  }

  private call(instance: ProgramInstance, name: string, args: readonly unknown[], enter: GuestFunction): unknown {
    const call = { kind: 'call', instance: instance.index, function: name, args } as const;
    const given = this.wrappers.unwrapAll(args);
    const returned = this.calls.record(call, () => enter(...given), instance.of.indexOf(enter));
    // Several results are an array that V8 makes; a single one may be an array of the program's, which stays what it is.
    const { functions } = instance.of.module;
    const several = Array.isArray(returned) && (functions[instance.of.indexOf(enter)]?.results.length ?? 0) > 1;
    return several ? mapFunctions(returned, each => this.given(each, instance)) : this.given(returned, instance);
  }

  /** A function of an unknown instance. */
  private callUnknown(enter: GuestFunction, args: readonly unknown[]): unknown {
    const { wrappers } = this;
    const returned = this.calls.enterUnknown(args, () => enter(...wrappers.unwrapAll(args)));
    return Array.isArray(returned)
      ? mapFunctions(returned, each => wrappers.wrapper(each))
      : wrappers.wrapper(returned);
  }
}
