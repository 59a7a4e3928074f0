// Wires the editor of a module to the extension host.

import { attempt, nullable, object, oneOf, text, whole } from '../../src/protocol/check.ts';
import { MessageHandler } from '../../src/protocol/messageHandler.ts';
import {
  MODULE_LISTS,
  type ModuleEditorRequests,
  type ModuleWebviewRequests,
  type PersistedModule,
} from '../../src/protocol/moduleEditor.ts';
import { messageOf } from '../../src/protocol/text.ts';
import './moduleEditor.ts';
import { ModuleSession } from './session.ts';

/** What of VS Code's interface for a webview's script is used. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** How long the state may be unsaved after a change, in milliseconds. */
const SAVE_DELAY = 200;

const persisted = attempt(
  object<PersistedModule>({
    version: oneOf(1),
    list: oneOf(...MODULE_LISTS),
    filter: text(),
    code: nullable(object({ function: whole(), line: whole() })),
  }),
);

/** Puts the editor into the document and connects it. Returns a function that removes it. */
export function startModuleEditor(api: WebviewApi): () => void {
  const styles = new CSSStyleSheet();
  styles.replaceSync('html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }');
  document.adoptedStyleSheets.push(styles);

  const editor = document.createElement('wsm-module-editor');
  let saving: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(saving);
    saving = undefined;
    if (session.state) api.setState(session.persisted);
  };
  const handler: MessageHandler<ModuleEditorRequests, ModuleWebviewRequests> = new MessageHandler<
    ModuleEditorRequests,
    ModuleWebviewRequests
  >(
    {
      reveal: place => {
        session.showCode(place, true);
        return null;
      },
      state: state => {
        session.setState(state);
        return null;
      },
    },
    message => api.postMessage(message),
  );
  const session = new ModuleSession(
    (name, params) => handler.request(name, params),
    persisted(api.getState(), 'the state'),
  );
  session.onChange(() => {
    if (editor.isConnected) saving ??= setTimeout(save, SAVE_DELAY);
  });
  editor.session = session;
  document.body.append(editor);

  const receive = (event: MessageEvent<unknown>): void => void handler.receive(event.data);
  window.addEventListener('message', receive);
  window.addEventListener('pagehide', save);
  handler.request('ready', null).then(
    ({ state, reveal }) => {
      session.setState(state);
      if (reveal) session.showCode(reveal, true);
    },
    (error: unknown) => session.setState({ kind: 'failed', label: '', message: messageOf(error) }),
  );
  return () => {
    clearTimeout(saving);
    window.removeEventListener('message', receive);
    window.removeEventListener('pagehide', save);
    handler.dispose('The editor was closed.');
    editor.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== styles);
  };
}
