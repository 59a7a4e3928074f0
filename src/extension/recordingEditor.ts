// Opening a recording's file shows the panel: nothing runs, so that needs no trust in the workspace.
import type * as vscode from 'vscode';
import type { MemoryEditors } from './panelEditor.ts';
import type { Sources } from './sources.ts';

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
