// The read-only editor of .wasm files: reads the file, starts the thread that answers about it, and connects the webview. It is
// loaded when the first one is opened.
import * as vscode from 'vscode';
import { ModuleClient } from '../engine/client.ts';
import { object, oneOf, text, whole } from '../protocol/check.ts';
import { type Handlers, MessageHandler } from '../protocol/messageHandler.ts';
import {
  type CodePlace,
  MODULE_COMMANDS,
  MODULE_QUERIES,
  type ModuleCommand,
  type ModuleEditorRequests,
  type ModuleQueries,
  type ModuleQuery,
  type ModuleState,
  type ModuleWebviewRequests,
} from '../protocol/moduleEditor.ts';
import { messageOf } from '../protocol/text.ts';
import type { FunctionNameStore } from './functionNames.ts';
import { reportingErrors } from './log.ts';
import { resourceRoots, webviewHtml } from './panelHtml.ts';
import { askName } from './renameFunction.ts';

/** What the editors need of the extension. */
export interface ModuleEditorServices {
  readonly extensionUri: vscode.Uri;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
  /** The bytes of a file. Rejects with a sentence for the user. */
  readonly read: (uri: vscode.Uri) => Promise<Uint8Array>;
  readonly labelOf: (uri: vscode.Uri) => string;
  /** Whether .wasm files open in this editor by themselves. */
  readonly isDefault: () => boolean;
  /** What the user calls functions. */
  readonly names: FunctionNameStore;
  readonly log: vscode.LogOutputChannel;
  readonly execute: (command: ModuleCommand, uri: vscode.Uri) => void;
}

/** Characters that are copied at a time. */
const MAXIMUM_COPIED = 1 << 20;

const command = object({ name: oneOf(...MODULE_COMMANDS) });
const renaming = object({ function: whole() });
const copied = object({ text: text(1, MAXIMUM_COPIED) });

/** One webview that shows a module. */
export class ModuleEditor implements vscode.Disposable {
  private client: ModuleClient | undefined;
  private readonly messages: MessageHandler<ModuleWebviewRequests, ModuleEditorRequests>;
  private readonly owned: vscode.Disposable;
  /** Resolves when the file is read as it was at the last change, however that ends. */
  private opening: Promise<ModuleState>;
  /** Counts the times that the file was read: an earlier one, which may end later, is dropped. */
  private turn = 0;
  /** To be shown as soon as the webview asks. */
  private wanted: CodePlace | null = null;
  private isLive = false;
  private disposed = false;

  constructor(
    readonly uri: vscode.Uri,
    readonly panel: vscode.WebviewPanel,
    private readonly services: ModuleEditorServices,
  ) {
    const { webview } = panel;
    const post = (message: unknown) => void webview.postMessage(message);
    this.messages = new MessageHandler<ModuleWebviewRequests, ModuleEditorRequests>(this.handlers(), post);
    this.opening = this.open();
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), uri.path.split('/').at(-1) ?? '');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    this.owned = vscode.Disposable.from(
      webview.onDidReceiveMessage(data => this.messages.receive(data)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.isLive = false; // its document is gone, and asks again
      }),
      services.names.onDidChange(sha256 => void this.nameAgain(sha256)),
      watcher,
      watcher.onDidChange(() => void this.readAgain()),
      watcher.onDidCreate(() => void this.readAgain()),
    );
    webview.options = { enableScripts: true, localResourceRoots: resourceRoots(services.extensionUri) };
    webview.html = webviewHtml(webview, services.extensionUri, 'moduleEditor.js', 'Module');
  }

  /** Asks the module. Rejects where it could not be read. */
  async ask<Name extends ModuleQuery>(
    name: Name,
    params: ModuleQueries[Name]['params'],
  ): Promise<ModuleQueries[Name]['result']> {
    await this.opened();
    if (!this.client) throw new Error(vscode.l10n.t('the module could not be read.'));
    return this.client.ask(name, params);
  }

  /** Shows the code at a byte offset of the file, or the beginning of a function. */
  async reveal(at: { readonly offset: number } | { readonly function: number }): Promise<void> {
    const place = 'offset' in at ? await this.ask('codeAt', at) : { function: at.function, line: 0 };
    if (place === null) {
      const where = 'offset' in at ? at.offset : 0;
      throw new Error(
        vscode.l10n.t(
          'no function of {0} has code at offset {1}. Was it built again since?',
          this.services.labelOf(this.uri),
          where,
        ),
      );
    }
    if (this.isLive) await this.messages.request('reveal', place);
    else this.wanted = place;
  }

  dispose(): void {
    this.disposed = true;
    this.messages.dispose('The editor was closed.');
    this.client?.dispose();
    this.owned.dispose();
  }

  private async open(): Promise<ModuleState> {
    const { read, labelOf, isDefault, workerFolder } = this.services;
    const label = labelOf(this.uri);
    const turn = ++this.turn;
    let client: ModuleClient | undefined;
    try {
      const bytes = await read(this.uri);
      client = new ModuleClient(workerFolder, bytes);
      const overview = await client.ask('overview', {});
      const names = this.services.names.of(overview.sha256);
      if (names.length > 0) await client.ask('nameFunctions', { names });
      this.take(turn, client);
      return { kind: 'opened', label, isDefault: isDefault(), overview };
    } catch (error) {
      client?.dispose();
      this.take(turn, undefined);
      return { kind: 'failed', label, message: messageOf(error) };
    }
  }

  /** What is asked from now on, unless the file was read again meanwhile; undefined where it could not be read. */
  private take(turn: number, client: ModuleClient | undefined): void {
    if (turn !== this.turn || this.disposed) {
      client?.dispose();
      return;
    }
    this.client?.dispose();
    this.client = client;
  }

  /** Resolves when the file is read, and did not change meanwhile. */
  private async opened(): Promise<ModuleState> {
    for (;;) {
      const { opening } = this;
      const state = await opening;
      if (opening === this.opening) return state;
    }
  }

  /** Functions of a module have other names. */
  private async nameAgain(sha256: string): Promise<void> {
    const state = await this.opened();
    if (state.kind !== 'opened' || state.overview.sha256 !== sha256 || !this.client) return;
    try {
      await this.client.ask('nameFunctions', { names: this.services.names.of(sha256) });
      if (this.isLive) await this.messages.request('state', state);
    } catch {
      // it was closed meanwhile
    }
  }

  private async rename(index: number): Promise<void> {
    const state = await this.opened();
    if (state.kind !== 'opened' || !this.client) throw new Error(vscode.l10n.t('the module could not be read.'));
    const own = await this.client.ask('ownName', { function: index });
    await askName({ sha256: state.overview.sha256, function: index, own }, this.services.names);
  }

  private async readAgain(): Promise<void> {
    const opening = this.open();
    this.opening = opening;
    const state = await opening;
    if (this.disposed || opening !== this.opening) return;
    if (this.isLive) await this.messages.request('state', state).catch(() => {}); // its document may be gone by now
  }

  private handlers(): Handlers<ModuleEditorRequests> {
    const query =
      <Name extends ModuleQuery>(name: Name) =>
      (params: ModuleQueries[Name]['params']) =>
        this.ask(name, MODULE_QUERIES[name](params, `${name}: params`));
    return {
      overview: query('overview'),
      rows: query('rows'),
      lines: query('lines'),
      codeAt: query('codeAt'),
      pages: query('pages'),
      ready: async () => {
        const state = await this.opened();
        this.isLive = true;
        const reveal = this.wanted;
        this.wanted = null;
        return { state: state.kind === 'opened' ? { ...state, isDefault: this.services.isDefault() } : state, reveal };
      },
      command: params => {
        this.services.execute(command(params, 'command: params').name, this.uri);
        return null;
      },
      renameFunction: params => {
        // Answered at once: typing takes as long as the user likes.
        void reportingErrors(this.services.log, vscode.l10n.t('Renaming the function'), () =>
          this.rename(renaming(params, 'renameFunction: params').function),
        );
        return null;
      },
      copyText: async params => {
        await vscode.env.clipboard.writeText(copied(params, 'copyText: params').text);
        return null;
      },
    };
  }
}
