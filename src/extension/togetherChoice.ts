// Choosing modules that run over one memory, and when the others are made.
import * as vscode from 'vscode';
import type { PanelServices } from './panelServices.ts';
import type { Source } from './sources.ts';

const TITLE = 'Run two modules over one memory';

type Several = readonly [Source, Source, ...Source[]];

export const isSeveral = (sources: readonly Source[]): sources is Several => sources.length >= 2;

/** The modules among what the Explorer says is selected. */
export const selectedModules = (selected: unknown): vscode.Uri[] =>
  Array.isArray(selected)
    ? selected.filter(each => each instanceof vscode.Uri).filter(({ path }) => path.endsWith('.wasm'))
    : [];

/** Undefined where the choice was left. */
export async function chooseTwo(choose: PanelServices['choose']): Promise<Several | undefined> {
  const first = await choose({
    title: `${TITLE} (1 of 2)`,
    placeholder: 'Choose the module that takes the first turn',
  });
  if (!first) return undefined;
  const placeholder = `Choose the module that shares a memory with ${first.view.label}`;
  const second = await choose({ title: `${TITLE} (2 of 2)`, placeholder });
  return second && [first, second];
}

/** Whether the others are made late; undefined where the choice was left. */
export async function askWhenMade([first, ...others]: Several): Promise<boolean | undefined> {
  const names = others.map(({ view }) => view.label).join(', ');
  const items = [
    { label: 'All before the first call', areLate: false },
    {
      label: `${names} late`,
      description: `when ${first.view.label} has allocated: data segments and start functions run over memory in use`,
      areLate: true,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'When are the instances made?',
  });
  return chosen?.areLate;
}
