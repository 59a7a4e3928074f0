// What a program is recorded with: the properties of a launch configuration, which may hold anything until it is checked.
import { extname } from 'node:path';
import * as vscode from 'vscode';
import {
  boolean,
  type Check,
  type Checked,
  type Fields,
  list,
  nullable,
  object,
  oneOf,
  text,
  whole,
} from '../protocol/check.ts';
import {
  eachProgramOption,
  type OptionValues,
  PROGRAM_LEVELS,
  type ProgramOptions,
} from '../protocol/programOptions.ts';
import { messageOf } from '../protocol/text.ts';

/** The type of launch configurations that record, and of their debug sessions. */
export const DEBUG_TYPE = 'wasm-memory';

/** What the names of files end with that Node runs. */
export const SCRIPT_EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'] as const;

export const isScript = (path: string): boolean => SCRIPT_EXTENSIONS.some(each => each === extname(path));

const environment: Check<Readonly<Record<string, string>>> = (value, where) => {
  object({})(value, where);
  const entries = Object.entries(value as object); // was just checked
  return Object.fromEntries(entries.map(([name, each]) => [name, text()(each, `${where}.${name}`)]));
};

const CHECKS: { readonly [Kind in keyof OptionValues]: Check<OptionValues[Kind]> } = {
  text: nullable(text(1)),
  count: nullable(whole(1)),
  flag: boolean,
};

const programOptions = eachProgramOption<Check<OptionValues[keyof OptionValues]>>(
  ({ kind }) => CHECKS[kind],
) as Fields<ProgramOptions>; // each has the check of its kind

const launch = object(
  { program: text(1) },
  {
    args: list(text()),
    cwd: text(1),
    env: environment,
    level: oneOf(...PROGRAM_LEVELS),
    ...programOptions,
    runtimeExecutable: text(1),
  },
);

export type ProgramLaunch = Checked<typeof launch>;

/** @throws Error in whole sentences */
export function parseLaunch(configuration: unknown): ProgramLaunch {
  try {
    return launch(configuration, 'configuration');
  } catch (error) {
    throw new Error(
      vscode.l10n.t("The launch configuration can't be used: {0}. Correct it in launch.json.", messageOf(error)),
    );
  }
}
