// The command line: what may be said, and what is wrong with it.
import { parseArgs } from 'node:util';

export const USAGE = `Usage: wasm-shared-memory run [FILE.wasm] [--instances N] [--time-limit S] [--json]

Runs the shared-memory demo: N instances of a module over one linear memory,
alloc_11 once on #0, then five rounds of add_23 over all instances.

  FILE.wasm        the guest; without it the bundled one runs
  --instances N    number of instances, 1 to 64 (default 3)
  --time-limit S   seconds that guests may run (default 10)
  --json           print one JSON document instead of the transcript
  --help           print this
  --version        print the version

Standard output is the transcript (or the JSON document) and nothing else.
Exit status: 0 the value in memory is the expected one; 1 it is not, or a guest
trapped or ran out of time; 2 the input can't be run.
`;

export const MAX_INSTANCES = 64;
const MAX_TIME_LIMIT_SECONDS = 3600;

/** What is wrong with a command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | {
      readonly name: 'run';
      /** Null for the bundled guest. */
      readonly file: string | null;
      readonly instances: number;
      readonly timeLimitMs: number;
      readonly json: boolean;
    };

function numberOption(name: string, text: string, low: number, high: number, whole: boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value) || value < low || value > high || (whole && !Number.isInteger(value))) {
    const what = whole ? 'a whole number' : 'a number of seconds';
    throw new UsageError(`${name} takes ${what} from ${low} to ${high}, not '${text}'.`);
  }
  return value;
}

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name, file, ...rest] = positionals;
  if (name !== 'run') throw new UsageError(name ? `There is no command '${name}'.` : 'A command is missing.');
  if (rest.length > 0) throw new UsageError(`One file at a time: '${rest[0]}' is one too many.`);
  return {
    name: 'run',
    file: file ?? null,
    instances: numberOption('--instances', values.instances, 1, MAX_INSTANCES, true),
    timeLimitMs: numberOption('--time-limit', values['time-limit'], 0.001, MAX_TIME_LIMIT_SECONDS, false) * 1000,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        instances: { type: 'string', default: '3' },
        'time-limit': { type: 'string', default: '10' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    // parseArgs explains itself in the first sentence; what follows is advice about dashes.
    const reason = error instanceof Error ? error.message.split('. ')[0].replace(/\.$/, '') : String(error);
    throw new UsageError(`${reason}.`);
  }
}
