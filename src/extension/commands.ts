// The commands of the palette, of the menus and of the title bars.
import * as vscode from 'vscode';
import { reportingErrors } from './log.ts';
import type { MemoryPanel, PanelServices } from './panel.ts';
import type { MemoryEditors } from './panelEditor.ts';
import type { MemoryView } from './panelView.ts';
import type { Source } from './sources.ts';

export function registerCommands(services: PanelServices, view: MemoryView, editors: MemoryEditors): vscode.Disposable {
  const { sources, choose, openRecording, log } = services;

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
    openRecording: argument => openRecording(argument instanceof vscode.Uri ? argument : undefined),
    openInEditor: () => editors.open(view.panel.content),
    ...ofPanel('', () => view.panel),
    ...ofPanel('InEditor', () => editors.active),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`wasmSharedMemory.${name}`, (argument: unknown) =>
        reportingErrors(log, `The command ${name}`, () => command(argument)),
      ),
    ),
  );
}

/** Commands of the title bar that a panel has: the view's, or the active editor's. */
const ofPanel = (suffix: string, panel: () => MemoryPanel | undefined) => ({
  [`runAgain${suffix}`]: () => panel()?.runAgain(),
  [`cancel${suffix}`]: () => panel()?.cancel(),
  [`exportRecording${suffix}`]: () => panel()?.exportRecording(),
});

function activeTabFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isFile && input.uri.path.endsWith('.wasm') ? input.uri : undefined;
}
