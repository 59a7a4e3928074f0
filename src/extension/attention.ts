// Which panel has the user's attention: the one that had the keyboard's focus last, as long as it can be seen.
import * as vscode from 'vscode';
import type { MemoryPanel } from './panel.ts';

export class Attention implements vscode.Disposable {
  private latest: MemoryPanel | undefined;
  private focused = false;
  private readonly changed = new vscode.EventEmitter<void>();

  /** Another panel has it, the focus came or went, or the panel itself changed. */
  readonly onDidChange = this.changed.event;

  /** Undefined where no panel that can be seen had the focus yet. */
  get panel(): MemoryPanel | undefined {
    return this.latest;
  }

  /** The keyboard's focus is in its webview now. */
  get hasFocus(): boolean {
    return this.focused;
  }

  /** The focus is in a panel's webview. */
  focus(panel: MemoryPanel): void {
    this.latest = panel;
    this.focused = true;
    this.changed.fire();
  }

  /** A panel became the active editor, or was revealed: the focus is on its way there. */
  turnTo(panel: MemoryPanel): void {
    if (this.latest === panel) return;
    this.latest = panel;
    this.focused = false;
    this.changed.fire();
  }

  /** The focus left a panel's webview. */
  blur(panel: MemoryPanel): void {
    if (this.latest !== panel) return;
    this.focused = false;
    this.changed.fire();
  }

  /** A panel can't be seen any more. */
  leave(panel: MemoryPanel): void {
    if (this.latest === panel) {
      this.latest = undefined;
      this.focused = false;
    }
    this.changed.fire();
  }

  /** What some panel shows changed. */
  told(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
