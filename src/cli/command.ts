// What a command of the terminal is made of. The command line and `--help` are folds over the list of them.

/** What is wrong with a command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `--name` or `--name VALUE`. */
export interface Option<T> {
  readonly name: string;
  /** What stands for its value in the help, in brackets where it may be left out; null for a flag. */
  readonly placeholder: string | null;
  /** What it does, as a clause. */
  readonly help: string;
  /**
   * @param text null where it is not given; empty for a flag, and where the value is left out
   * @throws UsageError
   */
  read(text: string | null): T;
}

/** What stands behind the command's name. */
export interface Operands<T> {
  readonly placeholder: string;
  readonly help: string;
  /** @throws UsageError */
  read(texts: readonly string[]): T;
}

export type ValuesOf<Options> = {
  readonly [Key in keyof Options]: Options[Key] extends Option<infer Value> ? Value : never;
};

interface Definition<Files, Options> {
  readonly name: string;
  /** What is said behind its name, in short. */
  readonly usage: string;
  /** What it does, in whole sentences. */
  readonly about: string;
  readonly operands: Operands<Files>;
  readonly options: Options;
  /** @returns the exit status: an `ExitCode`, or that of a recorded program */
  run(line: Files & ValuesOf<Options>): Promise<number>;
}

/** A command line that was understood. */
export interface CommandLine {
  readonly name: string;
  readonly values: object;
  run(): Promise<number>;
}

export interface Command extends Pick<Definition<unknown, unknown>, 'name' | 'usage' | 'about' | 'operands'> {
  readonly options: readonly Option<unknown>[];
  /**
   * @param given texts of the options by their names; a flag's is empty
   * @throws UsageError
   */
  read(operands: readonly string[], given: ReadonlyMap<string, string>): CommandLine;
}

export function defineCommand<Files extends object, const Options extends Readonly<Record<string, Option<unknown>>>>(
  definition: Definition<Files, Options>,
): Command {
  const { name, usage, about, operands, options, run } = definition;
  return {
    name,
    usage,
    about,
    operands,
    options: Object.values(options),
    read(texts, given) {
      const files = operands.read(texts);
      const values = Object.entries(options).map(([key, each]) => [key, each.read(given.get(each.name) ?? null)]);
      // Each key has what its own option read.
      const line = { ...files, ...(Object.fromEntries(values) as ValuesOf<Options>) };
      return { name, values: line, run: () => run(line) };
    },
  };
}
