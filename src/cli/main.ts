// The terminal's entry: `wasm-shared-memory run [FILE.wasm]`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { type Run, startRun } from '../engine/client.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { runDocument } from './json.ts';
import { type Command, parseCommandLine, USAGE, UsageError } from './options.ts';
import { notes, transcript } from './report.ts';

const EXIT = { expected: 0, unexpected: 1, cannotRun: 2 } as const;

type RunCommand = Extract<Command, { name: 'run' }>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Writes to standard output and waits until it is out: a pipe may still hold it when the process ends. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, error => (error ? reject(error) : resolve())));
}

async function readGuest(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it can't be read (${code})`;
    throw new UsageError(`${file}: ${reason}.`);
  }
}

function exitCode(run: RunSnapshot): number {
  if (run.status === 'rejected' || run.problem?.kind === 'demo-exports-missing') return EXIT.cannotRun;
  return run.status === 'completed' && run.problem === null ? EXIT.expected : EXIT.unexpected;
}

/** Ctrl+C cancels the run, so that what was recorded until then is still printed; a second one ends the process. */
function cancelOnInterrupt(run: Run): void {
  process.once('SIGINT', () => run.cancel());
}

async function runCommand(command: RunCommand): Promise<number> {
  const file = command.file ?? 'bundled';
  const bytes = await readGuest(command.file ?? join(__dirname, 'guest.wasm'));
  const started = performance.now();
  const { instances, timeLimitMs } = command;
  const run = startRun({ bytes, instances, timeLimitMs, workerPath: join(__dirname, 'worker.js') });
  cancelOnInterrupt(run);
  const ended = await run.done;
  const code = exitCode(ended);
  if (code !== EXIT.cannotRun) {
    if (command.json) await print(`${JSON.stringify(runDocument(file, ended), null, 2)}\n`);
    else
      await print(
        transcript(ended)
          .map(line => `${line}\n`)
          .join(''),
      );
    for (const note of notes(ended, performance.now() - started)) say(note);
  }
  if (ended.problem) say(`${file}: ${ended.problem.message} ${ended.problem.remedy}`);
  run.dispose();
  return code;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if (command.name === 'run') return await runCommand(command);
    await print(command.name === 'help' ? USAGE : `${version}\n`);
    return EXIT.expected;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`wasm-shared-memory: ${error.message} Try 'wasm-shared-memory --help'.`);
    return EXIT.cannotRun;
  }
}

// Whoever reads the transcript may stop early (`| head -1`): that is no failure of ours.
process.stdout.on('error', error =>
  process.exit('code' in error && error.code === 'EPIPE' ? EXIT.expected : EXIT.unexpected),
);

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    say(`wasm-shared-memory: an unexpected fault: ${error instanceof Error ? error.message : String(error)}.`);
    process.exitCode = EXIT.unexpected;
  },
);
