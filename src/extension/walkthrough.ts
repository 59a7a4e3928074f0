// "Get started": the steps of the walkthrough that no command completes. package.json says which context key completes which.
import * as vscode from 'vscode';

export type WalkedStep =
  /** memory was shown at a store before the last */
  | 'store'
  /** what was run with a state for each instance was run again with one for all */
  | 'cure';

/** As package.json's completion events have them. */
export const WALKED_KEYS: Readonly<Record<WalkedStep, string>> = {
  store: 'wasmSharedMemory.stoodAtStore',
  cure: 'wasmSharedMemory.ranWithSharedState',
};

export class Walkthrough {
  private readonly walked = new Set<WalkedStep>();

  /** A step is done; it stays done. */
  readonly walk = (step: WalkedStep): void => {
    if (this.walked.has(step)) return;
    this.walked.add(step);
    void vscode.commands.executeCommand('setContext', WALKED_KEYS[step], true);
  };
}
