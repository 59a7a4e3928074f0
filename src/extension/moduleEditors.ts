// The editors of .wasm files, of which VS Code's start knows only that they exist: what they do is loaded with the first one.
import * as vscode from 'vscode';
import type { ModuleCommand } from '../protocol/moduleEditor.ts';
import { activeModuleFile } from './activeFile.ts';
import type { FunctionNameStore } from './functionNames.ts';
import { chooseFunction } from './functionPick.ts';
import type { ModuleEditor } from './moduleEditor.ts';
import type { Sources } from './sources.ts';

export const MODULE_VIEW_TYPE = 'wasmSharedMemory.module';

const ASSOCIATIONS = 'workbench.editorAssociations';
const PATTERN = '*.wasm';

/** A place in a module's code: a byte offset of its file, or a function by its index. */
export type ModulePosition = { readonly offset: number } | { readonly function: number };

export interface ModuleEditorsParts {
  readonly sources: Sources;
  /** What users call functions. */
  readonly names: FunctionNameStore;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  readonly workerFolder: string;
}

/**
 * The commands of these editors, by name. The panel passes the file and a position in its code, the Explorer the file; the palette
 * passes nothing, and means that of the active tab.
 */
export const moduleCommands = (
  modules: ModuleEditors,
): Record<string, (argument: unknown, position: unknown) => unknown> => ({
  openModule: async (argument, position) => {
    const uri = argument instanceof vscode.Uri ? argument : (activeModuleFile() ?? (await chooseModule()));
    if (uri) await modules.open(uri, isPosition(position) ? position : undefined);
  },
  goToFunction: () => modules.goToFunction(),
  openModulesByDefault: () => becomeDefault(),
});

const isPosition = (value: unknown): value is ModulePosition =>
  typeof value === 'object' &&
  value !== null &&
  (('offset' in value && typeof value.offset === 'number') ||
    ('function' in value && typeof value.function === 'number'));

async function chooseModule(): Promise<vscode.Uri | undefined> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { [vscode.l10n.t('WebAssembly modules')]: ['wasm'] },
    openLabel: vscode.l10n.t('Open'),
    title: vscode.l10n.t('Open a WebAssembly module'),
  });
  return uris?.[0];
}

export class ModuleEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly editors = new Set<ModuleEditor>();

  constructor(private readonly parts: ModuleEditorsParts) {}

  /** The document is its file: the editor that shows it holds what was read. */
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { sources, names, log, extensionUri, workerFolder } = this.parts;
    const { ModuleEditor } = await import('./later.ts');
    const editor = new ModuleEditor(uri, panel, {
      extensionUri,
      workerFolder,
      read: async file => sources.read(sources.file(file)),
      labelOf: file => sources.file(file).view.label,
      isDefault,
      names,
      log,
      execute: (command, file) => this.execute(command, file),
    });
    this.editors.add(editor);
    panel.onDidDispose(() => {
      this.editors.delete(editor);
      editor.dispose();
    });
  }

  /** The one that is the active editor. */
  get active(): ModuleEditor | undefined {
    return [...this.editors].find(({ panel }) => panel.active);
  }

  get all(): readonly ModuleEditor[] {
    return [...this.editors];
  }

  /** Opens the editor of a file, and shows a place of its code. */
  async open(uri: vscode.Uri, position?: ModulePosition): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', uri, MODULE_VIEW_TYPE);
    // Of several of one file it is the one that has just come to the front.
    const ofFile = [...this.editors].filter(each => each.uri.toString() === uri.toString());
    const editor = ofFile.find(({ panel }) => panel.active) ?? ofFile[0];
    if (position && editor) await editor.reveal(position);
  }

  /** Lets the user choose a function of the active editor, and shows it. */
  async goToFunction(): Promise<void> {
    const { active } = this;
    if (!active)
      throw new Error(
        vscode.l10n.t('no editor of a .wasm file has the focus. Open one first (Open With… › WebAssembly module).'),
      );
    const index = await chooseFunction(active);
    if (index !== undefined) await active.reveal({ function: index });
  }

  dispose(): void {
    for (const editor of this.editors) editor.dispose();
  }

  /** Asked for by a button of the editor. */
  private execute(command: ModuleCommand, uri: vscode.Uri): void {
    if (command === 'becomeDefault') void vscode.commands.executeCommand('wasmSharedMemory.openModulesByDefault');
    else if (command === 'run') void vscode.commands.executeCommand('wasmSharedMemory.runDemoOnFile', uri);
    else void vscode.commands.executeCommand('wasmSharedMemory.recordProgram', uri);
  }
}

const associations = (): Readonly<Record<string, string>> =>
  vscode.workspace.getConfiguration().get<Record<string, string>>(ASSOCIATIONS) ?? {};

const isDefault = (): boolean => associations()[PATTERN] === MODULE_VIEW_TYPE;

/** .wasm files open in this editor from now on, in all windows of the user. */
export async function becomeDefault(): Promise<void> {
  const kept = keptAssociations();
  await setAssociations({ ...kept, [PATTERN]: MODULE_VIEW_TYPE });
  const undo = vscode.l10n.t('Undo');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('.wasm files open as WebAssembly modules from now on (the setting workbench.editorAssociations).'),
    undo,
  );
  // The message may stay for long, and what else was set since is the user's.
  if (chosen === undo) await setAssociations({ ...keptAssociations(), [PATTERN]: kept?.[PATTERN] });
}

const keptAssociations = (): Readonly<Record<string, string>> | undefined =>
  vscode.workspace.getConfiguration().inspect<Record<string, string>>(ASSOCIATIONS)?.globalValue;

const setAssociations = (to: Readonly<Record<string, string | undefined>>): Thenable<void> =>
  vscode.workspace.getConfiguration().update(ASSOCIATIONS, to, vscode.ConfigurationTarget.Global);
