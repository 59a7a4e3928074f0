// The panel in the secondary side bar. Its controller lives as long as the extension, so a run outlasts hiding the view.
import * as vscode from 'vscode';
import { count } from '../protocol/text.ts';
import { ContextKey } from './contextKey.ts';
import { MemoryPanel } from './panel.ts';
import type { PanelActivity } from './panelContent.ts';
import { panelHtml, resourceRoots } from './panelHtml.ts';
import type { PanelServices } from './panelServices.ts';
import type { ProgramState } from './runs.ts';

export const VIEW_ID = 'wasmSharedMemory.memory';

export class MemoryView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly panel: MemoryPanel;
  private readonly activity = new ContextKey<PanelActivity>('wasmSharedMemory.viewActivity');
  private readonly program = new ContextKey<ProgramState>('wasmSharedMemory.viewProgram');
  private resolved: vscode.Disposable | undefined;
  private view: vscode.WebviewView | undefined;

  constructor(
    private readonly services: PanelServices,
    private readonly extensionUri: vscode.Uri,
  ) {
    this.panel = new MemoryPanel(services);
    this.panel.onDidChange(() => {
      this.showActivity();
      this.showErrors();
    });
    this.showActivity();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.resolved?.dispose();
    view.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
    const resolved = vscode.Disposable.from(
      this.panel.attach(view.webview),
      view.onDidChangeVisibility(() => {
        if (!view.visible) this.panel.webviewHidden();
      }),
      view.onDidDispose(() => resolved.dispose()),
      {
        dispose: () => {
          if (this.view === view) this.view = undefined;
        },
      },
    );
    this.resolved = resolved;
    this.view = view;
    this.showErrors();
    this.services.runs.prepare();
    view.webview.html = panelHtml(view.webview, this.extensionUri);
  }

  /** Opens the view and moves the focus into it, unless that is to stay where it is. */
  async reveal(options?: { readonly preserveFocus: boolean }): Promise<void> {
    if (!options?.preserveFocus) this.services.attention.turnTo(this.panel);
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`, options);
  }

  dispose(): void {
    this.resolved?.dispose();
    this.panel.dispose();
  }

  private showActivity(): void {
    const { activity, program } = this.panel;
    this.program.show(program);
    if (this.activity.show(activity) && activity === 'running') void this.showProgress();
  }

  /** A badge on the view: how many findings say that memory is wrong. */
  private showErrors(): void {
    const { view } = this;
    const { errors } = this.panel;
    // Each assignment is a message to VS Code, and a run changes often.
    if (!view || (view.badge?.value ?? 0) === errors) return;
    view.badge =
      errors === 0
        ? undefined
        : { value: errors, tooltip: vscode.l10n.t('Memory is wrong: {0}.', count(errors, 'finding')) };
  }

  /** The view's own progress bar, until the run has ended. */
  private async showProgress(): Promise<void> {
    await vscode.window.withProgress(
      { location: { viewId: VIEW_ID } },
      () =>
        new Promise<void>(resolve => {
          const listening = this.panel.onDidChange(() => {
            if (this.panel.activity === 'running') return;
            listening.dispose();
            resolve();
          });
        }),
    );
  }
}
