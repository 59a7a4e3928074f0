// Context keys, on which the title actions of view and editors depend.
import * as vscode from 'vscode';
import type { PanelActivity } from './panel.ts';

export class ActivityKey {
  private shown: PanelActivity | undefined;

  /** @param name as package.json's `when` clauses have it */
  constructor(private readonly name: string) {}

  /** @returns whether the activity is another than before */
  show(activity: PanelActivity): boolean {
    if (activity === this.shown) return false;
    this.shown = activity;
    void vscode.commands.executeCommand('setContext', this.name, activity);
    return true;
  }
}
