// What of a program is recorded, and how. The terminal's `record` and the launch configurations of VS Code have these options from here; a
// test holds package.json, package.nls.json and README to them.
import type { RecordLevel } from './run.ts';
import { ALLOCATORS } from './settings.ts';

/** What an option takes. A text is not empty, a count is a whole number from 1 on; both may be null, which is as if nothing were said. */
export interface OptionValues {
  readonly text: string | null;
  readonly count: number | null;
  readonly flag: boolean;
}

export interface ProgramOption {
  /** The terminal's. */
  readonly option: string;
  readonly kind: keyof OptionValues;
  /** What stands for its value in the help; null for a flag. */
  readonly placeholder: string | null;
  /** What it decides, as a clause. */
  readonly summary: string;
  /** What holds where nothing is said; null where the clause tells. */
  readonly fallback: string | null;
}

/** By their names in launch configurations, in the order of package.json. */
export const PROGRAM_OPTIONS = {
  module: {
    option: 'module',
    kind: 'text',
    placeholder: 'NAME',
    summary:
      "the memory of the module that imports or exports something with this in its name, for example 'sqlite3_' or 'env.print'",
    fallback: null,
  },
  memory: {
    option: 'memory',
    kind: 'count',
    placeholder: 'N',
    summary: 'where a program has several memories: the N-th that a module with code uses',
    fallback: '1',
  },
  fromCall: {
    option: 'from-call',
    kind: 'count',
    placeholder: 'N',
    summary: 'the first call that is recorded, of those that the host makes by itself',
    fallback: '1',
  },
  calls: {
    option: 'calls',
    kind: 'count',
    placeholder: 'N',
    summary: 'how many of these calls are recorded',
    fallback: 'all',
  },
  function: {
    option: 'function',
    kind: 'text',
    placeholder: 'NAME',
    summary: 'record only calls of functions with this in their names, and what is called in them',
    fallback: null,
  },
  paused: {
    option: 'paused',
    kind: 'flag',
    placeholder: null,
    summary:
      'record nothing until recording is resumed: by the signal SIGUSR2, each of which switches it on or off, or in VS Code by Resume recording',
    fallback: null,
  },
  allocator: {
    option: 'allocator',
    kind: 'text',
    placeholder: 'TEXT',
    summary: ALLOCATORS.summary,
    fallback: null,
  },
  exact: {
    option: 'exact',
    kind: 'flag',
    placeholder: null,
    summary:
      'find all that the script writes to memory before its module reads it or writes over it, however often they take turns; takes two to three times the time',
    fallback: null,
  },
} as const satisfies Readonly<Record<string, ProgramOption>>;

type Table = typeof PROGRAM_OPTIONS;

export type ProgramOptions = { readonly [Name in keyof Table]: OptionValues[Table[Name]['kind']] };

/** What programs can be recorded at. */
export const PROGRAM_LEVELS = ['stores', 'all'] as const satisfies readonly RecordLevel[];

/** What it decides, and what holds where nothing is said. */
export const explained = ({ summary, fallback }: ProgramOption): string =>
  fallback === null ? summary : `${summary} (default ${fallback})`;

/** Something for each option. */
export function eachProgramOption<T>(make: (option: ProgramOption) => T): Readonly<Record<keyof ProgramOptions, T>> {
  const entries = Object.entries<ProgramOption>(PROGRAM_OPTIONS).map(([name, option]) => [name, make(option)]);
  return Object.fromEntries(entries) as Record<keyof ProgramOptions, T>; // there is one for each name
}

/** The options as the terminal's command takes them. */
export function programArguments(given: Partial<ProgramOptions>): string[] {
  return Object.entries<ProgramOption>(PROGRAM_OPTIONS).flatMap(([name, { option }]) => {
    const value: unknown = Reflect.get(given, name);
    if (value === true) return [`--${option}`];
    return value === undefined || value === null || value === false ? [] : [`--${option}=${value}`];
  });
}
