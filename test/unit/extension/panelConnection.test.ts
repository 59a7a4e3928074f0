// In which order a webview's document is told what it has to know.
import { expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { PanelConnection } from '../../../src/extension/panelConnection.ts';
import type { Handlers } from '../../../src/protocol/messageHandler.ts';
import type { HostRequests, PanelState } from '../../../src/protocol/panel.ts';

const EMPTY: PanelState = { kind: 'empty', trusted: true };

it('a document that has just come is told the state before what the user asked for meanwhile', async () => {
  const posted: unknown[] = [];
  let receive: (message: unknown) => unknown = () => undefined;
  const webview: Pick<vscode.Webview, 'postMessage' | 'onDidReceiveMessage'> = {
    postMessage: async message => posted.push(message) > 0,
    onDidReceiveMessage: listener => {
      receive = listener;
      return { dispose: () => {} };
    },
  };
  const handlers: Partial<Handlers<HostRequests>> = { ready: () => EMPTY };
  const connection = new PanelConnection(
    webview as vscode.Webview, // no more of it is used
    handlers as Handlers<HostRequests>, // nothing else is asked
    () => EMPTY,
  );
  connection.act({ action: 'lastStep', at: {} });
  expect(posted).toEqual([]); // nobody is there
  receive({ kind: 'request', id: 1, name: 'ready', params: { persisted: null } });
  await expect.poll(() => posted.length).toBe(2);
  expect(posted).toMatchObject([
    { kind: 'answer', id: 1 },
    { kind: 'request', name: 'act' },
  ]);
});
