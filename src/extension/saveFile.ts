// Files that the user saves: asking where, and writing them in full or not at all.
import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../protocol/text.ts';
import type { Source } from './sources.ts';

/** What the dialog that asks where to save begins with. */
export interface SaveSuggestion {
  readonly title: string;
  /** What is shown was made from it: the dialog begins in its folder. */
  readonly source: Source;
  readonly fileName: string;
  /** Extensions by the names of file types. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** Asks where to save, and, where that is a file already, whether to replace it; undefined where the user left the dialog. */
export async function askWhereToSave(suggestion: SaveSuggestion): Promise<vscode.Uri | undefined> {
  const { title, source, fileName, filters } = suggestion;
  return vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folderOf(source), fileName),
    filters: Object.fromEntries(Object.entries(filters).map(([name, extensions]) => [name, [...extensions]])),
  });
}

/** The extension's own folders are no place to save to. */
function folderOf(source: Source): vscode.Uri {
  if (source.kind === 'file' || source.kind === 'recording') return vscode.Uri.joinPath(source.uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}

/** The module's file name without `.wasm` (or a recording's without its extension), which the names of saved files begin with. */
export function moduleName({ uri }: Source): string {
  return posix.parse(uri.path).name;
}

/**
 * Writes the file beside its place, and moves it there when it is whole; where that fails, what was there before stays.
 * Rejects with one sentence.
 */
export async function writeWhole(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const part = vscode.Uri.joinPath(uri, '..', `.${posix.basename(uri.path)}.${randomUUID()}.part`);
  try {
    await vscode.workspace.fs.writeFile(part, bytes);
    await replace(uri, part);
  } catch (error) {
    // Where not even the beginning could be written there is nothing to remove.
    await Promise.resolve(vscode.workspace.fs.delete(part)).catch(() => {});
    const reason = messageOf(error);
    throw new Error(
      vscode.l10n.t("{0} can't be written: {1}.", vscode.workspace.asRelativePath(uri), reason.replace(/\.$/, '')),
    );
  }
}

async function replace(uri: vscode.Uri, part: vscode.Uri): Promise<void> {
  if (uri.scheme === 'file') return rename(part.fsPath, uri.fsPath); // in one step
  // VS Code removes what is there, then moves: should that fail, it is put back.
  const { fs } = vscode.workspace;
  const before = await Promise.resolve(fs.readFile(uri)).catch(() => undefined);
  try {
    await fs.rename(part, uri, { overwrite: true });
  } catch (error) {
    if (before) await fs.writeFile(uri, before);
    throw error;
  }
}
