// Context keys, on which commands and title actions depend.
import * as vscode from 'vscode';

export class ContextKey<Value extends string> {
  private shown: Value | undefined;

  /** @param name as package.json's `when` clauses have it */
  constructor(private readonly name: string) {}

  /** @returns whether the value is another than before */
  show(value: Value): boolean {
    if (value === this.shown) return false;
    this.shown = value;
    void vscode.commands.executeCommand('setContext', this.name, value);
    return true;
  }
}
