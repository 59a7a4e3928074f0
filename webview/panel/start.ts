// Wires the panel to the extension host.
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelRequests } from '../../src/protocol/panel.ts';
import './panel.ts';
import { parsePersisted } from '../session/persisted.ts';
import { PanelSession } from '../session/session.ts';
import { defineToolkit } from '../toolkit.ts';

/** What VS Code gives to a webview's script (`acquireVsCodeApi`). */
export interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** How long the state may be unsaved after a change, in milliseconds. */
const SAVE_DELAY = 200;

/** Puts the panel into the document and connects it. Returns what takes it away again. */
export function startPanel(api: WebviewApi): () => void {
  defineToolkit();
  const styles = new CSSStyleSheet();
  styles.replaceSync('html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }');
  document.adoptedStyleSheets.push(styles);

  const stored = api.getState();
  const panel = document.createElement('wsm-panel');
  let saving: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(saving);
    saving = undefined;
    // What is stored stays until the host has answered: an empty session would overwrite it.
    if (session.state) api.setState(session.persisted);
  };
  const changed = (): void => {
    // Requests still fail after the panel was taken away.
    if (!panel.isConnected) return;
    panel.requestUpdate();
    saving ??= setTimeout(save, SAVE_DELAY);
  };

  const handler: MessageHandler<HostRequests, PanelRequests> = new MessageHandler<HostRequests, PanelRequests>(
    {
      state: state => {
        session.setState(state);
        return null;
      },
      searchProgress: ({ done }) => {
        session.data.search.progress(done);
        return null;
      },
    },
    message => api.postMessage(message),
  );
  const session = new PanelSession((name, params) => handler.request(name, params), changed, parsePersisted(stored));
  panel.session = session;
  document.body.append(panel);

  const receive = (event: MessageEvent<unknown>): void => {
    void handler.receive(event.data);
  };
  window.addEventListener('message', receive);
  window.addEventListener('pagehide', save);
  handler.request('ready', { persisted: stored ?? null }).then(
    state => {
      // A state that came meanwhile is newer than this answer.
      if (!session.state) session.setState(state);
    },
    (error: unknown) => session.fail(error instanceof Error ? error.message : String(error)),
  );

  return () => {
    clearTimeout(saving);
    window.removeEventListener('message', receive);
    window.removeEventListener('pagehide', save);
    session.dispose();
    handler.dispose();
    panel.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== styles);
  };
}
