// The names that the user gives to functions of a run's modules, as the recording's thread knows what they mean.
import {
  FunctionNames,
  type KnownFunction,
  type NamesOfModule,
  NO_FUNCTION_NAMES,
  type UserName,
} from '../protocol/functionNames.ts';
import type { InstanceSummary } from '../protocol/run.ts';
import { type Module, readModule } from '../wasm/module.ts';
import { functionNamer, namedFunctions, readNames } from '../wasm/names.ts';

interface NamesOf {
  readonly indexOf: (name: string) => number | undefined;
  readonly nameOf: (index: number) => string;
  /** All names that a function has in its module. */
  readonly allOf: (index: number) => readonly string[];
}

export class UserNames {
  private given: readonly (readonly UserName[])[] = [];
  private readonly ofModules: NamesOf[] = [];
  private names = NO_FUNCTION_NAMES;
  private tables: readonly NamesOfModule[] = [];
  /** How many modules the names were resolved for. */
  private resolved = 0;

  /**
   * @param modules the bytes of the modules, by their index: there may be more of them later
   * @param changed told when the names mean other functions
   */
  constructor(
    private readonly modules: () => readonly Uint8Array[],
    private readonly instances: () => readonly InstanceSummary[],
    private readonly changed: (names: FunctionNames) => void,
  ) {}

  /** @param given of the modules, by their index */
  give(given: readonly (readonly UserName[])[]): readonly NamesOfModule[] {
    this.given = given;
    this.resolve();
    return this.tables;
  }

  get current(): FunctionNames {
    if (this.resolved < Math.min(this.given.length, this.modules().length)) this.resolve();
    return this.names;
  }

  /** By function index; of a module by its index. */
  ofModule(module: number): ReadonlyMap<number, string> {
    return new Map(this.given[module]?.map(each => [each.function, each.name]));
  }

  /** The function that an instance calls by a name of its module; null where that is not known. */
  known(instance: number, own: string): KnownFunction | null {
    const { module } = this.instances()[instance] ?? {};
    const names = module === undefined ? undefined : this.namesOf(module);
    const index = names?.indexOf(own);
    if (module === undefined || !names || index === undefined) return null;
    return { module, function: index, own: names.nameOf(index) };
  }

  private resolve(): void {
    this.resolved = Math.min(this.given.length, this.modules().length);
    this.tables = this.given.slice(0, this.resolved).map((given, module) => this.tableOf(module, given));
    this.names = new FunctionNames(this.tables, instance => this.instances()[instance]?.module);
    this.changed(this.names);
  }

  private tableOf(module: number, given: readonly UserName[]): NamesOfModule {
    const names = given.length > 0 ? this.namesOf(module) : undefined;
    if (!names) return { functions: [], texts: [] };
    return {
      functions: given.map(each => [each.function, each.name]),
      texts: given.flatMap(({ function: index, name }) =>
        names.allOf(index).flatMap(own => (names.indexOf(own) === index ? [[own, name] as const] : [])),
      ),
    };
  }

  private namesOf(module: number): NamesOf | undefined {
    const bytes = this.modules()[module];
    if (!this.ofModules[module] && bytes) this.ofModules[module] = namesIn(readModule(bytes));
    return this.ofModules[module];
  }
}

function namesIn(module: Module): NamesOf {
  const sections = readNames(module, 'function');
  const exported = new Map<number, string[]>();
  for (const { kind, index, name } of module.exports)
    if (kind === 'function') exported.set(index, [...(exported.get(index) ?? []), name]);
  return {
    indexOf: namedFunctions(module),
    nameOf: functionNamer(module),
    allOf: index => [
      ...(exported.get(index) ?? []),
      ...(sections.has(index) ? [sections.get(index) ?? ''] : []),
      `func[${index}]`,
    ],
  };
}
