// The terminal's entry.

import { messageOf } from '../protocol/text.ts';
import { UsageError } from './command.ts';
import { parseCommandLine } from './commandLine.ts';
import { EXIT } from './exitCode.ts';
import { CommandError, say, systemCode } from './output.ts';
import { clearWork } from './workLine.ts';

async function main(args: readonly string[]): Promise<number> {
  try {
    return await parseCommandLine(args).run();
  } catch (error) {
    if (error instanceof CommandError) say(error.message);
    else if (error instanceof UsageError) say(`wasm-shared-memory: ${error.message} Try 'wasm-shared-memory --help'.`);
    else throw error;
    return EXIT.cannotRun;
  }
}

// Whoever reads the transcript may stop early (`| head -1`): that is no failure of ours. Nor is a terminal that was closed: there is a
// signal for that.
process.stdout.on('error', error => {
  const code = systemCode(error);
  if (code !== 'EIO') process.exit(code === 'EPIPE' ? EXIT.expected : EXIT.unexpected);
});
// What is said to nobody changes nothing: a recording is written, and a program that fails has failed.
process.stderr.on('error', () => {});

main(process.argv.slice(2)).then(
  code => {
    clearWork();
    process.exitCode = code;
  },
  error => {
    say(`wasm-shared-memory: an unexpected fault: ${messageOf(error)}.`);
    process.exitCode = EXIT.unexpected;
  },
);
