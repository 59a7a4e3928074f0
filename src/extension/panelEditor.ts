// Panels in the editor area, as wide as the user likes; they come back after the window was reloaded.
// Opening a recording's file shows one too.
import * as vscode from 'vscode';
import { ContextKey } from './contextKey.ts';
import { MemoryPanel } from './panel.ts';
import type { PanelActivity, PanelContent } from './panelContent.ts';
import { panelHtml, resourceRoots } from './panelHtml.ts';
import type { PanelServices } from './panelServices.ts';
import type { ProgramState, ShownRun } from './runs.ts';
import type { Source } from './sources.ts';

export const EDITOR_VIEW_TYPE = 'wasmSharedMemory.editor';

/** The editor of exported recordings. */
export const RECORDING_VIEW_TYPE = 'wasmSharedMemory.recording';

export class MemoryEditors implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, MemoryPanel>();
  private readonly activity = new ContextKey<PanelActivity>('wasmSharedMemory.editorActivity');
  private readonly program = new ContextKey<ProgramState>('wasmSharedMemory.editorProgram');

  constructor(
    private readonly services: PanelServices,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** The panel whose editor is the active one. */
  get active(): MemoryPanel | undefined {
    for (const [webviewPanel, panel] of this.panels) if (webviewPanel.active) return panel;
    return undefined;
  }

  get all(): readonly MemoryPanel[] {
    return [...this.panels.values()];
  }

  /** Opens a panel in the active editor group. */
  open(content: PanelContent): MemoryPanel {
    const webviewPanel = vscode.window.createWebviewPanel(
      EDITOR_VIEW_TYPE,
      titleOf(content),
      vscode.ViewColumn.Active,
      this.options(),
    );
    const panel = this.adopt(webviewPanel);
    this.load(webviewPanel);
    panel.show(content);
    this.services.attention.turnTo(panel);
    return panel;
  }

  /** The panels that show a run. */
  showing(shown: ShownRun): MemoryPanel[] {
    return this.all.filter(({ content }) => content.kind === 'run' && content.shown === shown);
  }

  /** Brings the editor of a panel into view, and the focus into it, unless that is to stay where it is. */
  reveal(panel: MemoryPanel, options?: { readonly preserveFocus: boolean }): void {
    for (const [webviewPanel, each] of this.panels)
      if (each === panel) webviewPanel.reveal(undefined, options?.preserveFocus);
    this.services.attention.turnTo(panel);
  }

  /** Closes the editors that show a run. */
  close(shown: ShownRun): void {
    const closed = new Set(this.showing(shown));
    for (const [webviewPanel, panel] of [...this.panels]) if (closed.has(panel)) webviewPanel.dispose();
  }

  /** What the panel showed is run again when its script asks for the state and sends what it kept. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel): Promise<void> {
    this.adopt(webviewPanel);
    this.load(webviewPanel);
  }

  /** Shows a source in an editor that VS Code made for its file; blank until the file is read. */
  async showIn(webviewPanel: vscode.WebviewPanel, source: Source): Promise<void> {
    await this.adopt(webviewPanel).run(source);
    if (this.panels.has(webviewPanel)) this.load(webviewPanel); // not closed meanwhile
  }

  /** Lets go of the runs. The editors stay: after a reload of the window they are to come back. */
  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
  }

  private options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
  }

  private adopt(webviewPanel: vscode.WebviewPanel): MemoryPanel {
    const panel = new MemoryPanel(this.services);
    this.panels.set(webviewPanel, panel);
    // A file's editor has the file's own title and icon.
    const titled = webviewPanel.viewType.endsWith(EDITOR_VIEW_TYPE);
    if (titled) webviewPanel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.png');
    const owned = vscode.Disposable.from(
      panel.attach(webviewPanel.webview),
      panel.onDidChange(() => {
        if (titled) webviewPanel.title = titleOf(panel.content);
        this.showActivity();
      }),
      webviewPanel.onDidChangeViewState(() => {
        if (!webviewPanel.visible) panel.webviewHidden();
        if (webviewPanel.active) this.services.attention.turnTo(panel);
        this.showActivity();
      }),
      webviewPanel.onDidDispose(() => {
        this.panels.delete(webviewPanel);
        owned.dispose();
        this.showActivity();
      }),
      panel,
    );
    return panel;
  }

  private load({ webview }: vscode.WebviewPanel): void {
    webview.options = this.options();
    webview.html = panelHtml(webview, this.extensionUri);
  }

  private showActivity(): void {
    this.activity.show(this.active?.activity ?? 'empty');
    this.program.show(this.active?.program ?? 'none');
  }
}

function titleOf(content: PanelContent): string {
  switch (content.kind) {
    case 'empty':
      return vscode.l10n.t('Linear memory');
    case 'run':
      return vscode.l10n.t('Linear memory: {0}', content.shown.source.view.label);
    case 'failed':
      return vscode.l10n.t('Linear memory: {0}', content.source.view.label);
  }
}
