// Asks what a function is to be called, and keeps the answer. It is loaded when somebody asks for it.
import * as vscode from 'vscode';
import { type NamedFunction, nameProblem } from '../protocol/functionNames.ts';
import type { FunctionNameStore } from './functionNames.ts';
import type { ShownRun } from './runs.ts';

/** A function of a module. */
export interface AskedFunction {
  /** Of the module's bytes. */
  readonly sha256: string;
  /** Function index. */
  readonly function: number;
  /** Its name of the module. */
  readonly own: string;
}

/** Lets the user rename a function of a run. Rejects with a sentence where it is not known which one it is. */
export async function renameFunction(
  { run }: Pick<ShownRun, 'run'>,
  of: NamedFunction,
  names: FunctionNameStore,
): Promise<void> {
  const known = await run.recording.ask('functionOf', { of });
  const module = known && run.snapshot.modules[known.module];
  if (!known || !module) {
    throw new Error(
      of.kind === 'call'
        ? vscode.l10n.t('Call {0} is of no function that a known module has, so there is nothing to rename.', of.call)
        : vscode.l10n.t('{0} is no function that a known module has, so there is nothing to rename.', of.name),
    );
  }
  await askName({ sha256: module.sha256, function: known.function, own: known.own }, names);
}

/** Lets the user rename a function. */
export async function askName(
  { sha256, function: index, own }: AskedFunction,
  names: FunctionNameStore,
): Promise<void> {
  const given = names.of(sha256).find(each => each.function === index)?.name;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename function {0}', own),
    prompt: vscode.l10n.t('Its name in this workspace, for this module. Leave it empty to call it {0} again.', own),
    value: given ?? own,
    validateInput: nameProblem,
  });
  if (typed !== undefined) await names.rename(sha256, index, typed.trim() === own ? '' : typed);
}
