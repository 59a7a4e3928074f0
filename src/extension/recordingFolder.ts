// Where recordings of programs are until the user saves them: in the extension's own folder, each as long as its run is open.
import { randomUUID } from 'node:crypto';
import { parse } from 'node:path';
import * as vscode from 'vscode';
import { RECORDING_EXTENSION } from './sources.ts';

/** A recording that is older, in milliseconds, is one that a window left behind as it was closed. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

export class RecordingFolder {
  constructor(private readonly uri: vscode.Uri) {}

  /** The folder of a new recording, whose file is to be there. What is left behind is removed. @param program path of its script */
  async place(program: string): Promise<vscode.Uri> {
    await this.removeLeftBehind();
    const folder = vscode.Uri.joinPath(this.uri, randomUUID());
    await vscode.workspace.fs.createDirectory(folder);
    return vscode.Uri.joinPath(folder, `${parse(program).name}${RECORDING_EXTENSION}`);
  }

  has(file: vscode.Uri): boolean {
    return file.toString().startsWith(`${this.uri}/`);
  }

  /** Removes a recording, where it was written. */
  async remove(file: vscode.Uri): Promise<void> {
    await removeFolder(vscode.Uri.joinPath(file, '..'));
  }

  private async removeLeftBehind(): Promise<void> {
    const { fs } = vscode.workspace;
    await fs.createDirectory(this.uri);
    for (const [name] of await fs.readDirectory(this.uri)) {
      const folder = vscode.Uri.joinPath(this.uri, name);
      const { mtime } = await fs.stat(folder);
      if (Date.now() - mtime > LEFT_BEHIND_MS) await removeFolder(folder);
    }
  }
}

/** It may be gone already, or still be open somewhere: then it is removed with what is left behind. */
async function removeFolder(folder: vscode.Uri): Promise<void> {
  await Promise.resolve(vscode.workspace.fs.delete(folder, { recursive: true })).catch(() => {});
}
