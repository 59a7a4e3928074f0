// One webview's end of the panel protocol: answers its requests and pushes the state while it is there to see it.
import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { type Handlers, MessageHandler } from '../protocol/messageHandler.ts';
import type { HostRequests, PanelRequests, PanelState, TemplatesFile } from '../protocol/panel.ts';
import type { AskedAction, ShownPlace } from '../protocol/panelActions.ts';

/** A run changes thousands of times a second; the panel is told no oftener than this, in milliseconds. */
const STATE_INTERVAL_MS = 50;

export class PanelConnection implements vscode.Disposable {
  private readonly messages: MessageHandler<PanelRequests, HostRequests>;
  private readonly received: vscode.Disposable;
  /** The webview's script asked for the state and was not hidden since: a hidden webview's document is gone. */
  private live = false;
  /** Resolves when the document is gone: it answers nothing any more. */
  private gone = Promise.withResolvers<void>();
  private changed = false;
  private pushing = false;
  private reporting = false;
  /** What the user asked for last, while there was no document: it is done as soon as there is one. */
  private waiting: (() => void) | null = null;

  constructor(
    webview: vscode.Webview,
    handlers: Handlers<HostRequests>,
    private readonly state: () => PanelState,
  ) {
    const ready = async (params: HostRequests['ready']['params']): Promise<PanelState> => {
      this.hidden(); // This is a new document, whether or not the one before it was seen to go.
      const answer = await handlers.ready(params);
      this.live = true;
      const { waiting } = this;
      this.waiting = null;
      if (waiting) setImmediate(waiting); // behind the answer, which is sent as soon as this function has returned
      return answer;
    };
    // A refusal is no news: `postMessage` then tells false, and a new document asks for the state itself.
    const post = (message: unknown) => void webview.postMessage(message);
    this.messages = new MessageHandler<PanelRequests, HostRequests>({ ...handlers, ready }, post);
    this.received = webview.onDidReceiveMessage(data => this.messages.receive(data));
  }

  /** Pushes the state soon, where there is a document that has asked for it. */
  stateChanged(): void {
    this.changed = true;
    if (!this.pushing) void this.push();
  }

  /** Tells how far a search is, unless the document still deals with what it was told before. */
  async searchProgress(done: number): Promise<void> {
    if (!this.live || this.reporting) return;
    this.reporting = true;
    await this.untilTaken(this.messages.request('searchProgress', { done }));
    this.reporting = false;
  }

  /** The user wants to keep the shown place. */
  keepPlace(what: PanelRequests['keepPlace']['params']): void {
    this.onceLive(() => this.messages.request('keepPlace', what));
  }

  /** The user gave a command. */
  act(asked: AskedAction): void {
    this.onceLive(() => this.messages.request('act', asked));
  }

  /** The user wants to see a finding. */
  showFinding(what: PanelRequests['showFinding']['params']): void {
    this.onceLive(() => this.messages.request('showFinding', what));
  }

  /** The user went there in another panel; a document that comes later is told when it says where it is. */
  follow(place: ShownPlace): void {
    if (this.live) void this.untilTaken(this.messages.request('follow', place));
  }

  /** Tells what the file of templates says now; a document that comes later asks for it. */
  templatesChanged(file: TemplatesFile): void {
    if (this.live) void this.untilTaken(this.messages.request('templates', file));
  }

  /** The document is gone; the next one asks for the state. */
  hidden(): void {
    this.live = false;
    this.gone.resolve();
    this.gone = Promise.withResolvers();
  }

  dispose(): void {
    this.hidden();
    this.received.dispose();
    this.messages.dispose('The panel was closed.');
  }

  private onceLive(request: () => Promise<null>): void {
    const ask = () => void this.untilTaken(request());
    if (this.live) ask();
    else this.waiting = ask;
  }

  private async push(): Promise<void> {
    this.pushing = true;
    while (this.live && this.changed) {
      this.changed = false;
      await this.untilTaken(this.messages.request('state', this.state()));
      await delay(STATE_INTERVAL_MS);
    }
    this.pushing = false;
  }

  /** Resolves when the document has answered or is gone. It rejects what it could not show, and says so itself. */
  private async untilTaken(answer: Promise<null>): Promise<void> {
    await Promise.race([answer, this.gone.promise]).catch(() => {});
  }
}
