// The extension's entry: connects its parts and registers them. Nothing is read or run before it is asked for.

import * as vscode from 'vscode';
import type { TourStep } from '../protocol/tour.ts';
import { startedAt } from './activationClock.ts';
import { Attention } from './attention.ts';
import { registerCommands } from './commands.ts';
import { FindingDiagnostics } from './findingDiagnostics.ts';
import { FIXED_FILES, FindingFixes } from './findingFixes.ts';
import { FocusedPanel } from './focusedPanel.ts';
import { FunctionNameStore, nameFunctionsOf } from './functionNames.ts';
import { registerLanguageModelTools } from './languageModelTools.ts';
import { OUTPUT_CHANNEL } from './log.ts';
import { MODULE_VIEW_TYPE, ModuleEditors } from './moduleEditors.ts';
import type { MemoryPanel } from './panel.ts';
import { EDITOR_VIEW_TYPE, MemoryEditors, RECORDING_VIEW_TYPE } from './panelEditor.ts';
import { PanelLinks } from './panelLinks.ts';
import type { PanelServices } from './panelServices.ts';
import { MemoryView, VIEW_ID } from './panelView.ts';
import { PlaceStatus } from './placeStatus.ts';
import { PlaceStore } from './placeStore.ts';
import { ProgramDebug } from './programDebug.ts';
import { DEBUG_TYPE } from './programLaunch.ts';
import { ProgramRecorder } from './programRecorder.ts';
import { type Choice, chooseSource } from './quickPick.ts';
import { openRecording, RecordingEditorProvider } from './recordingEditor.ts';
import { RecordingFolder } from './recordingFolder.ts';
import { RunningPrograms } from './runningPrograms.ts';
import { Runs, type ShownRun } from './runs.ts';
import { RUNS_VIEW_ID, RunsView } from './runsView.ts';
import { askWhereToSave } from './saveFile.ts';
import { Sources } from './sources.ts';
import { Templates } from './templates.ts';
import { workspaceTrust } from './trust.ts';
import { followRuns, openOnce, openWalkthrough, walk } from './walkthrough.ts';
import { followWebAssemblyScripts } from './webAssemblyScripts.ts';

/** The time that the imports above took; VS Code does work of its own before it calls {@link activate}. */
const evaluationMs = performance.now() - startedAt;

/** For the extension's own tests and benchmark only. */
export interface ExtensionApi {
  /** The extension's share of its activation: evaluating the bundle and {@link activate}, in milliseconds. */
  readonly activationMs: number;
  readonly view: MemoryView;
  readonly editors: MemoryEditors;
  readonly modules: ModuleEditors;
  readonly names: FunctionNameStore;
  readonly runs: Runs;
  readonly runsView: RunsView;
  readonly sources: Sources;
  readonly focused: FocusedPanel;
  readonly placeStatus: PlaceStatus;
}

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const calledAt = performance.now();
  const log = vscode.window.createOutputChannel(OUTPUT_CHANNEL, { log: true });
  const trust = workspaceTrust;
  const folder = new RecordingFolder(
    vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'recordings'), // no folder is open where the first is missing
  );
  const sources = new Sources(context.extensionUri, folder);
  const workerFolder = context.asAbsolutePath('dist');
  const runs = new Runs(workerFolder, trust, folder);
  const choose = (choice?: Choice) => chooseSource(sources, trust, choice);
  const places = new PlaceStore(context.workspaceState);
  const names = new FunctionNameStore(context.workspaceState);
  const attention = new Attention();
  const links = new PanelLinks(context.workspaceState);
  const templates = new Templates(context.globalStorageUri);
  const modules = new ModuleEditors({ sources, names, log, extensionUri: context.extensionUri, workerFolder });
  const openCode = (uri: vscode.Uri, offset: number) => modules.open(uri, { offset });
  const getStarted = (step?: TourStep) => openWalkthrough(context.extension.id, step);
  const services: PanelServices = {
    runs,
    sources,
    trust,
    log,
    attention,
    links,
    places,
    templates,
    choose,
    askWhereToSave,
    openRecording,
    openCode,
    walk,
    getStarted,
    renameFunction: async (shown, of) => (await import('./later.ts')).renameFunction(shown, of, names),
  };
  const view = new MemoryView(services, context.extensionUri);
  const editors = new MemoryEditors(services, context.extensionUri);
  const focused = new FocusedPanel(attention, view, editors);
  const runsView = new RunsView({ services, view, editors });
  const placeStatus = new PlaceStatus(attention, focused);
  const diagnostics = new FindingDiagnostics(runs);
  const command = context.asAbsolutePath('dist/cli.js');
  const programs = new RunningPrograms(() => [editors.active, view.panel]);
  const recorder = new ProgramRecorder({ runs, sources, view, editors, programs, folder, workerFolder, command });
  const debug = new ProgramDebug(recorder, trust);
  context.subscriptions.push(
    log,
    places,
    names,
    nameFunctionsOf(runs, names),
    templates,
    vscode.window.registerWebviewViewProvider(VIEW_ID, view),
    vscode.window.registerTreeDataProvider(RUNS_VIEW_ID, runsView),
    vscode.window.registerWebviewPanelSerializer(EDITOR_VIEW_TYPE, editors),
    vscode.window.registerCustomEditorProvider(RECORDING_VIEW_TYPE, new RecordingEditorProvider(editors, sources), {
      supportsMultipleEditorsPerDocument: true, // each with what its user looks at
    }),
    vscode.window.registerCustomEditorProvider(MODULE_VIEW_TYPE, modules, { supportsMultipleEditorsPerDocument: true }),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, debug),
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, debug),
    followWebAssemblyScripts(),
    followRuns(runs),
    diagnostics,
    vscode.languages.registerCodeActionsProvider(
      FIXED_FILES,
      new FindingFixes(diagnostics.runOf),
      FindingFixes.metadata,
    ),
    registerLanguageModelTools(() => lookedAtFirst(runs, [focused.current, editors.active, view.panel])),
    registerCommands({ services, view, editors, focused, programs, modules, runsView, runOf: diagnostics.runOf }),
    placeStatus,
    focused,
    view,
    editors,
    modules,
    runsView,
    runs,
    attention,
  );
  void openOnce(context);
  return {
    activationMs: evaluationMs + performance.now() - calledAt,
    view,
    editors,
    modules,
    names,
    runs,
    runsView,
    sources,
    focused,
    placeStatus,
  };
}

/** All runs, those of the given panels before the others. */
function lookedAtFirst(runs: Runs, panels: readonly (MemoryPanel | undefined)[]): ShownRun[] {
  const looked = panels.flatMap(panel => (panel?.content.kind === 'run' ? [panel.content.shown] : []));
  return [...new Set([...looked, ...runs.all])];
}
