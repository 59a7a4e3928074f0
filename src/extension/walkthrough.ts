// "Get started": the steps of the walkthrough that no command completes. package.json says which context key completes which.
import * as vscode from 'vscode';

export type WalkedStep =
  /** a module was run */
  | 'run'
  /** memory was shown at a store before the last */
  | 'store'
  /** what was run with a state for each instance was run again with one for all */
  | 'cure';

/** As package.json's completion events have them. */
export const WALKED_KEYS: Readonly<Record<WalkedStep, string>> = {
  run: 'wasmSharedMemory.ranModule',
  store: 'wasmSharedMemory.stoodAtStore',
  cure: 'wasmSharedMemory.ranWithSharedState',
};

/**
 * A step is done. Its key is set for a moment alone: VS Code completes a step when the key changes, and never where it is set
 * before the walkthrough is opened.
 */
export async function walk(step: WalkedStep): Promise<void> {
  for (const value of [true, undefined]) await vscode.commands.executeCommand('setContext', WALKED_KEYS[step], value);
}
