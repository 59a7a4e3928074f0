// What can be done with a module that is no guest of the demo.
import * as vscode from 'vscode';
import { MODULE_VIEW_TYPE } from './moduleEditors.ts';
import type { PanelServices } from './panelServices.ts';
import { SCRIPT_EXTENSIONS } from './programLaunch.ts';
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
  if (script === 'browse') await vscode.commands.executeCommand('wasmSharedMemory.recordProgram');
  else if (script) await vscode.commands.executeCommand('wasmSharedMemory.recordProgram', script);
}

/** Opens the editor that shows what a module is made of. */
export async function openSections({ uri }: Source): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, MODULE_VIEW_TYPE);
}

interface UserItem extends vscode.QuickPickItem {
  readonly script?: vscode.Uri;
}

async function chooseUser(module: vscode.Uri, label: string): Promise<vscode.Uri | 'browse' | undefined> {
  const search = new vscode.CancellationTokenSource();
  const browse: UserItem = {
    label: vscode.l10n.t('Browse…'),
    description: vscode.l10n.t('choose a script anywhere ({0})', SCRIPT_EXTENSIONS.join(', ')),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  const options = {
    title: vscode.l10n.t('Record the program that uses a module'),
    placeHolder: vscode.l10n.t(
      'Choose the script that Node runs: these name {0}, its package, or a script that does',
      label,
    ),
    matchOnDescription: true,
    matchOnDetail: true,
  };
  try {
    const { findUsers } = await import('./later.ts');
    const items = findUsers(module, search.token).then((users): UserItem[] => [
      ...users.map(({ script, names }) => {
        const path = vscode.workspace.asRelativePath(script);
        const name = path.slice(path.lastIndexOf('/') + 1);
        const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
        return {
          label: name,
          description: folder,
          detail: vscode.l10n.t('names {0}', names),
          iconPath: new vscode.ThemeIcon('file-code'),
          script,
        };
      }),
      users.length > 0
        ? browse
        : {
            ...browse,
            detail: vscode.l10n.t('No script of the workspace names {0}, or the package that it is part of.', label),
          },
    ]);
    const chosen = await vscode.window.showQuickPick(items, options);
    return chosen && (chosen.script ?? 'browse');
  } finally {
    search.cancel();
    search.dispose();
  }
}
