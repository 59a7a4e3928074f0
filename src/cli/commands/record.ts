// `wasm-shared-memory record`: runs a program of the user's, and keeps what its module did to memory.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { connect, newSwitch, ProgramRun, RunServer } from '../../engine/client.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { ONLOOKER_VARIABLE } from '../../protocol/servedRun.ts';
import { count } from '../../protocol/text.ts';
import { defineCommand, type Operands, type Option, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { onInterrupt, onSwitch, WITH_HANGUP } from '../interrupts.ts';
import { DIGITS, EXPORT, RUN_OPTIONS, recordLevel } from '../options.ts';
import { checkTarget, say, writeWhole } from '../output.ts';
import { noteLine, runNotes, trappedNotes } from '../report.ts';

const SCRIPT: Operands<{ readonly script: string; readonly args: readonly string[] }> = {
  placeholder: 'SCRIPT',
  help: 'the script; what stands behind -- goes to it as it is',
  read([script, ...args]) {
    if (script === undefined) throw new UsageError("'record' needs the script to run.");
    return { script, args };
  },
};

const MODULE: Option<string | null> = {
  name: 'module',
  placeholder: 'NAME',
  help: "the memory of the module that imports or exports something with this in its name, for example 'sqlite3_' or 'env.print'",
  read: text => text,
};

/** @param help of what it counts */
const wholeNumber = <Fallback extends number | null>(
  name: string,
  fallback: Fallback,
  help: string,
): Option<number | Fallback> => ({
  name,
  placeholder: 'N',
  help,
  read(text) {
    if (text === null) return fallback;
    const value = Number(text);
    if (!DIGITS.test(text) || !Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`--${name} takes a whole number from 1 on, not '${text}'.`);
    return value;
  },
});

const FUNCTION: Option<string | null> = {
  name: 'function',
  placeholder: 'NAME',
  help: 'record only calls of functions with this in their names, and what is called in them',
  read: text => text,
};

const PAUSED: Option<boolean> = {
  name: 'paused',
  placeholder: null,
  help: 'record nothing until the signal SIGUSR2; each one switches recording on or off',
  read: text => text !== null,
};

const EXACT: Option<boolean> = {
  name: 'exact',
  placeholder: null,
  help: 'find all that the script writes to memory before its module reads it or writes over it, however often they take turns; takes two to three times the time',
  read: text => text !== null,
};

const EXPORT_TO: Option<string> = {
  ...EXPORT,
  read(text) {
    const path = EXPORT.read(text);
    if (path === null) throw new UsageError("'record' needs the file to write: --export OUT.wsmrec.");
    return path;
  },
};

export const recordCommand = defineCommand({
  name: 'record',
  usage: 'SCRIPT [ARGS…] --export OUT.wsmrec [options]',
  about:
    'record runs a script with Node and records one memory of it, with all instances over it: that of the first module with code, where nothing else is said.',
  operands: SCRIPT,
  options: {
    record: recordLevel(['stores', 'all'], " with 'record'"),
    recordingLimitBytes: RUN_OPTIONS.recordingLimitBytes,
    moduleName: MODULE,
    memoryNumber: wholeNumber(
      'memory',
      null,
      'where a program has several memories: the N-th that a module with code uses (default 1)',
    ),
    fromCall: wholeNumber(
      'from-call',
      1,
      'the first call that is recorded, of those that the host makes by itself (default 1)',
    ),
    calls: wholeNumber('calls', null, 'how many of them are recorded (default all)'),
    functionName: FUNCTION,
    paused: PAUSED,
    exact: EXACT,
    exportTo: EXPORT_TO,
  },
  /** @returns the script's own exit status; 2 where it succeeded and nothing was recorded */
  async run({ script, args, exportTo, fromCall, calls, functionName, paused, ...options }) {
    const path = resolve(script);
    if (!(await isFile(path))) throw new UsageError(`${script}: there is no such script.`);
    await checkTarget(exportTo);
    const target = resolve(exportTo); // the script may go to another folder
    const onlooker = takeOnlooker();
    const isOn = newSwitch(!paused);
    const part = { function: functionName, fromCall, calls, isOn };
    const program = new ProgramRun({ ...options, part, script: path, args, workerFolder: __dirname });
    const isHandled = (signal: NodeJS.Signals): boolean => program.handles(signal);
    const endSwitching = onSwitch(isOn, isHandled);
    const server = onlooker === null ? null : new RunServer(program, connect(onlooker), interruptOurselves);
    const interruptedStatus = onInterrupt(() => program.interrupt(), isHandled, server ? WITH_HANGUP : undefined);
    try {
      const ended = await program.done;
      if (ended.uncaught) say(`Uncaught ${inspect(ended.uncaught.error)}`);
      // Whoever looks on reads them beside the recording, and the terminal is the program's.
      const notes = ended.run ? [...runNotes(ended.run), ...trappedNotes(ended.run)] : ended.notes.map(noteLine);
      if (!server?.isWatched) for (const note of notes) say(note);
      if (!ended.run) {
        const reason = ended.notes.length > 0 ? 'Nothing was recorded.' : nothingToRecord(options.moduleName);
        say(`${script}: ${reason}`);
        server?.end({ kind: 'nothing', reason: [...ended.notes, reason].join(' ') });
        return ended.exitCode === 0 ? EXIT.cannotRun : ended.exitCode;
      }
      await writeWhole(target, await program.exportFile());
      if (server?.isWatched) server.end({ kind: 'recorded' });
      else say(summary(ended.run, exportTo));
      return ended.run.status === 'cancelled' ? (interruptedStatus() ?? ended.exitCode) : ended.exitCode;
    } finally {
      endSwitching();
      server?.dispose();
      program.dispose();
    }
  },
});

/** Where VS Code listens that has started the command; null for others. The program finds nothing of it in its environment. */
function takeOnlooker(): string | null {
  const address = process.env[ONLOOKER_VARIABLE];
  delete process.env[ONLOOKER_VARIABLE];
  return address ?? null;
}

/** As Ctrl+C in the terminal; a signal of a process to itself would end it at once on Windows. */
const interruptOurselves = (): void => void process.emit('SIGINT', 'SIGINT');

function nothingToRecord(moduleName: string | null): string {
  const which = moduleName === null ? '' : ` whose imports or exports have '${moduleName}' in their names`;
  return `The script has instantiated no module with code and a memory${which}, so there is nothing to record.`;
}

function summary({ callCount, firstStep, lastStep, problem }: RunSnapshot, file: string): string {
  const end = problem ? ` ${problem.message}` : '';
  return `recorded: ${count(callCount, 'call')} and steps ${firstStep} to ${lastStep}, in ${file}.${end}`;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
