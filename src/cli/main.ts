// The terminal's entry: `wasm-shared-memory run|who|trace|record`.
import { version } from '../../package.json';
import { EXIT } from './exitCode.ts';
import { type Command, parseCommandLine, UsageError } from './options.ts';
import { CommandError, print, say, systemCode } from './output.ts';
import { recordCommand } from './recordCommand.ts';
import { runCommand } from './runCommand.ts';
import { traceCommand } from './traceCommand.ts';
import { USAGE } from './usage.ts';
import { whoCommand } from './whoCommand.ts';

/** @returns the exit status: an `ExitCode`, or that of a recorded program */
async function execute(command: Command): Promise<number> {
  switch (command.name) {
    case 'run':
      return runCommand(command);
    case 'who':
      return whoCommand(command);
    case 'trace':
      return traceCommand(command);
    case 'record':
      return recordCommand(command);
    case 'help':
      await print(USAGE);
      return EXIT.expected;
    case 'version':
      await print(`${version}\n`);
      return EXIT.expected;
  }
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await execute(parseCommandLine(args));
  } catch (error) {
    if (error instanceof CommandError) say(error.message);
    else if (error instanceof UsageError) say(`wasm-shared-memory: ${error.message} Try 'wasm-shared-memory --help'.`);
    else throw error;
    return EXIT.cannotRun;
  }
}

// Whoever reads the transcript may stop early (`| head -1`, `2>&1 | head -1`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', error => process.exit(systemCode(error) === 'EPIPE' ? EXIT.expected : EXIT.unexpected));

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    say(`wasm-shared-memory: an unexpected fault: ${error instanceof Error ? error.message : String(error)}.`);
    process.exitCode = EXIT.unexpected;
  },
);
