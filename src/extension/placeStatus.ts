// The status bar: step, address and size of the selection in the panel that commands act on. Nothing where it shows no memory.
import * as vscode from 'vscode';
import type { ShownPlace } from '../protocol/panelActions.ts';
import { count, hex } from '../protocol/text.ts';
import type { Attention } from './attention.ts';
import type { FocusedPanel } from './focusedPanel.ts';

/** Left of what VS Code tells of the cursor in a text, which has 100. */
const PRIORITY = 101;

export class PlaceStatus implements vscode.Disposable {
  /** Made when there is something to show for the first time. */
  private items: readonly [step: vscode.StatusBarItem, address: vscode.StatusBarItem] | undefined;
  private shown: ShownPlace | null = null;
  private readonly listening: vscode.Disposable;

  constructor(
    attention: Attention,
    private readonly focused: FocusedPanel,
  ) {
    this.listening = attention.onDidChange(() => this.update());
  }

  /** What stands there; empty where nothing does. */
  get texts(): readonly string[] {
    return this.shown && this.items ? this.items.map(({ text }) => text) : [];
  }

  dispose(): void {
    this.listening.dispose();
    for (const item of this.items ?? []) item.dispose();
  }

  private update(): void {
    const { place } = this.focused.current;
    if (place === this.shown) return; // a run changes often
    this.shown = place;
    if (place) this.show(place);
    else for (const item of this.items ?? []) item.hide();
  }

  private show({ step, address, length }: ShownPlace): void {
    this.items ??= [
      newItem(vscode.l10n.t('Linear memory: step'), 'goToStep', 1),
      newItem(vscode.l10n.t('Linear memory: address'), 'goToAddress', 0),
    ];
    const [atStep, atAddress] = this.items;
    const bytes = count(length, 'byte');
    atStep.text = vscode.l10n.t('step {0}', step);
    atStep.tooltip = vscode.l10n.t('Linear memory is shown at step {0}: go to another one', step);
    atAddress.text = length === 1 ? hex(address) : `${hex(address)} (${bytes})`;
    atAddress.tooltip = vscode.l10n.t('{0} selected at {1}: go to another address', bytes, hex(address));
    for (const item of this.items) item.show();
  }
}

function newItem(name: string, command: string, before: number): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(
    `wasmSharedMemory.${command}`,
    vscode.StatusBarAlignment.Right,
    PRIORITY + before / 2,
  );
  item.name = name;
  item.command = `wasmSharedMemory.${command}`;
  return item;
}
