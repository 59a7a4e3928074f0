// What can be done with a module that is no guest of the demo.
import * as vscode from 'vscode';
import { MODULE_VIEW_TYPE } from './moduleEditors.ts';
import type { PanelServices } from './panelServices.ts';
import { pickScript } from './scriptPick.ts';
import type { Source } from './sources.ts';
import { askWhenMade } from './togetherChoice.ts';

/** The module with another that the user chooses, over one memory; undefined where the choice was left. */
export async function withAnother(
  source: Source,
  { choose, sources }: Pick<PanelServices, 'choose' | 'sources'>,
): Promise<Source | undefined> {
  const other = await choose({
    title: vscode.l10n.t('Run two modules over one memory'),
    placeholder: vscode.l10n.t('Choose the module that shares a memory with {0}', source.view.label),
  });
  if (!other) return undefined;
  const areLate = await askWhenMade([source, other]);
  return areLate === undefined ? undefined : sources.together([source, other], areLate);
}

/** Records a script that uses the module: the user chooses among those of the workspace that name it. */
export async function recordUser({ uri, view: { label } }: Source): Promise<void> {
  const script = await chooseUser(uri, label);
  if (script) await vscode.commands.executeCommand('wasmSharedMemory.recordProgram', script);
}

/** Opens the editor that shows what a module is made of. */
export async function openSections({ uri }: Source): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, MODULE_VIEW_TYPE);
}

async function chooseUser(module: vscode.Uri, label: string): Promise<vscode.Uri | undefined> {
  return pickScript({
    title: vscode.l10n.t('Record the program that uses a module'),
    placeHolder: vscode.l10n.t(
      'Choose the script that Node runs: these name {0}, its package, or a script that does',
      label,
    ),
    none: vscode.l10n.t('No script of the workspace names {0}, or the package that it is part of.', label),
    find: async token => {
      const { findUsers } = await import('./later.ts');
      const users = await findUsers(module, token);
      return users.map(({ script, names }) => ({ script, why: vscode.l10n.t('names {0}', names) }));
    },
  });
}
