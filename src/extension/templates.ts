// The workspace's file of templates, for all panels. Nothing of it is loaded before the first panel asks.
import * as vscode from 'vscode';
import type { TemplatesFile } from '../protocol/panel.ts';
import type { TemplateFile } from './templateFile.ts';

export class Templates implements vscode.Disposable {
  private loading: Promise<TemplateFile> | undefined;
  private loaded: TemplateFile | undefined;
  private disposed = false;
  private readonly changed = new vscode.EventEmitter<TemplatesFile>();

  /** The file was saved, made or removed. */
  readonly onDidChange = this.changed.event;

  /** @param folder where the file is while no folder is open */
  constructor(private readonly folder: vscode.Uri) {}

  async read(): Promise<TemplatesFile> {
    return (await this.file()).read();
  }

  /** Opens the file at a place in it, both from 1. */
  async open(line: number, column: number): Promise<void> {
    await (await this.file()).open(line, column);
  }

  dispose(): void {
    this.disposed = true;
    this.loaded?.dispose();
    this.changed.dispose();
  }

  private file(): Promise<TemplateFile> {
    this.loading ??= import('./later.ts').then(later => {
      const file = new later.TemplateFile(this.folder, now => this.changed.fire(now));
      if (this.disposed) file.dispose();
      this.loaded = file;
      return file;
    });
    return this.loading;
  }
}
