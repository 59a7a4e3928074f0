// What a panel can be told to do from outside: by the palette, a key binding of VS Code, or a context menu. One table; commands,
// menus and the webview fold over it.
import { address, type Checked, nullable, object, step, text, whole } from './check.ts';

/** What an action is about where a menu does not say: what the panel shows. */
export type ActionSubject = 'place' | 'memory' | 'call';

/** Each is the command `wasmSharedMemory.` with its name. */
export const PANEL_ACTIONS = {
  firstStep: 'place',
  previousStep: 'place',
  nextStep: 'place',
  lastStep: 'place',
  previousChange: 'place',
  nextChange: 'place',
  previousFinding: 'place',
  nextFinding: 'place',
  goToStep: 'place',
  goToAddress: 'place',
  previousWrite: 'memory',
  nextWrite: 'memory',
  firstWrite: 'memory',
  whoWrote: 'memory',
  allWrites: 'memory',
  copyAddress: 'memory',
  copyHex: 'memory',
  copyValue: 'memory',
  pasteBytes: 'memory',
  selectFrom: 'memory',
  selectTo: 'memory',
  copyCall: 'call',
  firstStore: 'call',
  filterToFunction: 'call',
  renameFunction: 'call',
} as const satisfies Readonly<Record<string, ActionSubject>>;

export type PanelAction = keyof typeof PANEL_ACTIONS;

export const PANEL_ACTION_NAMES = Object.keys(PANEL_ACTIONS) as readonly PanelAction[]; // the table has no other keys

/** What a menu was opened at, or what the user typed; what is missing is what the panel shows. A menu's context has further fields. */
export const pointed = object({}, { address, call: whole(1), step, function: text(1, 10_000) });

export type Pointed = Checked<typeof pointed>;

export interface AskedAction {
  readonly action: PanelAction;
  readonly at: Pointed;
}

/** Where the user of a panel is: the call is the selected one, or the one that the step is in. */
export const shownPlace = object({ runId: whole(), step, call: nullable(whole(1)), address, length: whole(1) });

export type ShownPlace = Checked<typeof shownPlace>;
