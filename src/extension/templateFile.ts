// Reads and follows the workspace's file of templates, and opens it. Works in any file system that VS Code has.
import * as vscode from 'vscode';
import type { TemplatesFile } from '../protocol/panel.ts';
import { messageOf } from '../protocol/text.ts';

const NAME = 'wasm-memory-templates.txt';

/** A text of templates is written by hand. */
const MAXIMUM_BYTES = 1_000_000;

const EXAMPLE = `// Templates: what memory holds, for the panel "Linear memory". It reads this file whenever it is saved.
//
// struct Node {
//   u32 value;
//   Node* next;        // a pointer of 32 bits; Node*64 is one of 64
//   char[16] name;     // a text in UTF-8
//   big u16 port @32;  // its own byte order, its own offset
// }
//
// Node head @0x548;    // a value at an address
// u32[8] counts @0x600;
`;

export class TemplateFile implements vscode.Disposable {
  private readonly listening: vscode.Disposable;

  /**
   * @param folder where the file is while no folder is open
   * @param changed is told what it is now
   */
  constructor(
    private readonly folder: vscode.Uri,
    private readonly changed: (file: TemplatesFile) => void,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/.vscode/${NAME}`);
    // Where its folder goes, or comes by another name, that alone is told.
    const folders = vscode.workspace.createFileSystemWatcher('**/.vscode', false, true, false);
    const tell = (uri: vscode.Uri): void => {
      if (uri.toString() === this.place.uri.toString()) void this.tell();
    };
    this.listening = vscode.Disposable.from(
      watcher,
      folders,
      folders.onDidCreate(() => void this.tell()),
      folders.onDidDelete(() => void this.tell()),
      watcher.onDidChange(tell),
      watcher.onDidCreate(tell),
      watcher.onDidDelete(tell),
      // Some file systems tell of no change; that the editor saved it is always known.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => tell(uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.tell()),
    );
  }

  /** Rejects with one sentence where the file is there and can't be read. */
  async read(): Promise<TemplatesFile> {
    const { uri, name } = this.place;
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MAXIMUM_BYTES)
        throw new Error(
          vscode.l10n.t(
            'It has {0} bytes, and {1} are read at the most: move some structs out of it.',
            size,
            MAXIMUM_BYTES,
          ),
        );
      return { name, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
    } catch (error) {
      if (isMissing(error)) return { name, text: null };
      throw new Error(vscode.l10n.t("{0} can't be read: {1}", name, messageOf(error)));
    }
  }

  /** Opens it at a place, both from 1; one with an example is made where there is none. Rejects with one sentence. */
  async open(line: number, column: number): Promise<void> {
    const { uri, name } = this.place;
    if ((await this.read()).text === null) {
      try {
        await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(EXAMPLE)); // makes its folder, too
      } catch (error) {
        throw new Error(vscode.l10n.t("{0} can't be made here: {1}", name, messageOf(error)));
      }
    }
    const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
    await vscode.window.showTextDocument(uri, { preview: false, selection: new vscode.Range(at, at) });
  }

  dispose(): void {
    this.listening.dispose();
  }

  /** In the first folder of the workspace. */
  private get place(): { readonly uri: vscode.Uri; readonly name: string } {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    if (!first) return { uri: vscode.Uri.joinPath(this.folder, NAME), name: NAME };
    const uri = vscode.Uri.joinPath(first.uri, '.vscode', NAME);
    return { uri, name: vscode.workspace.asRelativePath(uri) }; // of several folders with the folder's name
  }

  private async tell(): Promise<void> {
    // What can't be read is told where it is asked for.
    const file = await this.read().catch(() => null);
    if (file) this.changed(file);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof vscode.FileSystemError && ['FileNotFound', 'EntryNotFound'].includes(error.code);
