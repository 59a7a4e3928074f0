// "Get started": opens the walkthrough, and completes those of its steps that no command completes. package.json says which context
// key completes which.
import * as vscode from 'vscode';
import type { TourStep } from '../protocol/tour.ts';
import type { Runs, ShownRun } from './runs.ts';

export type WalkedStep =
  /** a module was run */
  | 'run'
  /** memory was shown at a store before the last */
  | 'store'
  /** what was run with a state for each instance was run again with one for all */
  | 'cure'
  /** a program was recorded */
  | 'program'
  /** a module of the user's was run */
  | 'own';

/** As package.json's completion events have them. */
export const WALKED_KEYS: Readonly<Record<WalkedStep, string>> = {
  run: 'wasmSharedMemory.ranModule',
  store: 'wasmSharedMemory.stoodAtStore',
  cure: 'wasmSharedMemory.ranWithSharedState',
  program: 'wasmSharedMemory.recordedProgram',
  own: 'wasmSharedMemory.ranOwnModule',
};

/** In the extension's global state: the walkthrough was opened by itself, which it is once. */
export const OPENED_KEY = 'walkthroughOpened';

/**
 * A step is done. Its key is set for a moment alone: VS Code completes a step when the key changes, and never where it is set
 * before the walkthrough is opened.
 */
export async function walk(step: WalkedStep): Promise<void> {
  for (const value of [true, undefined]) await vscode.commands.executeCommand('setContext', WALKED_KEYS[step], value);
}

/** The steps that the kind of what is run completes, however it was started. */
export const followRuns = ({ onDidAdd }: Pick<Runs, 'onDidAdd'>, walked = walk): vscode.Disposable =>
  onDidAdd(({ source, refused }: Pick<ShownRun, 'source' | 'refused'>) => {
    if (source.kind === 'program') void walked('program');
    if (source.kind === 'file' && !refused) void walked('own');
  });

/** @param extensionId publisher and name */
export async function openWalkthrough(extensionId: string, step?: TourStep): Promise<void> {
  const category = `${extensionId}#getStarted`;
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', step ? { category, step } : category);
}

/** What {@link openOnce} needs of the extension's context. */
export type Installed = Pick<vscode.ExtensionContext, 'extensionMode' | 'globalState' | 'extension'>;

/**
 * Opens the walkthrough where the extension was installed and it was never opened so. VS Code does that by itself only where the
 * extension is installed from within the window. Not while the extension is developed or tested, nor where the user's setting
 * says that walkthroughs don't open.
 */
export async function openOnce(
  { extensionMode, globalState, extension }: Installed,
  open: (extensionId: string) => Promise<void> = openWalkthrough,
): Promise<void> {
  if (extensionMode !== vscode.ExtensionMode.Production || globalState.get(OPENED_KEY)) return;
  await globalState.update(OPENED_KEY, true);
  const mayOpen = vscode.workspace.getConfiguration('workbench.welcomePage.walkthroughs').get('openOnInstall', true);
  if (mayOpen) await open(extension.id);
}
