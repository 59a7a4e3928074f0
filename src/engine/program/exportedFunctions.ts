// The functions of recorded instances as the program has them: by their exports, by tables, and by what other functions give it. Each has one
// wrapper, which records its calls.
import { exportsOf } from '../../platform/plainApi.ts';
import { NO_FUNCTION } from '../../wire/inputRecords.ts';
import type { Crossing } from './crossings.ts';
import {
  type FunctionWrappers,
  type GuestFunction,
  isExportedFunction,
  isGuestFunction,
  mapFunctions,
} from './functionWrappers.ts';
import { asExported } from './nativeFunctions.ts';
import type { ProgramInstance } from './programModule.ts';
import type { ProgramThreads } from './programThreads.ts';
import type { RecordedCalls } from './recordedCalls.ts';

export class ExportedFunctions {
  /** The instances that have a table or were given it. Who else puts functions there is not known. */
  private readonly tables = new WeakMap<WebAssembly.Table, Set<ProgramInstance>>();
  /** Whose function one is that was found in a table of several instances; null where nobody knows, or it is one of a module that is not recorded. */
  private readonly owners = new WeakMap<GuestFunction, ProgramInstance | null>();
  /** What calls of a function are called. */
  private readonly names = new WeakMap<GuestFunction, string>();

  constructor(
    private readonly wrappers: FunctionWrappers,
    private readonly calls: RecordedCalls,
    /** Null where no other thread can have the memory. */
    private readonly threads: ProgramThreads | null,
  ) {}

  /** Puts wrappers in the place of an instance's functions. */
  hide(made: WebAssembly.Instance, instance: ProgramInstance): void {
    const exports: Record<string, unknown> = Object.create(null);
    /** Of functions that have several names. */
    const named = new Map<string, GuestFunction>();
    /** The first name of a function. */
    const firstNames = new Map<GuestFunction, string>();
    for (const [name, value] of Object.entries(exportsOf(made))) {
      // All that is in one of its own is its own, but for what it was given.
      if (value instanceof WebAssembly.Table && !this.tables.has(value)) this.tables.set(value, new Set([instance]));
      if (value instanceof WebAssembly.Table) this.shareTable(value, instance);
      const isGiven = isGuestFunction(value) && instance.given.has(value);
      exports[name] =
        isGuestFunction(value) && !isGiven ? this.wrap(value, instance, name) : this.wrappers.wrapper(value);
      if (!isGuestFunction(value) || isGiven) continue;
      const first = firstNames.get(value);
      if (first === undefined) firstNames.set(value, name);
      else named.set(first, value).set(name, value);
    }
    this.claimEntries(instance);
    Object.freeze(exports);
    this.wrappers.showExports(made, named.size > 0 ? this.tellingNames(exports, named) : exports);
  }

  /** An instance has a table, or is about to be made with it. */
  shareTable(table: WebAssembly.Table, instance: ProgramInstance): void {
    const sharers = this.tables.get(table) ?? new Set();
    const [first] = sharers;
    // What is in it by now can't be this one's.
    if (!sharers.has(instance)) this.own(table, sharers.size === 1 ? (first ?? null) : null);
    this.tables.set(table, sharers.add(instance));
    instance.tables.add(table);
  }

  /** An instance that is not recorded was made, or is about to be: what is new in the tables that it has is none of a recorded one. */
  othersEntries(tables: Iterable<WebAssembly.Table>, isMade: boolean): void {
    for (const table of tables) {
      const sharers = this.tables.get(table);
      const [first] = sharers ?? [];
      if (sharers) this.own(table, !isMade && sharers.size === 1 ? (first ?? null) : null);
    }
  }

  /** An instance was made: what its element segments put into tables of others, too, is its own. */
  private claimEntries(instance: ProgramInstance): void {
    for (const table of instance.tables) if ((this.tables.get(table)?.size ?? 0) > 1) this.own(table, instance);
  }

  /** Functions of a table of which nobody has told yet are this instance's. */
  private own(table: WebAssembly.Table, instance: ProgramInstance | null): void {
    for (const entry of this.wrappers.entriesOf(table)) if (!this.owners.has(entry)) this.owners.set(entry, instance);
  }

  /** The wrapper of a function that was in a table; the function itself where the table is none of recorded instances. */
  wrapEntry(table: WebAssembly.Table, entry: GuestFunction): GuestFunction {
    const sharers = this.tables.get(table);
    // What one of them imports without a wrapper is none of ours.
    if (!sharers || [...sharers].some(({ given }) => given.has(entry))) return entry;
    const [only] = sharers;
    const known = this.owners.get(entry);
    const instance = known === undefined && sharers.size === 1 ? only : known;
    if (instance) return this.wrap(entry, instance);
    // Code put it there later. Whose it is, only its entry knows, which tells of its calls.
    return this.wrappers.wrap(entry, entry.name, args => this.enterUnknown(args));
  }

  /** What `WebAssembly.promising` made of a function, of which the function's entry tells the calls. */
  promised(inner: GuestFunction, promising: GuestFunction): GuestFunction {
    const wrapper: GuestFunction = (...args) => {
      this.threads?.beginUnknown(); // when its code has run to its end is not known here
      return this.calls.promising(
        promising,
        this.names.get(inner) ?? promising.name,
        args,
        this.wrappers.unwrapAll(args),
      );
    };
    const known = this.wrappers.wrapper(inner);
    return asExported(isGuestFunction(known) ? known.name : promising.name, inner.length, wrapper);
  }

  /** What a function of an instance gave to the program: of a function, its wrapper. */
  given(value: unknown, instance: ProgramInstance): unknown {
    const known = this.wrappers.wrapper(value);
    if (known !== value || !isGuestFunction(value) || !isExportedFunction(value)) return known;
    return this.wrap(value, this.owners.get(value) ?? instance);
  }

  /** Functions that have several names: their calls have the one by which the program took it last. */
  private tellingNames(exports: object, named: ReadonlyMap<string, GuestFunction>): object {
    return new Proxy(exports, {
      get: (target, name, receiver): unknown => {
        const inner = typeof name === 'string' ? named.get(name) : undefined;
        if (inner) this.names.set(inner, String(name));
        return Reflect.get(target, name, receiver);
      },
    });
  }

  /** @param exported the name by which the program has it; its calls are called so */
  private wrap(inner: GuestFunction, instance: ProgramInstance, exported: string | null = null): GuestFunction {
    const index = instance.of.indexOf(inner);
    const ownName = index === NO_FUNCTION ? inner.name : String(index);
    const name = exported ?? instance.of.nameOf(index);
    if (!this.names.has(inner)) this.names.set(inner, name);
    return this.wrappers.wrap(inner, ownName, args => this.enter(instance, this.names.get(inner) ?? name, args, index));
  }

  private enter(instance: ProgramInstance, name: string, passed: readonly unknown[], index: number): Crossing {
    const type = instance.of.module.functions[index];
    const args = this.calls.converted(passed, type?.params ?? []);
    const end = this.calls.begin({ kind: 'call', instance: instance.index, function: name, args }, index);
    const endInThread = this.threads?.begin(instance, index, args);
    return {
      given: this.wrappers.unwrapAll(args),
      returned: value => {
        endInThread?.(value);
        // Several results are an array that V8 makes; a single one may be an array of the program's, which stays what it is.
        const results = type?.results.length ?? 0;
        end({ returned: results === 1 ? [value] : value });
        const several = results > 1 && Array.isArray(value);
        return several ? mapFunctions(value, each => this.given(each, instance)) : this.given(value, instance);
      },
      threw: thrown => {
        endInThread?.(undefined);
        end({ thrown });
      },
    };
  }

  /** A function of an unknown instance is called, or of one that is not recorded and may call one that is. */
  enterUnknown(args: readonly unknown[]): Crossing {
    const { wrappers } = this;
    const end = this.calls.beginUnknown(args);
    const endInThread = this.threads?.beginUnknown();
    return {
      given: wrappers.unwrapAll(args),
      returned: value => {
        endInThread?.();
        end({ returned: value });
        return Array.isArray(value) ? mapFunctions(value, each => wrappers.wrapper(each)) : wrappers.wrapper(value);
      },
      threw: thrown => {
        endInThread?.();
        end({ thrown });
      },
    };
  }
}
