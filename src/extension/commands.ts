// The commands of the palette, of the menus and of the title bars.
import * as vscode from 'vscode';
import { attempt } from '../protocol/check.ts';
import type { PlaceKind } from '../protocol/panel.ts';
import { PANEL_ACTION_NAMES, type PanelAction, pointed } from '../protocol/panelActions.ts';
import { activeModuleFile, isModuleFile } from './activeFile.ts';
import { commandTitle } from './commandTitles.ts';
import type { FocusedPanel } from './focusedPanel.ts';
import { askAddress, askStep } from './goTo.ts';
import { reportingErrors } from './log.ts';
import { type ModuleEditors, moduleCommands } from './moduleEditors.ts';
import { recordUser } from './moduleOffers.ts';
import type { MemoryPanel } from './panel.ts';
import { CORRUPTION } from './panelCommands.ts';
import type { MemoryEditors } from './panelEditor.ts';
import type { PanelServices } from './panelServices.ts';
import type { MemoryView } from './panelView.ts';
import { DEBUG_TYPE } from './programLaunch.ts';
import { type RunningPrograms, setPausedIn } from './runningPrograms.ts';
import type { AskedInstances, ShownRun } from './runs.ts';
import type { RunsView } from './runsView.ts';
import { chooseScript } from './scriptPick.ts';
import type { Source } from './sources.ts';
import { askWhenMade, chooseTwo, isSeveral, selectedModules } from './togetherChoice.ts';
import { tellUntrusted } from './trust.ts';

/** What commands act on. */
export interface CommandParts {
  readonly services: PanelServices;
  readonly view: MemoryView;
  readonly editors: MemoryEditors;
  /** What commands act on that name no panel. */
  readonly focused: FocusedPanel;
  readonly programs: RunningPrograms;
  readonly modules: ModuleEditors;
  readonly runsView: RunsView;
  /** The newest run of a file that a panel shows. */
  readonly runOf: (file: vscode.Uri) => ShownRun | undefined;
}

export function registerCommands({
  services,
  view,
  editors,
  focused,
  programs,
  modules,
  runsView,
  runOf,
}: CommandParts): vscode.Disposable {
  const { sources, choose, openRecording, log, trust } = services;

  // The walkthrough's first step passes what it means; the palette passes nothing.
  const runDemo = async (argument?: unknown) => {
    const source = argument === 'bundled' ? sources.bundled : await choose();
    if (source) await runInView(source);
  };
  const runInView = async (source: Source, asked: AskedInstances = {}) => {
    // Side by side: the view opens while the file is read.
    await Promise.all([view.reveal(), view.panel.run(source, asked)]);
  };
  // The menus pass the file; a keyboard shortcut passes nothing and means the active tab's file.
  const runDemoOnFile = async (argument: unknown) => {
    const uri = argument instanceof vscode.Uri ? argument : activeModuleFile();
    await (uri ? runInView(sources.file(uri)) : runDemo());
  };

  // A quick fix passes the file that the findings are about; the walkthrough passes nothing and means what is shown.
  const runWithSharedState = async (argument: unknown) => {
    const wanted = argument instanceof vscode.Uri ? runOf(argument) : undefined;
    const panel = [view.panel, ...editors.all].find(
      ({ content }) => wanted !== undefined && content.kind === 'run' && content.shown === wanted,
    );
    const shown = panel ?? focused.current;
    if (shown === view.panel) await view.reveal();
    if (shown.content.kind !== 'run')
      throw new Error(vscode.l10n.t('nothing was run yet. Run the corruption demo first.'));
    await shown.runAgain({ state: 'shared' });
  };

  // The Explorer passes the file that was clicked, and all that are selected; the palette passes nothing.
  const runTogether = async (_clicked: unknown, selected: unknown) => {
    const chosen = selectedModules(selected).map(uri => sources.file(uri));
    const modules = isSeveral(chosen) ? chosen : await chooseTwo(choose);
    const areLate = modules && (await askWhenMade(modules));
    if (modules && areLate !== undefined) await runInView(sources.together(modules, areLate));
  };

  // The Explorer and the editor's title pass the script, the editor of a module the module; the palette passes nothing.
  const recordProgram = async (argument: unknown) => {
    if (!trust.trusted) return tellUntrusted();
    const given = argument instanceof vscode.Uri ? argument : undefined;
    if (given && isModuleFile(given)) return recordUser(sources.file(given));
    const uri = given ?? (await chooseScript());
    if (uri) await startRecording(uri);
  };

  // A menu of the panel passes the address that it was opened at; the palette passes nothing and means what is selected.
  const keepPlace = async (kind: PlaceKind, argument: unknown) => {
    const panel = await focused.shown();
    const { address = null, call = null } = attempt(pointed)(argument, 'the argument') ?? {};
    panel.keepPlace({ kind, address, call });
  };

  // A menu of the panel passes what it was opened at; the palette and key bindings mean what the panel shows.
  const act = async (action: PanelAction, argument: unknown) => {
    const panel = await focused.shown();
    const told = attempt(pointed)(argument, 'the argument') ?? {};
    const at = action === 'goToStep' && told.step === undefined ? await askStep(panel) : told;
    const there = action === 'goToAddress' && told.address === undefined ? await askAddress(panel) : at;
    if (there) panel.act({ action, at: there });
  };

  const commands: Record<string, (argument: unknown, selected: unknown) => unknown> = {
    runDemo,
    runDemoOnFile,
    runTogether,
    runCorruptionDemo: () => runInView(sources.bundled, CORRUPTION),
    runLuckDemo: () => runInView(sources.luck, { state: 'separate' }),
    runWithSharedState,
    inspectMemory: () => view.reveal(),
    getStarted: () => services.getStarted(),
    openRecording: argument => openRecording(argument instanceof vscode.Uri ? argument : undefined),
    recordProgram,
    recordScript: argument => recordProgram(argument ?? vscode.window.activeTextEditor?.document.uri),
    openInEditor: () => editors.open(focused.current.content),
    openViewInEditor: () => editors.open(view.panel.content),
    addWatch: argument => keepPlace('watch', argument),
    addBookmark: argument => keepPlace('bookmark', argument),
    pauseRecording: () => programs.setPaused(true),
    resumeRecording: () => programs.setPaused(false),
    ...moduleCommands(modules),
    ...runsView.commands,
    ...Object.fromEntries(PANEL_ACTION_NAMES.map(name => [name, (argument: unknown) => act(name, argument)])),
    ...ofPanel('', () => focused.current),
    ...ofPanel('InView', () => view.panel),
    ...ofPanel('InEditor', () => editors.active),
    ...pausing('InView', () => view.panel),
    ...pausing('InEditor', () => editors.active),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`wasmSharedMemory.${name}`, (argument: unknown, selected: unknown) =>
        reportingErrors(log, commandTitle(name), () => command(argument, selected)),
      ),
    ),
  );
}

/** Commands that a panel has: the focused one for the palette, the view's and the active editor's for their title bars. */
const ofPanel = (suffix: string, panel: () => MemoryPanel | undefined) => ({
  [`runAgain${suffix}`]: () => panel()?.runAgain(),
  [`cancel${suffix}`]: () => panel()?.cancel(),
  [`exportRecording${suffix}`]: () => panel()?.exportRecording(),
});

/** The same of a program: the palette has them for whichever runs. */
const pausing = (suffix: string, panel: () => MemoryPanel | undefined) => ({
  [`pauseRecording${suffix}`]: () => setPausedIn(panel(), true),
  [`resumeRecording${suffix}`]: () => setPausedIn(panel(), false),
});

/** As F5 with a launch configuration that names the script alone: it has Stop and restart. */
async function startRecording(script: vscode.Uri): Promise<void> {
  const where = vscode.workspace.asRelativePath(script);
  if (script.scheme !== 'file')
    throw new Error(vscode.l10n.t('{0} is not on a disk that Node can read. Copy it there.', where));
  const configuration = {
    type: DEBUG_TYPE,
    request: 'launch',
    name: vscode.l10n.t('Record {0}', where),
    program: script.fsPath,
  };
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(script), configuration);
}
