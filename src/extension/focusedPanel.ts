// The panel that commands act on, and what VS Code's `when` clauses are told of it.
import type * as vscode from 'vscode';
import type { Attention } from './attention.ts';
import { ContextKey } from './contextKey.ts';
import type { MemoryPanel } from './panel.ts';
import type { PanelActivity } from './panelContent.ts';
import type { MemoryEditors } from './panelEditor.ts';
import type { MemoryView } from './panelView.ts';

export class FocusedPanel implements vscode.Disposable {
  private readonly activity = new ContextKey<PanelActivity>('wasmSharedMemory.activity');
  private readonly focus = new ContextKey<'panel' | 'elsewhere'>('wasmSharedMemory.focus');
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly attention: Attention,
    private readonly view: MemoryView,
    private readonly editors: MemoryEditors,
  ) {
    this.listening = attention.onDidChange(() => this.tell());
    this.tell();
  }

  /** The one that had the focus last; else that of the active editor, else that of the side bar. */
  get current(): MemoryPanel {
    return this.attention.panel ?? this.editors.active ?? this.view.panel;
  }

  /** The same, brought into view: one of an editor can be seen. */
  async shown(): Promise<MemoryPanel> {
    const { current } = this;
    if (current === this.view.panel) await this.view.reveal();
    return current;
  }

  dispose(): void {
    this.listening.dispose();
  }

  private tell(): void {
    this.activity.show(this.current.activity);
    this.focus.show(this.attention.hasFocus ? 'panel' : 'elsewhere');
  }
}
