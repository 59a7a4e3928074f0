// Opening a recording's file shows the panel: nothing runs, so that needs no trust in the workspace.
import * as vscode from 'vscode';
import { type MemoryEditors, RECORDING_VIEW_TYPE } from './panelEditor.ts';
import { RECORDING_EXTENSION, type Sources } from './sources.ts';

export class RecordingEditorProvider implements vscode.CustomReadonlyEditorProvider {
  constructor(
    private readonly editors: MemoryEditors,
    private readonly sources: Sources,
  ) {}

  /** The document is its file: the panel that shows it holds what was read. */
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  /** A file that can't be opened is told in the panel. */
  resolveCustomEditor({ uri }: vscode.CustomDocument, webviewPanel: vscode.WebviewPanel): Promise<void> {
    return this.editors.showIn(webviewPanel, this.sources.recording(uri));
  }
}

/** Opens a recording's file in its editor; the user chooses one where none is given. */
export async function openRecording(uri?: vscode.Uri): Promise<void> {
  const file = uri ?? (await chooseRecording());
  if (file) await vscode.commands.executeCommand('vscode.openWith', file, RECORDING_VIEW_TYPE);
}

async function chooseRecording(): Promise<vscode.Uri | undefined> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { [vscode.l10n.t('Recordings')]: [RECORDING_EXTENSION.slice(1)] },
    openLabel: vscode.l10n.t('Open'),
    title: vscode.l10n.t('Open recording'),
  });
  return uris?.[0];
}
