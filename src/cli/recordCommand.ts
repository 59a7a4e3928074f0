// `wasm-shared-memory record`: runs a program of the user's, and keeps what its module did to memory.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { type EndedProgram, ProgramRun } from '../engine/client.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { count } from '../protocol/text.ts';
import { EXIT } from './exitCode.ts';
import { onInterrupt } from './interrupts.ts';
import { type RecordCommand, UsageError } from './options.ts';
import { say, writeWhole } from './output.ts';
import { recordingNotes } from './report.ts';

/** What a shell says of a process that Ctrl+C has ended. */
const INTERRUPTED = 130;

/** @returns the script's own exit status; 2 where it succeeded and nothing was recorded */
export async function recordCommand(command: RecordCommand): Promise<number> {
  const { record, recordingLimitBytes, moduleName, args } = command;
  const script = resolve(command.script);
  if (!(await isFile(script))) throw new UsageError(`${command.script}: there is no such script.`);
  const program = new ProgramRun({
    script,
    args,
    record,
    recordingLimitBytes,
    moduleName,
    workerFolder: __dirname,
  });
  onInterrupt(() => program.interrupt());
  try {
    const ended = await program.done;
    if (ended.uncaught) say(`Uncaught ${inspect(ended.uncaught.error)}`);
    for (const note of ended.notes) say(`recording: ${note}`);
    if (!ended.run) {
      say(`${command.script}: ${ended.notes.length > 0 ? 'Nothing was recorded.' : nothingToRecord(command)}`);
      return ended.exitCode === 0 ? EXIT.cannotRun : ended.exitCode;
    }
    await writeWhole(command.exportTo, await program.exportFile());
    for (const note of recordingNotes(ended.run)) say(note);
    say(summary(ended.run, command.exportTo));
    return exitCode(ended);
  } finally {
    program.dispose();
  }
}

function nothingToRecord({ moduleName }: RecordCommand): string {
  const which = moduleName === null ? '' : ` whose imports or exports have '${moduleName}' in their names`;
  return `The script has instantiated no module with a memory${which}, so there is nothing to record.`;
}

function summary({ calls, firstStep, lastStep, problem }: RunSnapshot, file: string): string {
  const end = problem ? ` ${problem.message}` : '';
  return `recorded: ${count(calls.length, 'call')} and steps ${firstStep} to ${lastStep}, in ${file}.${end}`;
}

const exitCode = ({ run, exitCode: own }: EndedProgram): number => (run?.status === 'cancelled' ? INTERRUPTED : own);

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
