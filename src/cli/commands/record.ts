// `wasm-shared-memory record`: runs a program of the user's, and keeps what its module did to memory.
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { connect, ProgramRun, type ProgramToRecord, RunServer } from '../../engine/client.ts';
import { type Finding, SEVERITIES, severityOf } from '../../protocol/finding.ts';
import {
  explained,
  type OptionValues,
  PROGRAM_LEVELS,
  PROGRAM_OPTIONS,
  type ProgramOption,
} from '../../protocol/programOptions.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { ONLOOKER_VARIABLE } from '../../protocol/servedRun.ts';
import { RECORD } from '../../protocol/settings.ts';
import { count } from '../../protocol/text.ts';
import { defineCommand, type Operands, type Option, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { onInterrupt, onSwitch } from '../interrupts.ts';
import { ALLOCATORS_GIVEN, choiceSetting, DIGITS, EXPORT, RUN_OPTIONS } from '../options.ts';
import { CommandError, checkTarget, say, systemCode, writeOrKeep } from '../output.ts';
import { noteLine, runNotes, trappedNotes } from '../report.ts';
import { showWork } from '../workLine.ts';

const SCRIPT: Operands<{ readonly script: string; readonly args: readonly string[] }> = {
  placeholder: 'SCRIPT',
  help: 'the script; what stands behind -- goes to it as it is',
  read([script, ...args]) {
    if (script === undefined) throw new UsageError("'record' needs the script to run.");
    return { script, args };
  },
};

/** How the terminal reads what an option takes. */
const READERS: { readonly [Kind in keyof OptionValues]: (text: string | null, name: string) => OptionValues[Kind] } = {
  text: text => text,
  count(text, name) {
    if (text === null) return null;
    const value = Number(text);
    if (!DIGITS.test(text) || !Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`--${name} takes a whole number from 1 on, not '${text}'.`);
    return value;
  },
  flag: text => text !== null,
};

function programOption<Kind extends keyof OptionValues>(
  option: ProgramOption & { readonly kind: Kind },
): Option<OptionValues[Kind]> {
  const { option: name, kind, placeholder } = option;
  return { name, placeholder, help: explained(option), read: text => READERS[kind](text, name) };
}

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
    record: choiceSetting(RECORD, PROGRAM_LEVELS, " with 'record'"),
    recordingLimitBytes: RUN_OPTIONS.recordingLimitBytes,
    module: programOption(PROGRAM_OPTIONS.module),
    memory: programOption(PROGRAM_OPTIONS.memory),
    fromCall: programOption(PROGRAM_OPTIONS.fromCall),
    calls: programOption(PROGRAM_OPTIONS.calls),
    function: programOption(PROGRAM_OPTIONS.function),
    paused: programOption(PROGRAM_OPTIONS.paused),
    allocators: ALLOCATORS_GIVEN,
    exact: programOption(PROGRAM_OPTIONS.exact),
    exportTo: EXPORT_TO,
  },
  /** @returns the script's own exit status; 2 where it succeeded and nothing was recorded */
  async run({ script, args, exportTo, module, memory, fromCall, calls, function: name, ...options }) {
    const path = scriptAt(script);
    if (path === null) throw new UsageError(`${script}: there is no such script.`);
    await checkTarget(exportTo, [path]);
    const target = resolve(exportTo); // the script may go to another folder
    const onlooker = takeOnlooker();
    const part = { function: name, fromCall: fromCall ?? 1, calls };
    const which = { moduleName: module, memoryNumber: memory };
    const where = { script: path, args, nodeOptions: process.execArgv, workerFolder: __dirname };
    const program = startProgram({ ...options, ...which, part, ...where });
    const isHandled = (signal: NodeJS.Signals): boolean => program.handles(signal);
    const endSwitching = onSwitch(program);
    const server = onlooker === null ? null : new RunServer(program, connect(onlooker), interruptOurselves);
    const interruptedStatus = onInterrupt(() => program.interrupt(), isHandled);
    program.followWork(work => {
      if (server?.isWatched) server.tellWork(work);
      else showWork(work, basename(exportTo));
    });
    try {
      const ended = await program.done;
      if (ended.uncaught !== null) {
        say(`Uncaught ${ended.uncaught}`);
        if (hidesPlace(ended.uncaught)) say(noteLine(`To see file and line, run the script by itself: node ${script}`));
      }
      // Whoever looks on reads them beside the recording, and the terminal is the program's.
      const notes = ended.run ? [...runNotes(ended.run), ...trappedNotes(ended.run)] : ended.notes.map(noteLine);
      if (!server?.isWatched) for (const note of notes) say(note);
      if (!ended.run) {
        const reason = nothingToRecord(module, memory, ended.notes.length > 0);
        say(`${script}: ${reason}`);
        server?.end({ kind: 'nothing', reason: [...ended.notes, reason].join(' ') });
        return ended.exitCode === 0 ? EXIT.cannotRun : ended.exitCode;
      }
      await writeOrKeep(target, await program.exportFile(), 'What was recorded');
      const findings = (await program.recording?.ask('findings', {})) ?? [];
      if (server?.isWatched) server.end({ kind: 'recorded' });
      else for (const text of [summary(ended.run, exportTo), ...foundLine(findings, exportTo)]) say(text);
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

/** Where a module can't be read, Node names the file only as it ends its process, and not to who asks for the error in a thread. */
function hidesPlace(uncaught: string): boolean {
  const [head, ...frames] = uncaught.split('\n');
  return head.startsWith('SyntaxError: ') && frames.every(frame => /node:|Promise\.all/.test(frame));
}

/** @param isExplained notes tell more */
function nothingToRecord(moduleName: string | null, memory: number | null, isExplained: boolean): string {
  const which = moduleName === null ? '' : ` whose imports or exports have '${moduleName}' in their names`;
  if (isExplained && moduleName !== null)
    return `Nothing was recorded: the script has instantiated no module that can be recorded${which}.`;
  if (isExplained && memory !== null)
    return `Nothing was recorded: the script has no memory ${memory} that can be recorded.`;
  if (isExplained) return 'Nothing was recorded.';
  return `The script has instantiated no module with code and a memory${which}, so there is nothing to record. What runs in a vm context or in another process is not seen.`;
}

function summary({ callCount, firstStep, lastStep, problem }: RunSnapshot, file: string): string {
  const end = problem ? ` ${problem.message}` : '';
  return `recorded: ${count(callCount, 'call')} and steps ${firstStep} to ${lastStep}, in ${file}.${end}`;
}

/** How many findings there are, by their severity, and how to see them. */
function foundLine(findings: readonly Finding[], file: string): string[] {
  if (findings.length === 0) return [];
  const counts = SEVERITIES.flatMap(severity => {
    const number = findings.filter(finding => severityOf(finding) === severity).length;
    return number > 0 ? [count(number, severity)] : [];
  });
  return [`found: ${counts.join(', ')}; 'wasm-shared-memory find ${file}' tells more.`];
}

/** The file that `node SCRIPT` runs: a folder may have one, and the extension may be left out. Null where there is none. */
function scriptAt(script: string): string | null {
  const path = resolve(script);
  // A link stays one: a script may look at its own name.
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  try {
    return createRequire(path).resolve(path);
  } catch {
    return null;
  }
}

/** @throws CommandError where Node may not start threads */
function startProgram(program: ProgramToRecord): ProgramRun {
  try {
    return new ProgramRun(program);
  } catch (error) {
    if (systemCode(error) !== 'ERR_ACCESS_DENIED') throw error;
    throw new CommandError(
      'Node’s permissions do not let the command start the threads in which a script runs and is recorded: add --allow-worker to them, or leave --permission out.',
    );
  }
}
