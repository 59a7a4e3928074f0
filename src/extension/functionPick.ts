// "Go to Symbol" of a module: VS Code asks no symbol provider about custom editors, so its functions are a Quick Pick.
import * as vscode from 'vscode';
import type { ModuleRow } from '../protocol/moduleEditor.ts';
import type { ModuleEditor } from './moduleEditor.ts';

/** As many are listed: who looks for another one types a part of its name. */
const SHOWN = 200;

interface FunctionItem extends vscode.QuickPickItem {
  /** Function index; absent of what can't be shown. */
  readonly function?: number;
}

/** @returns the index of the chosen function; undefined where none was chosen */
export function chooseFunction(editor: Pick<ModuleEditor, 'ask'>): Promise<number | undefined> {
  const pick = vscode.window.createQuickPick<FunctionItem>();
  pick.placeholder = vscode.l10n.t('Go to a function: a part of its name, or its index');
  pick.matchOnDescription = true;
  let turn = 0;
  const search = async (filter: string): Promise<void> => {
    const mine = ++turn;
    pick.busy = true;
    try {
      const { rows, total } = await editor.ask('rows', { list: 'functions', filter, from: 0, count: SHOWN });
      if (mine !== turn) return;
      pick.items = [...rows.map(itemOf), ...(total > rows.length ? [moreItem(total - rows.length)] : [])];
    } catch (error) {
      if (mine === turn)
        pick.items = [{ label: error instanceof Error ? error.message : String(error), alwaysShow: true }];
    }
    if (mine === turn) pick.busy = false;
  };
  return new Promise(resolve => {
    pick.onDidChangeValue(value => void search(value));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.function);
      pick.hide();
    });
    pick.onDidHide(() => {
      turn++;
      resolve(undefined);
      pick.dispose();
    });
    void search('');
    pick.show();
  });
}

/** The thread has searched: VS Code's own matching hides none of what it found. */
const itemOf = ({ index, name, detail, function: defined }: ModuleRow): FunctionItem => ({
  label: name === '' ? `func[${index}]` : name,
  description: `#${index} ${detail}`,
  alwaysShow: true,
  ...(defined !== null && { function: defined }),
});

const moreItem = (rest: number): FunctionItem => ({
  label: vscode.l10n.t('… and {0} more: type a part of a name', rest),
  alwaysShow: true,
});
