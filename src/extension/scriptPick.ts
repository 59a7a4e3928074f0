// Choosing the script to record: those of the workspace that were found for the purpose, `Browse…` last.
import * as vscode from 'vscode';
import { SCRIPT_EXTENSIONS } from './programLaunch.ts';

/** A script, and why it is offered. */
export interface OfferedScript {
  readonly script: vscode.Uri;
  readonly why: string;
}

export interface ScriptChoice {
  readonly title: string;
  readonly placeHolder: string;
  /** Said where there is none. */
  readonly none: string;
  readonly find: (token: vscode.CancellationToken) => Promise<readonly OfferedScript[]>;
}

interface ScriptItem extends vscode.QuickPickItem {
  readonly script?: vscode.Uri;
}

/** Undefined where nothing was chosen. */
export async function pickScript({ title, placeHolder, none, find }: ScriptChoice): Promise<vscode.Uri | undefined> {
  const search = new vscode.CancellationTokenSource();
  const browse: ScriptItem = {
    label: vscode.l10n.t('Browse…'),
    description: vscode.l10n.t('choose a script anywhere ({0})', SCRIPT_EXTENSIONS.join(', ')),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  try {
    const items = find(search.token).then((offered): ScriptItem[] =>
      offered.length > 0 ? [...offered.map(itemOf), browse] : [{ ...browse, detail: none }],
    );
    const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
    const chosen = await vscode.window.showQuickPick(items, options);
    return chosen && (chosen.script ?? (await browseScript()));
  } finally {
    search.cancel();
    search.dispose();
  }
}

/** Lets the user choose what the palette records: a script that looks as if it used WebAssembly. */
export async function chooseScript(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  return pickScript({
    title: vscode.l10n.t('Record a Node program'),
    placeHolder: vscode.l10n.t('Choose the script that Node runs: these use WebAssembly, or name a script that does'),
    none: vscode.l10n.t(
      'No script of the workspace uses WebAssembly by itself, or imports a package that is known to.',
    ),
    find: async token => {
      const { findWebAssemblyScripts } = await import('./later.ts');
      const found = await findWebAssemblyScripts(token);
      const offered = found.map(({ script, names }) => ({
        script,
        why: names === null ? vscode.l10n.t('uses WebAssembly') : vscode.l10n.t('names {0}', names),
      }));
      const isActive = ({ script }: OfferedScript) => script.toString() === active?.toString();
      return [...offered.filter(isActive), ...offered.filter(each => !isActive(each))];
    },
  });
}

function itemOf({ script, why }: OfferedScript): ScriptItem {
  const path = vscode.workspace.asRelativePath(script);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
  return { label: name, description: folder, detail: why, iconPath: new vscode.ThemeIcon('file-code'), script };
}

async function browseScript(): Promise<vscode.Uri | undefined> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { [vscode.l10n.t('Scripts of Node')]: SCRIPT_EXTENSIONS.map(each => each.slice(1)) },
    openLabel: vscode.l10n.t('Record'),
    title: vscode.l10n.t('Record a Node program'),
  });
  return uris?.[0];
}
