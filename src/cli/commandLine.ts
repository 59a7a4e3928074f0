// Reads the command line: which command it names, and what is wrong with it.
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { type Command, type CommandLine, UsageError } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exitCode.ts';
import { print } from './output.ts';
import { usage } from './usage.ts';

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { given, positionals } = parse(args);
  if (given.has('help')) return printing('help', usage(COMMANDS));
  if (given.has('version')) return printing('version', `${version}\n`);
  const [name = '', ...operands] = positionals;
  const command = COMMANDS.find(each => each.name === name);
  if (!command) throw new UsageError(name ? `There is no command '${name}'.` : 'A command is missing.');
  refuseOptionsOfOthers(command, [...given.keys()]);
  return command.read(operands, given);
}

const printing = (name: string, text: string): CommandLine => ({
  name,
  values: {},
  async run() {
    await print(text);
    return EXIT.expected;
  },
});

const OPTIONS = COMMANDS.flatMap(({ options }) => options);

/** An option with a value, or one that may have it. */
const valued = (text: string) => OPTIONS.find(({ name, placeholder }) => placeholder !== null && text === `--${name}`);

/**
 * `--address -4` as `--address=-4`: to parseArgs each argument with a dash is an option. None of ours is a number. And `--late` as `--late=`,
 * where no number follows: its value may be left out.
 */
function withValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, text] of args.entries()) {
    const before = index > 0 ? valued(args[index - 1]) : undefined;
    const mayLackIt = before?.placeholder?.startsWith('[') ?? false;
    const isValue = before && (mayLackIt ? /^-?\d/ : /^-\d/).test(text);
    if (isValue) joined[joined.length - 1] = `--${before.name}=${text}`;
    else joined.push(valued(text)?.placeholder?.startsWith('[') ? `${text}=` : text);
  }
  return joined;
}

function parse(args: readonly string[]) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const types = OPTIONS.map(
    ({ name, placeholder }) => [name, { type: placeholder === null ? 'boolean' : 'string' }] as const,
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...withValues(args.slice(0, end)), ...args.slice(end)],
      allowPositionals: true,
      options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    });
    const given = Object.entries(values).map(([name, value]) => [name, value === true ? '' : String(value)] as const);
    return { given: new Map(given), positionals };
  } catch (error) {
    // parseArgs explains itself in the first sentence; what follows is advice about dashes.
    const reason = error instanceof Error ? error.message.split(/\.\s/)[0].replace(/\.$/, '') : String(error);
    throw new UsageError(`${reason}.`);
  }
}

function refuseOptionsOfOthers({ name, options }: Command, given: readonly string[]): void {
  const stranger = given.find(option => options.every(own => own.name !== option));
  if (stranger) throw new UsageError(`--${stranger} is no option of '${name}'.`);
}
