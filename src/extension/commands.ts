// The commands of the palette, of the menus and of the title bars.
import * as vscode from 'vscode';
import { reportingErrors } from './log.ts';
import type { PanelServices } from './panel.ts';
import { type MemoryEditors, RECORDING_VIEW_TYPE } from './panelEditor.ts';
import type { MemoryView } from './panelView.ts';
import { RECORDING_EXTENSION, type Source } from './sources.ts';

export function registerCommands(services: PanelServices, view: MemoryView, editors: MemoryEditors): vscode.Disposable {
  const { sources, choose, log } = services;

  const runDemo = async () => {
    const source = await choose();
    if (source) await runInView(source);
  };
  const runInView = async (source: Source) => {
    // Side by side: the view opens while the file is read.
    await Promise.all([view.reveal(), view.panel.run(source)]);
  };
  // The menus pass the file; a keyboard shortcut passes nothing and means the active tab's file.
  const runDemoOnFile = async (argument: unknown) => {
    const uri = argument instanceof vscode.Uri ? argument : activeTabFile();
    await (uri ? runInView(sources.file(uri)) : runDemo());
  };

  const commands: Record<string, (argument: unknown) => unknown> = {
    runDemo,
    runDemoOnFile,
    inspectMemory: () => view.reveal(),
    runAgain: () => view.panel.runAgain(),
    cancel: () => view.panel.cancel(),
    exportRecording: () => view.panel.exportRecording(),
    openRecording: argument => openRecording(argument),
    openInEditor: () => editors.open(view.panel.content),
    runAgainInEditor: () => editors.active?.runAgain(),
    cancelInEditor: () => editors.active?.cancel(),
    exportRecordingInEditor: () => editors.active?.exportRecording(),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`wasmSharedMemory.${name}`, (argument: unknown) =>
        reportingErrors(log, `The command ${name}`, () => command(argument)),
      ),
    ),
  );
}

/** Opens a recording's file in its editor: the one that a caller passes, or one that the user chooses. */
async function openRecording(argument: unknown): Promise<void> {
  const chosen =
    argument instanceof vscode.Uri
      ? [argument]
      : await vscode.window.showOpenDialog({
          canSelectMany: false,
          filters: { Recordings: [RECORDING_EXTENSION.slice(1)] },
          openLabel: 'Open',
          title: 'Open recording',
        });
  const uri = chosen?.[0];
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, RECORDING_VIEW_TYPE);
}

function activeTabFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isFile && input.uri.path.endsWith('.wasm') ? input.uri : undefined;
}
