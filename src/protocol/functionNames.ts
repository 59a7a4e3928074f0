// The names that users give to functions, in the place of those that their modules have. What the recording tells names functions by
// records of a few shapes; `FunctionNames.in` is the one place where the user's names get into them.
import { type Check, goodOf, list, object, tagged, text, whole } from './check.ts';
import { count } from './text.ts';

/** A function of one module, and what its user calls it. */
export interface UserName {
  /** Function index. */
  readonly function: number;
  readonly name: string;
}

/** Characters of a name. */
export const MAX_FUNCTION_NAME = 200;

/** Most names for one module. */
const MAX_NAMES = 10_000;

const userName = object<UserName>({ function: whole(), name: text(1, MAX_FUNCTION_NAME) });

/** What is good of what is kept. */
export const keptNames: Check<readonly UserName[]> = goodOf(userName, MAX_NAMES);

/** Of the modules of a run, by their index. */
export const userNamesOfModules = list(list(userName, 0, MAX_NAMES), 0, MAX_NAMES);

/** Why a text can't name a function, in one sentence; null where it can. An empty one takes the name of the module back. */
export function nameProblem(name: string): string | null {
  if (/[\p{Cc}\u2028\u2029]/u.test(name))
    return 'A name is one line of text: leave out line breaks, tabs and other control characters.';
  const length = name.trim().length;
  return length <= MAX_FUNCTION_NAME
    ? null
    : `This name has ${count(length, 'character')}, and ${MAX_FUNCTION_NAME} fit: shorten it.`;
}

/**
 * The names of a module after one was given, by function index.
 * @param name empty to take the module's own back
 * @throws RangeError with a sentence where the name can't be one, or there is no room for more
 */
export function renamed(names: readonly UserName[], index: number, name: string): readonly UserName[] {
  const problem = nameProblem(name);
  if (problem !== null) throw new RangeError(problem);
  const others = names.filter(each => each.function !== index);
  const given = name.trim();
  if (given === '') return others;
  if (others.length >= MAX_NAMES)
    throw new RangeError(
      `${MAX_NAMES} functions of the module have names of yours, and no more are kept. Take some back.`,
    );
  return [...others, { function: index, name: given }].sort((a, b) => a.function - b.function);
}

/** A function that is to be renamed: the one that a call is of, or the first that is called so. */
export const namedFunction = tagged<NamedFunction, 'kind'>('kind', {
  call: { call: whole(1) },
  name: { name: text(1, 10_000) },
});

export type NamedFunction =
  /** `CallRecord.index` */
  { readonly kind: 'call'; readonly call: number } | { readonly kind: 'name'; readonly name: string };

/** A function as its module has it. */
export interface KnownFunction {
  readonly module: number;
  /** Function index. */
  readonly function: number;
  /** Its name of the module. */
  readonly own: string;
}

/** The user's names of one module: by function index, and by each name of the module that means one of these functions. */
export interface NamesOfModule {
  readonly functions: readonly (readonly [index: number, name: string])[];
  readonly texts: readonly (readonly [own: string, name: string])[];
}

interface Tables {
  readonly functions: ReadonlyMap<number, string>;
  readonly texts: ReadonlyMap<string, string>;
}

/** The user's names in a run. */
export class FunctionNames {
  private readonly tables: readonly Tables[];
  readonly isEmpty: boolean;

  /** @param moduleOf the index of an instance's module; undefined for an instance that is not known */
  constructor(
    modules: readonly NamesOfModule[],
    private readonly moduleOf: (instance: number) => number | undefined,
  ) {
    this.tables = modules.map(({ functions, texts }) => ({ functions: new Map(functions), texts: new Map(texts) }));
    this.isEmpty = modules.every(({ functions }) => functions.length === 0);
  }

  /** What the user calls a function that an instance's module calls `own`; undefined where that is the same. */
  ofCall(instance: number, own: string): string | undefined {
    return this.tables[this.moduleOf(instance) ?? -1]?.texts.get(own);
  }

  /** The same record or list of records with the user's names in it: of calls, instructions and frames of stacks, at any depth. */
  in<T>(value: T): T {
    return this.isEmpty ? value : (this.named(value) as T); // only names are others in it
  }

  private named(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(each => this.named(each));
    const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.named(each)]));
    return { ...copy, ...this.namesOf(value) };
  }

  /** What of a record becomes another name. */
  private namesOf(record: object): object | null {
    if (!('function' in record) || typeof record.function !== 'string') return null;
    if ('functionIndex' in record && 'module' in record) {
      const name = this.tables[Number(record.module)]?.functions.get(Number(record.functionIndex));
      return name === undefined ? null : { function: name };
    }
    if (!('instance' in record)) return null;
    const instance = Number(record.instance);
    const name = this.ofCall(instance, record.function);
    const allocator =
      'allocator' in record && typeof record.allocator === 'string'
        ? this.ofCall(instance, record.allocator)
        : undefined;
    return {
      ...(name !== undefined && { function: name, ownName: record.function }),
      ...(allocator !== undefined && { allocator }),
    };
  }
}

export const NO_FUNCTION_NAMES = new FunctionNames([], () => undefined);
