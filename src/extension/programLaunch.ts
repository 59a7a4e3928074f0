// What a program is recorded with: the properties of a launch configuration, which may hold anything until it is checked.
import { extname } from 'node:path';
import { type Check, type Checked, list, nullable, object, oneOf, text } from '../protocol/check.ts';
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

const launch = object(
  { program: text(1) },
  {
    args: list(text()),
    cwd: text(1),
    env: environment,
    module: nullable(text(1)),
    level: oneOf('stores', 'all'),
    runtimeExecutable: text(1),
  },
);

export type ProgramLaunch = Checked<typeof launch>;

/** @throws Error in whole sentences */
export function parseLaunch(configuration: unknown): ProgramLaunch {
  try {
    return launch(configuration, 'configuration');
  } catch (error) {
    throw new Error(`The launch configuration can't be used: ${messageOf(error)}. Correct it in launch.json.`);
  }
}
