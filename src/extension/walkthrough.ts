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
  private times = 0;

  /** A step is done. The key changes each time: VS Code looks at it then, and only since the walkthrough was opened. */
  readonly walk = (step: WalkedStep): void => {
    void vscode.commands.executeCommand('setContext', WALKED_KEYS[step], ++this.times);
  };
}
