// Wires the panel to the extension host.

import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelRequests } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import './panel.ts';
import { defineToolkit } from '../controls/toolkit.ts';
import { parsePersisted } from '../session/persisted.ts';
import { PanelSession } from '../session/session.ts';
import { ToldFocus, ToldPlace } from './told.ts';

/** VS Code's interface for a webview's script (`acquireVsCodeApi`). */
export interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** How long the state may be unsaved after a change, in milliseconds. */
const SAVE_DELAY = 200;

/** Puts the panel into the document and connects it. Returns a function that removes it. */
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
    // An empty session must not overwrite the stored state: wait for the host's first answer.
    if (session.state) api.setState(session.persisted);
  };

  const handler: MessageHandler<HostRequests, PanelRequests> = new MessageHandler<HostRequests, PanelRequests>(
    {
      state: state => {
        session.setState(state);
        return null;
      },
      keepPlace: ({ kind, address, call }) => {
        session.keepPlace(kind, address, call);
        return null;
      },
      act: async ({ action, at }) => {
        panel.bring(await session.actions.perform(action, at));
        return null;
      },
      showFinding: asked => {
        session.showFinding(asked);
        panel.bring('memory');
        return null;
      },
      follow: place => {
        session.follow(place);
        return null;
      },
      searchProgress: ({ done }) => {
        session.data.search.progress(done);
        return null;
      },
      templates: file => {
        session.data.templates.take(file);
        return null;
      },
    },
    message => api.postMessage(message),
  );
  const session = new PanelSession((name, params) => handler.request(name, params), parsePersisted(stored));
  const place = new ToldPlace(told => handler.request('shows', told));
  const focus = new ToldFocus(focused => handler.request('focus', { focused }));
  session.onChange(() => {
    place.tell({ place: session.place, leads: session.view.leads });
    // Requests may still fail after the panel was removed.
    if (panel.isConnected) saving ??= setTimeout(save, SAVE_DELAY);
  });
  panel.session = session;
  document.body.append(panel);

  const receive = (event: MessageEvent<unknown>): void => {
    void handler.receive(event.data);
  };
  window.addEventListener('message', receive);
  window.addEventListener('pagehide', save);
  handler.request('ready', { persisted: stored ?? null }).then(
    state => {
      // If a state came meanwhile, it is newer than this answer.
      if (!session.state) session.setState(state);
    },
    (error: unknown) => session.fail(messageOf(error), 'read'),
  );

  return () => {
    clearTimeout(saving);
    place.dispose();
    focus.dispose();
    window.removeEventListener('message', receive);
    window.removeEventListener('pagehide', save);
    session.dispose();
    handler.dispose('The panel was closed.');
    panel.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== styles);
  };
}
