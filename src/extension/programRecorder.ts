// Records programs: each runs in a terminal, by the command `record`, and the panel shows its calls while they come in.
import { basename, dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { type Connection, listenForOne, openRecording, RemoteRun } from '../engine/client.ts';
import type { Problem } from '../protocol/problem.ts';
import { programArguments } from '../protocol/programOptions.ts';
import { ONLOOKER_VARIABLE } from '../protocol/servedRun.ts';
import { RECORD, RECORDING_LIMIT } from '../protocol/settings.ts';
import { count } from '../protocol/text.ts';
import type { TellWork } from '../protocol/work.ts';
import { chooseNode, type NodeRuntime } from './nodeRuntime.ts';
import type { MemoryEditors } from './panelEditor.ts';
import type { MemoryView } from './panelView.ts';
import { DEBUG_TYPE, isScript, type ProgramLaunch, SCRIPT_EXTENSIONS } from './programLaunch.ts';
import type { RecordingFolder } from './recordingFolder.ts';
import type { RunningPrograms } from './runningPrograms.ts';
import type { Runs, ShownRun } from './runs.ts';
import { readRunSettings } from './settings.ts';
import type { Source, Sources } from './sources.ts';
import { WorkNotification } from './workNotification.ts';

export interface RecorderParts {
  readonly runs: Runs;
  readonly sources: Sources;
  readonly view: MemoryView;
  readonly editors: MemoryEditors;
  readonly programs: RunningPrograms;
  readonly folder: RecordingFolder;
  /** Folder of the built scripts. */
  readonly workerFolder: string;
  /** Path of the terminal's command. */
  readonly command: string;
}

/** A program that is recorded, in its terminal. */
export interface RecordedProgram {
  /** Resolves when it has ended and its recording is shown: with its exit status, undefined where it has none. */
  readonly ended: Promise<number | undefined>;
  /** Ends it as Ctrl+C does; its recording stays. Once more, and what is not recorded yet is left out. */
  stop(): void;
}

export class ProgramRecorder {
  /** What the user was told of the Node that runs programs. */
  private told: string | null = null;

  constructor(private readonly parts: RecorderParts) {}

  /**
   * Resolves when the program is started.
   * @param workspaceFolder where it runs, unless the launch says otherwise
   * @throws Error in whole sentences
   */
  async start(launch: ProgramLaunch, workspaceFolder: vscode.WorkspaceFolder | undefined): Promise<RecordedProgram> {
    const { runs, sources, folder, workerFolder } = this.parts;
    const base = launch.cwd ?? workspaceFolder?.uri.fsPath;
    const program = base === undefined ? launch.program : resolve(base, launch.program);
    await checkScript(program);
    const node = await chooseNode(launch.runtimeExecutable, { ...process.env, ...launch.env });
    this.tellOf(node);
    const file = await folder.place(program);
    const source = sources.program(file, vscode.Uri.file(program));
    const working = new WorkNotification(`the recording of ${source.view.label}`, {
      'taking-in': () => void run.cancel(), // which leaves out what is not recorded yet
    });
    const tellWork: TellWork = work => working.tell(work);
    const open = async (tell: TellWork) => openRecording(await sources.read(source), workerFolder, { tell });
    const run = new RemoteRun({ workerFolder, open, tellWork });
    const connections: Connection[] = [];
    const listener = await listenForOne(connection => {
      connections.push(connection);
      run.connect(connection);
    });
    const shown = runs.adopt(source, run);
    const kept = shown.hold();
    const task = this.task({ ...launch, program, cwd: base ?? dirname(program) }, node, file, listener.address);
    const execution = await Promise.resolve(vscode.tasks.executeTask(task)).catch((error: unknown) => {
      listener.close();
      kept.dispose();
      throw error;
    });
    const ended = endOf(execution).then(async exitCode => {
      listener.close();
      await Promise.all(connections.map(({ closed }) => closed));
      await run.processEnded(unheard(source, exitCode)).finally(() => working.dispose());
      this.showEnded(shown);
      kept.dispose();
      return exitCode;
    });
    await this.show(shown);
    const stop = (): void => void run.cancel();
    void this.parts.programs.follow(shown, ended);
    void showProgress(shown, ended);
    return { ended, stop };
  }

  /** Once is enough. */
  private tellOf({ note }: NodeRuntime): void {
    if (note !== null && note !== this.told) void vscode.window.showInformationMessage(note);
    this.told = note;
  }

  private task(
    { program, args, cwd, env, level, ...recorded }: ProgramLaunch & { readonly cwd: string },
    node: NodeRuntime,
    file: vscode.Uri,
    onlooker: string,
  ): vscode.Task {
    const limit = String(readRunSettings().recordingLimitBytes / RECORDING_LIMIT.scale);
    const options = ['--export', file.fsPath, `--${RECORD.option}`, level ?? RECORD.fallback];
    options.push(`--${RECORDING_LIMIT.option}`, limit, ...programArguments(recorded));
    const command = [this.parts.command, 'record', ...options, '--', program, ...(args ?? [])];
    const task = new vscode.Task(
      { type: DEBUG_TYPE },
      vscode.TaskScope.Workspace,
      basename(program),
      'Wasm Shared Memory',
      new vscode.ProcessExecution(node.path, command, {
        cwd,
        env: { ...node.env, ...env, [ONLOOKER_VARIABLE]: onlooker },
      }),
      [],
    );
    // The terminal is the program's: nothing but its output, which stays when it has ended.
    task.presentationOptions = { echo: false, showReuseMessage: false, clear: true, focus: false };
    return task;
  }

  private async show(shown: ShownRun): Promise<void> {
    const { view } = this.parts;
    view.panel.show({ kind: 'run', shown });
    await view.reveal({ preserveFocus: true }); // the user may be about to type what the program reads
  }

  /** Whoever has looked at something else meanwhile finds the recording all the same. */
  private showEnded(shown: ShownRun): void {
    const { view, editors } = this.parts;
    const panels = [view.panel, ...editors.all];
    if (panels.some(({ content }) => content.kind === 'run' && content.shown === shown)) return;
    if (view.panel.activity === 'running') editors.open({ kind: 'run', shown });
    else void this.show(shown);
  }
}

async function checkScript(program: string): Promise<void> {
  if (!isScript(program))
    throw new Error(
      vscode.l10n.t(
        '{0} is no script of Node. Choose a file that ends with {1}.',
        program,
        SCRIPT_EXTENSIONS.join(', '),
      ),
    );
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(program));
  } catch {
    throw new Error(vscode.l10n.t('{0} does not exist. Correct "program" in the launch configuration.', program));
  }
}

/** Resolves with the exit status; undefined where the terminal was closed before. */
function endOf(execution: vscode.TaskExecution): Promise<number | undefined> {
  return new Promise(resolve => {
    let exitCode: number | undefined;
    const listening = vscode.Disposable.from(
      vscode.tasks.onDidEndTaskProcess(event => {
        if (event.execution === execution) exitCode = event.exitCode;
      }),
      vscode.tasks.onDidEndTask(event => {
        if (event.execution !== execution) return;
        listening.dispose();
        resolve(exitCode);
      }),
    );
  });
}

const unheard = ({ view: { label } }: Source, exitCode: number | undefined): Problem => ({
  kind: 'nothing-recorded',
  message:
    exitCode === undefined
      ? vscode.l10n.t('There is no recording of {0}: its terminal could not be opened, or was ended.', label)
      : vscode.l10n.t('There is no recording of {0}: its process ended early, with exit status {1}.', label, exitCode),
  remedy: vscode.l10n.t('Look at what its terminal says, and end it with Stop, Cancel or Ctrl+C.'),
});

/** In the status bar: the panel is what a program is looked at in, and the debug toolbar and the panel end it. */
async function showProgress({ run, source }: ShownRun, ended: Promise<unknown>): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Recording {0}', source.view.label),
  };
  await vscode.window.withProgress(options, async progress => {
    const following = run.onDidChange(() => {
      const { callCount, lastStep, isPaused } = run.snapshot;
      progress.report({
        message: `${isPaused ? 'paused, ' : ''}${count(callCount, 'call')}, ${count(lastStep, 'step')}`,
      });
    });
    await ended;
    following.dispose();
  });
}
