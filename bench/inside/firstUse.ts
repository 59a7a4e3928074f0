// In a new window: activates the extension and an empty one, then runs the demo, for the first time and again. The panel stays.
import * as vscode from 'vscode';
import type { MemoryView } from '../../src/extension/panelView.ts';
import { extension } from '../../test/extension/fakes.ts';
import { activate } from '../../test/extension/fixtures.ts';
import { EMPTY_PUBLISHER } from '../emptyExtension.ts';
import { samplesLine } from '../samples.ts';
import { windowClosed } from './windowClosed.ts';

const REPEATED = 10;

/** What an extension itself says of its activation, in milliseconds: VS Code may have activated it when the window was up. */
async function activation(found: vscode.Extension<unknown> | undefined): Promise<number> {
  if (!found) throw new Error('an extension is missing');
  const api = await found.activate();
  const inside: unknown = typeof api === 'object' && api !== null ? Reflect.get(api, 'activationMs') : undefined;
  if (typeof inside !== 'number') throw new Error(`${found.id} does not tell its activation time`);
  return inside;
}

/** From the command to the state that says completed, in milliseconds; the view is revealed by then, too. */
async function demo(view: MemoryView): Promise<number> {
  const before = view.panel.content;
  const start = performance.now();
  const completed = new Promise<number>(resolve => {
    const listening = view.panel.onDidChange(() => {
      const { state, content } = view.panel;
      if (content === before || state.kind !== 'run' || state.run.status !== 'completed') return;
      listening.dispose();
      resolve(performance.now());
    });
  });
  const guest = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'guest.wasm');
  await vscode.commands.executeCommand('wasmSharedMemory.runDemoOnFile', guest);
  return (await completed) - start;
}

export async function run(): Promise<void> {
  const empty = (name: string) => activation(vscode.extensions.getExtension(`${EMPTY_PUBLISHER}.${name}`));
  await empty('empty-first'); // the first activation in a window starts VS Code's own machinery
  const ours = await activation(extension());
  const peer = await empty('empty');
  const { view } = await activate();
  const firstDemo = await demo(view);
  const demos: number[] = [];
  while (demos.length < REPEATED) demos.push(await demo(view));
  console.log(
    samplesLine({
      inside: [ours],
      peerInside: [peer],
      firstDemo: [firstDemo],
      demo: demos,
    }),
  );
  await windowClosed;
}
