// The functions of calls by the names that their user knows them by. The columns of the calls keep the names of the modules.
import { type FunctionNames, NO_FUNCTION_NAMES } from '../../protocol/functionNames.ts';
import type { CallColumns, Calls } from './calls.ts';

export type FunctionColumns = { readonly functions: ArrayLike<number>; readonly names: readonly string[] };

export class ShownFunctions {
  private given = NO_FUNCTION_NAMES;
  private turn = 0;
  private known: { readonly key: string; readonly columns: FunctionColumns } | null = null;

  constructor(private readonly calls: Calls) {}

  give(names: FunctionNames): void {
    this.given = names;
    this.turn++;
    this.known = null;
  }

  /** Another number after each change of the names. */
  get version(): number {
    return this.turn;
  }

  /** Of all calls that have begun. */
  get columns(): FunctionColumns {
    const { columns, count } = this.calls;
    if (this.given.isEmpty) return columns;
    const key = `${count} ${columns.names.length}`;
    if (this.known?.key !== key) this.known = { key, columns: this.shown(columns) };
    return this.known.columns;
  }

  private shown({ instances, functions, names: own }: CallColumns): FunctionColumns {
    const names = [...own];
    const numbers = new Map(names.map((name, number) => [name, number]));
    const numberOf = (name: string): number => {
      const known = numbers.get(name) ?? names.push(name) - 1;
      numbers.set(name, known);
      return known;
    };
    const byInstance = new Map<number, readonly number[]>();
    const shown = new Uint32Array(functions.length);
    for (let call = 0; call < functions.length; call++) {
      const instance = instances[call];
      let table = byInstance.get(instance);
      if (!table) {
        table = own.map((name, number) => {
          const given = this.given.ofCall(instance, name);
          return given === undefined ? number : numberOf(given);
        });
        byInstance.set(instance, table);
      }
      shown[call] = table[functions[call]];
    }
    return { functions: shown, names };
  }
}
