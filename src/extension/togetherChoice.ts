// Choosing modules that run over one memory, and when the others are made.
import * as vscode from 'vscode';
import type { PanelServices } from './panelServices.ts';
import type { Source } from './sources.ts';

const TITLE = vscode.l10n.t('Run two modules over one memory');

type Several = readonly [Source, Source, ...Source[]];

export const isSeveral = (sources: readonly Source[]): sources is Several => sources.length >= 2;

/** The modules among what the Explorer says is selected. */
export const selectedModules = (selected: unknown): vscode.Uri[] =>
  Array.isArray(selected)
    ? selected.filter(each => each instanceof vscode.Uri).filter(({ path }) => /\.wasm$/i.test(path))
    : [];

/** Undefined where the choice was left. */
export async function chooseTwo(choose: PanelServices['choose']): Promise<Several | undefined> {
  const first = await choose({
    title: `${TITLE} (1 of 2)`,
    placeholder: vscode.l10n.t('Choose the module that takes the first turn'),
  });
  if (!first) return undefined;
  const placeholder = vscode.l10n.t('Choose the module that shares a memory with {0}', first.view.label);
  const second = await choose({ title: `${TITLE} (2 of 2)`, placeholder });
  return second && [first, second];
}

/** Whether the others are made late; undefined where the choice was left. */
export async function askWhenMade([first, ...others]: Several): Promise<boolean | undefined> {
  const names = others.map(({ view }) => view.label).join(', ');
  const items = [
    { label: vscode.l10n.t('All before the first call'), areLate: false },
    {
      label: vscode.l10n.t('{0} late', names),
      description: vscode.l10n.t(
        'when {0} has allocated: data segments and start functions run over memory in use',
        first.view.label,
      ),
      areLate: true,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: vscode.l10n.t('When are the instances made?'),
  });
  return chosen?.areLate;
}
