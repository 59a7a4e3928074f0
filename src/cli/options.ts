// The command line: what may be said, and what is wrong with it.
import { parseArgs } from 'node:util';
import { parseAddress } from '../protocol/addressExpression.ts';
import type { RecordLevel } from '../protocol/run.ts';
import type { Address } from '../protocol/units.ts';

export const MAX_INSTANCES = 64;
const MAX_TIME_LIMIT_SECONDS = 3600;
const MAX_RECORDING_LIMIT_MB = 65_536;
const MAX_MEMORY_BYTES = 2 ** 32;
const RECORD_LEVELS: readonly RecordLevel[] = ['calls', 'stores', 'all'];

/** What is wrong with a command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to run, and how. */
export interface RunOptions {
  /** Null for the bundled guest. */
  readonly file: string | null;
  readonly instances: number;
  readonly timeLimitMs: number;
  readonly record: RecordLevel;
  readonly recordingLimitBytes: number;
}

export interface RunCommand extends RunOptions {
  readonly name: 'run';
  readonly json: boolean;
  /** Where the recording goes; null where it is not kept. */
  readonly exportTo: string | null;
}

export interface WhoCommand extends RunOptions {
  readonly name: 'who';
  readonly address: Address;
  /** Null for the last step. */
  readonly step: number | null;
  readonly json: boolean;
}

export interface TraceCommand extends RunOptions {
  readonly name: 'trace';
  /** Null for standard output. */
  readonly output: string | null;
}

export interface RecordCommand {
  readonly name: 'record';
  readonly script: string;
  readonly args: readonly string[];
  readonly record: Exclude<RecordLevel, 'calls'>;
  readonly recordingLimitBytes: number;
  /** Part of the name of an import or export of the module to record; null for the first module with a memory. */
  readonly moduleName: string | null;
  readonly exportTo: string;
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | RunCommand
  | WhoCommand
  | TraceCommand
  | RecordCommand;

/** What {@link RunOptions} are made of. */
const RUN_OPTIONS = ['instances', 'time-limit', 'record', 'recording-limit'];

/** What each command takes. */
const OPTIONS_OF = {
  run: [...RUN_OPTIONS, 'json', 'export'],
  who: [...RUN_OPTIONS, 'json', 'address', 'step'],
  trace: [...RUN_OPTIONS, 'format', 'output'],
  record: ['record', 'recording-limit', 'module', 'export'],
} as const;

const isCommand = (name: string): name is keyof typeof OPTIONS_OF => Object.hasOwn(OPTIONS_OF, name);

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name = '', ...operands] = positionals;
  if (!isCommand(name)) throw new UsageError(name ? `There is no command '${name}'.` : 'A command is missing.');
  refuseOptionsOfOthers(name, values);
  if (name === 'record') return recordCommand(operands, values);
  const [file = null, ...rest] = operands;
  if (rest.length > 0) throw new UsageError(`One file at a time: '${rest[0]}' is one too many.`);
  const options: RunOptions = {
    file,
    instances: numberOption('--instances', values.instances ?? '3', WHOLE, 1, MAX_INSTANCES),
    timeLimitMs:
      numberOption('--time-limit', values['time-limit'] ?? '10', SECONDS, 0.001, MAX_TIME_LIMIT_SECONDS) * 1000,
    record: recordLevel(values),
    recordingLimitBytes: recordingLimit(values),
  };
  const { json = false } = values;
  switch (name) {
    case 'run':
      return { name, ...options, json, exportTo: path('--export', values.export) };
    case 'who':
      return { name, ...options, json, address: addressOption(values.address), step: stepOption(values.step) };
    case 'trace':
      if (values.format !== undefined && values.format !== 'chrome')
        throw new UsageError(`--format takes chrome, not '${values.format}'.`);
      return { name, ...options, output: path('--output', values.output) };
  }
}

type Values = ReturnType<typeof parse>['values'];

function recordCommand([script, ...args]: readonly string[], values: Values): RecordCommand {
  if (script === undefined) throw new UsageError("'record' needs the script to run.");
  const record = recordLevel(values);
  if (record === 'calls') throw new UsageError("--record takes stores, all with 'record', not 'calls'.");
  const exportTo = path('--export', values.export);
  if (exportTo === null) throw new UsageError("'record' needs the file to write: --export OUT.wsmrec.");
  const moduleName = values.module ?? null;
  return { name: 'record', script, args, record, recordingLimitBytes: recordingLimit(values), moduleName, exportTo };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        instances: { type: 'string' },
        'time-limit': { type: 'string' },
        record: { type: 'string' },
        'recording-limit': { type: 'string' },
        module: { type: 'string' },
        export: { type: 'string' },
        address: { type: 'string' },
        step: { type: 'string' },
        format: { type: 'string' },
        output: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    // parseArgs explains itself in the first sentence; what follows is advice about dashes.
    const reason = error instanceof Error ? error.message.split('. ')[0].replace(/\.$/, '') : String(error);
    throw new UsageError(`${reason}.`);
  }
}

function refuseOptionsOfOthers(command: keyof typeof OPTIONS_OF, values: Values): void {
  const own: readonly string[] = OPTIONS_OF[command];
  const stranger = Object.keys(values).find(option => !own.includes(option));
  if (stranger) throw new UsageError(`--${stranger} is no option of '${command}'.`);
}

interface NumberKind {
  readonly what: string;
  readonly pattern: RegExp;
}

const WHOLE: NumberKind = { what: 'a whole number', pattern: /^\d+$/ };
const SECONDS: NumberKind = { what: 'a number of seconds', pattern: /^(\d+\.?\d*|\.\d+)$/ };

function numberOption(name: string, text: string, { what, pattern }: NumberKind, low: number, high: number): number {
  const value = Number(text);
  if (!pattern.test(text) || value < low || value > high)
    throw new UsageError(`${name} takes ${what} from ${low} to ${high}, not '${text}'.`);
  return value;
}

function recordLevel({ record: text = 'stores' }: Values): RecordLevel {
  const level = RECORD_LEVELS.find(each => each === text);
  if (level === undefined) throw new UsageError(`--record takes ${RECORD_LEVELS.join(', ')}, not '${text}'.`);
  return level;
}

function recordingLimit(values: Values): number {
  const megabytes = numberOption(
    '--recording-limit',
    values['recording-limit'] ?? '512',
    WHOLE,
    1,
    MAX_RECORDING_LIMIT_MB,
  );
  return megabytes * 2 ** 20;
}

function addressOption(text: string | undefined): Address {
  if (text === undefined) throw new UsageError("'who' needs the byte in question: --address A.");
  const result = parseAddress(text, MAX_MEMORY_BYTES);
  if (!result.ok) throw new UsageError(`--address '${text}': ${result.message}`);
  return result.address;
}

/** Which steps there are is known only after the run. */
function stepOption(text: string | undefined): number | null {
  return text === undefined ? null : numberOption('--step', text, WHOLE, 0, Number.MAX_SAFE_INTEGER);
}

/** An empty path is a variable of a script that is not set. */
function path(name: string, text: string | undefined): string | null {
  if (text === '') throw new UsageError(`${name} takes the path of a file, not ''.`);
  return text ?? null;
}
